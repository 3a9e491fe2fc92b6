/** A document that cannot be read; caught where reading began. */
export class YamlError extends Error {}

/** How the messages about documents begin that are no YAML to Go. */
export const unconverted = "error converting YAML to JSON:";

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

function scanner(message: string, line: number): GoProblem {
  return { message, by: "scanner", line };
}

function parser(message: string, line: number): GoProblem {
  return { message, by: "parser", line };
}

/** A flow collection that ends with the text, or where what should be the next item follows without a comma. */
function unclosedFlow(text: string, open: "[" | "{", offset: number): GoProblem {
  const expected = `did not find expected ',' or '${open === "[" ? "]" : "}"}'`;
  const colon = text.indexOf(":", offset);
  if (offset < text.length && colon >= 0) return parser(expected, lineOf(text, colon));
  const wantsItem = /[,[{:]\s*$/.test(text);
  return wantsItem ? noContent(endLine(text)) : parser(expected, endLine(text));
}

function noContent(line: number): GoProblem {
  return parser("did not find expected node content", line);
}

/** The bracket that is open at the offset, quotes left out of account. */
function openBracket(text: string, offset: number): number {
  let depth = 0;
  for (let i = offset - 1; i >= 0; i--) {
    if (text[i] === "]" || text[i] === "}") depth++;
    else if ((text[i] === "[" || text[i] === "{") && --depth < 0) return i;
  }
  return -1;
}

/** A second value in one item of a flow collection. */
function secondValue(text: string, offset: number): GoProblem {
  const bracket = openBracket(text, offset);
  const close = text[bracket] === "[" ? "]" : "}";
  return parser(`did not find expected ',' or '${close}'`, lineOf(text, offset));
}

function missingCharacter(text: string, { message, pos }: YamlProblem): GoProblem {
  const close = /must end with a ([\]}])$/.exec(message)?.[1];
  if (close !== undefined) return unclosedFlow(text, close === "]" ? "[" : "{", pos[0]);
  if (message.endsWith("quote")) return scanner("found unexpected end of stream", lineOf(text, text.length));
  // That a key is none is noticed on the next line.
  return scanner("could not find expected ':'", lineOf(text, pos[0]) + 1);
}

function unexpectedToken(text: string, { message, pos }: YamlProblem): GoProblem {
  const line = lineOf(text, pos[0]);
  if (message.includes("flow-seq-end") || message.includes("flow-map-end")) {
    const isWhereContentStands = /(?:^|[-:?,[{])\s*$/.test(text.slice(0, pos[0]));
    return isWhereContentStands ? noContent(line) : outOfPlace(text, pos[0]);
  }
  if (message.startsWith("Unexpected , in flow")) return noContent(line);
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
      const breaksSequence = problem.message.startsWith("A block sequence may not");
      if (breaksSequence || problems.some(({ message }) => message.includes("block-seq-ind"))) {
        return outOfPlace(text, problem.pos[0] + (breaksSequence ? 1 : 0));
      }
      if (problem.code === "BLOCK_IN_FLOW" && multiline === undefined) return secondValue(text, problem.pos[0]);
      const at = multiline ? multiline.pos[1] : problem.pos[0];
      return scanner("mapping values are not allowed in this context", lineOf(text, at));
    }
    case "MISSING_CHAR":
      return missingCharacter(text, problem);
    case "UNEXPECTED_TOKEN":
      return unexpectedToken(text, problem);
    case "BAD_SCALAR_START":
      if (problem.message.includes("flow indicator")) return noContent(line);
      return scanner("found character that cannot start any token", line);
    case "TAB_AS_INDENT":
      if (/[^\s:\]}"'][ \t]*\n\s*$/.test(text.slice(0, problem.pos[0]))) {
        return scanner("found a tab character that violates indentation", line);
      }
      return scanner("found character that cannot start any token", line);
    case "BAD_DQ_ESCAPE":
      return scanner("found unknown escape character", line);
    case "BAD_SURROGATE":
      return scanner("found invalid Unicode character escape code", line);
    case "TAG_RESOLVE_FAILED":
      if (problem.message.startsWith("Verbatim")) return scanner("did not find the expected '>'", line);
      if (problem.message.includes("no suffix")) return scanner("did not find expected tag URI", line);
      return parser("found undefined tag handle", line);
    case "BAD_ALIAS":
      return scanner("did not find expected alphabetic or numeric character", line);
    case "BAD_INDENT":
      if (problem.message.startsWith("Flow sequence")) return unclosedFlow(text, "[", problem.pos[0]);
      if (problem.message.startsWith("Flow map")) return unclosedFlow(text, "{", problem.pos[0]);
      if (text[problem.pos[0]] === "\t" && problem.message.startsWith("Block scalar")) {
        return scanner("found a tab character where an indentation space is expected", line);
      }
      return outOfPlace(text, problem.pos[0]);
    default:
      return outOfPlace(text, problem.pos[0]);
  }
}

/** The text of Go's YAML reader for the first of these problems: `yaml: line 2: did not find expected key`. */
export function goYamlError(text: string, problems: readonly YamlProblem[]): string {
  const { message, by, line } = goProblem(text, problems);
  if (line === 0) return `yaml: ${message}`;
  return `yaml: line ${by === "scanner" ? line + 1 : line}: ${message}`;
}
