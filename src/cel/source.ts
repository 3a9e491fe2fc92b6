/** A problem at a place of the source; `at` is a UTF-16 offset, or undefined when the whole is meant. */
export interface SourceError {
  readonly at: number | undefined;
  readonly message: string;
}

/** Problems beyond this many are only counted. */
const maxReported = 100;
/** Longer lines are not shown. */
const maxSnippetBytes = 16384;

/** Line (from 1) and column (from 0, in code points) of a UTF-16 offset. */
function locate(source: string, at: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let lineStart = 0;
  for (let i = source.indexOf("\n"); i >= 0 && i < at; i = source.indexOf("\n", i + 1)) {
    line++;
    lineStart = i + 1;
  }
  return { line, column: [...source.slice(lineStart, at)].length };
}

function isMultiByte(char: string | undefined): boolean {
  return char !== undefined && (char.codePointAt(0) ?? 0) > 0x7f;
}

function renderError(source: string, { at, message }: SourceError): string {
  if (at === undefined) return `ERROR: <input>:-1:0: ${message}`;
  const { line, column } = locate(source, at);
  const head = `ERROR: <input>:${line}:${column + 1}: ${message}`;
  const snippet = (source.split("\n")[line - 1] ?? "").replaceAll("\t", " ");
  if (Buffer.byteLength(snippet) > maxSnippetBytes) return head;
  const chars = [...snippet];
  // Wide characters are marked by full-width marks, so that the caret stands below its character.
  const dots = chars.slice(0, column).map((char) => (isMultiByte(char) ? "．" : "."));
  return `${head}\n | ${snippet}\n | ${dots.join("")}${isMultiByte(chars[column]) ? "＾" : "^"}`;
}

/** The text of all problems in source order, each with its line and a caret (spec: event processing, section 8). */
export function renderErrors(source: string, errors: readonly SourceError[]): string {
  const sorted = [...errors].sort((a, b) => (a.at ?? -1) - (b.at ?? -1));
  const shown = sorted.slice(0, maxReported).map((error) => renderError(source, error));
  if (sorted.length > maxReported) shown.push(`${sorted.length - maxReported} more errors were truncated`);
  return shown.join("\n");
}
