import { err, ok, type Result } from "../result.ts";

/** An HTTP request as a file holds it. */
export interface SavedRequest {
  readonly method: string;
  /** The request target as written: path and query, or a whole URL. */
  readonly target: string;
  /** Names and values in turn, as written. */
  readonly rawHeaders: readonly string[];
  /** Byte for byte, without the framing of chunks. */
  readonly body: Uint8Array;
}

/** What is wrong with a request file. */
export interface RequestProblem {
  /** 1-based. */
  readonly line: number;
  /** What is there and what was expected. */
  readonly message: string;
}

/**
 * Reads a request saved as HTTP/1.1 text: request line, headers, an empty line, body. Lines may end in LF or CRLF; the
 * body is taken byte for byte. With `Content-Length` the body is that long, and only line breaks may follow it: editors
 * add them. Chunked bodies are put together.
 */
export function parseRequestFile(bytes: Uint8Array): Result<SavedRequest, RequestProblem> {
  const lines = new HeadLines(bytes);
  let first = lines.next();
  while (first?.text === "") first = lines.next();
  if (first === undefined) {
    return problem(1, "the file is empty: expected a request line such as `POST / HTTP/1.1`");
  }
  const requestLine = parseRequestLine(first.text);
  if (!requestLine.ok) return problem(first.number, requestLine.error);
  const rawHeaders: string[] = [];
  for (;;) {
    const line = lines.next();
    if (line === undefined) {
      return problem(lines.count, "the file ends within the headers: expected an empty line, then the body");
    }
    if (line.text === "") break;
    const header = parseHeaderLine(line.text, rawHeaders);
    if (!header.ok) return problem(line.number, header.error);
  }
  const body = readBody(rawHeaders, lines.rest(), lines.count + 1, headerLines(lines));
  return body.ok ? ok({ ...requestLine.value, rawHeaders, body: body.value }) : body;
}

function problem(line: number, message: string): Result<never, RequestProblem> {
  return err({ line, message });
}

/** The lines before the body. */
class HeadLines {
  readonly seen: { readonly text: string; readonly number: number }[] = [];
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    // Windows editors begin files with a byte order mark.
    this.#at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  }

  get count(): number {
    return this.seen.length;
  }

  /** The next line without its end; undefined after the last. */
  next(): { readonly text: string; readonly number: number } | undefined {
    if (this.#at >= this.#bytes.length) return undefined;
    const found = this.#bytes.indexOf(0x0a, this.#at);
    const end = found < 0 ? this.#bytes.length : found;
    const text = Buffer.from(this.#bytes.subarray(this.#at, end)).toString("utf8").replace(/\r$/, "");
    this.#at = end + 1;
    const line = { text, number: this.seen.length + 1 };
    this.seen.push(line);
    return line;
  }

  rest(): Uint8Array {
    return this.#bytes.subarray(Math.min(this.#at, this.#bytes.length));
  }
}

const methodAndTarget = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) (\S+)$/;

function parseRequestLine(text: string): Result<{ readonly method: string; readonly target: string }, string> {
  const expected = "expected a request line such as `POST / HTTP/1.1`";
  if (/^HTTP\//.test(text)) return err(`this is the status line of a response: ${expected}`);
  if (/^\s*[{[]/.test(text)) {
    return err(`this looks like a JSON body: ${expected}, headers and an empty line before it, or give it with --body`);
  }
  if (/^[<>] /.test(text)) return err(`the line begins with \`${text[0]} \`, as curl -v prints it: ${expected}`);
  const version = / HTTP\/\d(?:\.\d)?$/.exec(text);
  if (version === null) return err(`${expected}, found ${quote(text)}`);
  const parts = methodAndTarget.exec(text.slice(0, version.index));
  if (parts === null) return err(`expected \`METHOD PATH HTTP/1.1\` with single spaces, found ${quote(text)}`);
  const [, method = "", target = ""] = parts;
  if (!target.startsWith("/") && !/^https?:\/\/./.test(target)) {
    return err(`the path ${quote(target)} does not begin with /: ${expected}`);
  }
  return ok({ method, target });
}

const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Adds one line's header, or continues the last one. */
function parseHeaderLine(text: string, headers: string[]): Result<void, string> {
  const control = /[\u0000-\u0008\u000a-\u001f\u007f]/.exec(text);
  if (control !== null) {
    const code = control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    return err(`a header cannot hold the control character U+${code}`);
  }
  if (/^[ \t]/.test(text)) {
    if (headers.length === 0) return err("the line begins with white space: expected `Name: value` or an empty line");
    headers[headers.length - 1] = `${headers.at(-1)} ${text.trim()}`.trim();
    return ok(undefined);
  }
  const colon = text.indexOf(":");
  const name = text.slice(0, Math.max(0, colon));
  if (headerName.test(name)) {
    headers.push(name, text.slice(colon + 1).trim());
    return ok(undefined);
  }
  if (/^[{[]/.test(text)) return err("this looks like the body: expected an empty line between headers and body");
  if (colon >= 0 && headerName.test(name.trimEnd()))
    return err(`no space may stand before the colon in ${quote(text)}`);
  return err(`expected a header \`Name: value\` or an empty line, found ${quote(text)}`);
}

/** The line of the last header of that name. */
type LineOf = (name: string) => number;

function headerLines(lines: HeadLines): LineOf {
  return (name) => lines.seen.findLast(({ text }) => text.toLowerCase().startsWith(`${name}:`))?.number ?? lines.count;
}

function valuesOf(rawHeaders: readonly string[], name: string): readonly string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
}

function readBody(
  rawHeaders: readonly string[],
  rest: Uint8Array,
  firstLine: number,
  lineOf: LineOf,
): Result<Uint8Array, RequestProblem> {
  if (valuesOf(rawHeaders, "transfer-encoding").some((value) => value.toLowerCase() === "chunked")) {
    return joinChunks(rest, firstLine);
  }
  const lengths = new Set(valuesOf(rawHeaders, "content-length"));
  if (lengths.size === 0) return ok(rest);
  const line = lineOf("content-length");
  const [length = ""] = lengths;
  if (lengths.size > 1) return problem(line, "there are several different Content-Length headers: expected one");
  if (!/^\d{1,15}$/.test(length)) return problem(line, `expected a number of bytes, found Content-Length: ${length}`);
  const wanted = Number(length);
  const isRight = rest.length >= wanted && rest.subarray(wanted).every((byte) => byte === 0x0a || byte === 0x0d);
  if (isRight) return ok(rest.subarray(0, wanted));
  const found = rest.length === 1 ? "1 byte follows" : `${rest.length} bytes follow`;
  return problem(line, `Content-Length is ${wanted}, but ${found} the empty line: correct it, or leave it out`);
}

function joinChunks(bytes: Uint8Array, firstLine: number): Result<Uint8Array, RequestProblem> {
  const chunks: Uint8Array[] = [];
  let at = 0;
  const lineNow = () => firstLine + bytes.subarray(0, at).reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0);
  const hint = "leave Transfer-Encoding out if the body is not in chunks";
  for (;;) {
    const end = bytes.indexOf(0x0a, at);
    const sizeLine = Buffer.from(bytes.subarray(at, end < 0 ? bytes.length : end)).toString("latin1");
    const size = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?\r?$/.exec(sizeLine)?.[1];
    if (end < 0 || size === undefined) {
      return problem(lineNow(), `expected the size of a chunk in hexadecimal, found ${quote(sizeLine)}: ${hint}`);
    }
    const length = Number.parseInt(size, 16);
    const start = end + 1;
    if (length === 0) return ok(Buffer.concat(chunks));
    if (start + length > bytes.length) {
      return problem(lineNow(), `the chunk of ${length} bytes is cut off after ${bytes.length - start}`);
    }
    chunks.push(bytes.subarray(start, start + length));
    at = start + length;
    if (bytes[at] === 0x0d) at++;
    if (bytes[at] !== 0x0a)
      return problem(lineNow(), `expected a line end after the chunk of ${length} bytes: ${hint}`);
    at++;
  }
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text);
}
