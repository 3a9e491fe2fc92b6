import { readFileSync } from "node:fs";
import { err, ok, type Result } from "../result.ts";
import { parseRequestFile, type SavedRequest } from "./request-file.ts";

/** Where a command gets its request from. */
export interface RequestOptions {
  /** A request file, or `-` for standard input. */
  readonly request?: string;
  /** A file with the body alone, or `-`. */
  readonly body?: string;
  /** `Name: value`; takes the place of the request file's headers of that name. */
  readonly header?: readonly string[];
  readonly method?: string;
  /** Path and query. */
  readonly url?: string;
}

/** Reads the request that a command's options name. The error names the file and the line. */
export function readRequest(options: RequestOptions): Result<SavedRequest, string> {
  const base = readBase(options);
  if (!base.ok) return base;
  const added: string[] = [];
  for (const text of options.header ?? []) {
    const found = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*$/s.exec(text);
    if (found === null) return err(`--header ${JSON.stringify(text)}: expected "Name: value"`);
    added.push(found[1] ?? "", found[2] ?? "");
  }
  if (options.url !== undefined && !/^(\/|https?:\/\/.)/.test(options.url)) {
    return err(`--url ${options.url}: expected a path that begins with /`);
  }
  const { method = base.value.method, url = base.value.target } = options;
  return ok({ ...base.value, method, target: url, rawHeaders: withHeaders(base.value.rawHeaders, added) });
}

/** Reads a request file, or standard input when it is called `-`. */
export function readRequestFile(file: string): Result<SavedRequest, string> {
  const bytes = readBytes(file);
  if (!bytes.ok) return bytes;
  const parsed = parseRequestFile(bytes.value);
  if (parsed.ok) return parsed;
  return err(`${shown(file)}: line ${parsed.error.line}: ${parsed.error.message}`);
}

/** Replaces headers by those of the same name that are given, and adds the others. */
export function withHeaders(rawHeaders: readonly string[], given: readonly string[]): readonly string[] {
  const names = new Set(given.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase()));
  const kept = rawHeaders.filter((_, at) => !names.has((rawHeaders[at - (at % 2)] ?? "").toLowerCase()));
  return [...kept, ...given];
}

/** The contents of a file, or of standard input when it is called `-`. */
export function readBytes(file: string): Result<Uint8Array, string> {
  try {
    return ok(readFileSync(file === "-" ? 0 : file));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return err(`${shown(file)}: ${code === "ENOENT" ? "no such file" : message}`);
  }
}

function readBase({ request, body }: RequestOptions): Result<SavedRequest, string> {
  if (request !== undefined && body !== undefined) return err("give either --request or --body, not both");
  if (request !== undefined) return readRequestFile(request);
  if (body === undefined) return err("no request is given: --request FILE, or --body FILE with --header");
  const bytes = readBytes(body);
  return bytes.ok ? ok({ method: "POST", target: "/", rawHeaders: [], body: bytes.value }) : bytes;
}

function shown(file: string): string {
  return file === "-" ? "standard input" : file;
}
