/** What the YAML parser reports. */
export interface YamlProblem {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

/**
 * Where Go's reader says a mistake is: its scanner counts lines from 1, its parser from 0, and what is found on the
 * first line (by whichever count) comes without a number.
 */
interface GoProblem {
  readonly message: string;
  readonly by: "scanner" | "parser";
  /** Line, from 0, of the construct that is read; it is the one named unless it is the first. */
  readonly contextLine: number;
  /** Line, from 0, where the mistake was noticed. */
  readonly line: number;
}

function lineOf(text: string, offset: number): number {
  let line = 0;
  for (let i = text.indexOf("\n"); i >= 0 && i < offset; i = text.indexOf("\n", i + 1)) line++;
  return line;
}

/** The line of the end: an unfinished last line counts as finished. */
function endLine(text: string): number {
  return lineOf(text, text.length) + (text.endsWith("\n") ? 0 : 1);
}

function scanner(message: string, line: number, contextLine = line): GoProblem {
  return { message, by: "scanner", line, contextLine };
}

function parser(message: string, line: number, contextLine = 0): GoProblem {
  return { message, by: "parser", line, contextLine };
}

function unclosedFlow(text: string, open: "[" | "{"): GoProblem {
  const start = lineOf(text, text.lastIndexOf(open));
  return parser(`did not find expected ',' or '${open === "[" ? "]" : "}"}'`, endLine(text), start);
}

function missingCharacter(text: string, { message, pos }: YamlProblem): GoProblem {
  const quote = /quote$/.test(message) ? message.slice("Missing closing ".length, -"quote".length) : undefined;
  if (quote === undefined) return scanner("could not find expected ':'", lineOf(text, pos[0]));
  const start = lineOf(text, text.lastIndexOf(quote, pos[0]));
  return scanner("found unexpected end of stream", lineOf(text, text.length), start);
}

function unexpectedToken(text: string, { message, pos }: YamlProblem): GoProblem {
  const line = lineOf(text, pos[0]);
  if (message.includes("flow-seq-end") || message.includes("flow-map-end")) {
    return parser("did not find expected node content", line);
  }
  if (message.includes("Block scalar header")) return scanner("did not find expected comment or line break", line);
  const lineText = text.split("\n")[line] ?? "";
  if (message.includes("block-seq-ind") && !lineText.trimStart().startsWith("-")) {
    return scanner("block sequence entries are not allowed in this context", line);
  }
  return outOfPlace(text, pos[0]);
}

/** Something stands where the next item of a block should. */
function outOfPlace(text: string, offset: number): GoProblem {
  const isSequence = text.trimStart().startsWith("- ");
  return parser(isSequence ? "did not find expected '-' indicator" : "did not find expected key", lineOf(text, offset));
}

function goProblem(text: string, problems: readonly YamlProblem[]): GoProblem {
  const [problem] = problems as readonly [YamlProblem];
  const line = lineOf(text, problem.pos[0]);
  switch (problem.code) {
    case "BLOCK_IN_FLOW":
    case "BLOCK_AS_IMPLICIT_KEY":
    case "MULTILINE_IMPLICIT_KEY": {
      // With a key over several lines the mistake is noticed at its colon.
      const multiline = problems.find(({ code }) => code === "MULTILINE_IMPLICIT_KEY");
      if (problems.some(({ message }) => message.includes("block-seq-ind"))) return outOfPlace(text, problem.pos[0]);
      const at = multiline ? multiline.pos[1] : problem.pos[0];
      return scanner("mapping values are not allowed in this context", lineOf(text, at));
    }
    case "MISSING_CHAR":
      return missingCharacter(text, problem);
    case "UNEXPECTED_TOKEN":
      return unexpectedToken(text, problem);
    case "TAB_AS_INDENT":
    case "BAD_SCALAR_START":
      return scanner("found character that cannot start any token", line);
    case "BAD_DQ_ESCAPE":
      return scanner("found unknown escape character", line);
    case "BAD_ALIAS":
      return scanner("did not find expected alphabetic or numeric character", line);
    case "BAD_INDENT":
      if (problem.message.startsWith("Flow sequence")) return unclosedFlow(text, "[");
      if (problem.message.startsWith("Flow map")) return unclosedFlow(text, "{");
      return outOfPlace(text, problem.pos[0]);
    default:
      return outOfPlace(text, problem.pos[0]);
  }
}

/** The text of Go's YAML reader for the first of these problems: `yaml: line 2: did not find expected key`. */
export function goYamlError(text: string, problems: readonly YamlProblem[]): string {
  const { message, by, contextLine, line } = goProblem(text, problems);
  const named = contextLine === 0 ? line : contextLine;
  const shown = by === "scanner" ? named + 1 : named;
  return named === 0 ? `yaml: ${message}` : `yaml: line ${shown}: ${message}`;
}
