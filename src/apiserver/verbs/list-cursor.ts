import { findSyntaxError } from "../../json/go-syntax.ts";
import { isJsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";

/** Where the next page of a list begins: what `metadata.continue` says. */
export interface Cursor {
  /** Of the snapshot that the pages show; -1 for the present state. */
  readonly revision: number;
  /** The first key of the page, after the prefix of the list. */
  readonly start: string;
}

const format = "meta.k8s.io/v1";
const invalid = "continue key is not valid";

export function encodeCursor({ revision, start }: Cursor): string {
  return Buffer.from(JSON.stringify({ v: format, rv: revision, start })).toString("base64url");
}

/** Reads `continue` of a list request. The error is worded as Kubernetes words it. */
export function decodeCursor(token: string): Result<Cursor, string> {
  const stray = token.search(/[^A-Za-z0-9_-]/);
  const isCut = token.length % 4 === 1;
  if (stray >= 0 || isCut)
    return err(`${invalid}: illegal base64 data at input byte ${stray >= 0 ? stray : token.length - 1}`);
  const bytes = Buffer.from(token, "base64url");
  const syntax = findSyntaxError(bytes);
  if (syntax !== undefined) return err(`${invalid}: ${syntax}`);
  const parsed = JSON.parse(bytes.toString("utf8")) as JsonValue;
  const { v, rv, start } = isJsonObject(parsed) ? parsed : {};
  if (v !== format)
    return err(`${invalid}: server does not recognize this encoded version ${typeof v === "string" ? v : ""}`);
  if (typeof rv !== "number" || rv === 0)
    return err(`${invalid}: incorrect encoded start resourceVersion (version ${format})`);
  if (typeof start !== "string" || start === "") return err(`${invalid}: encoded start key empty (version ${format})`);
  return ok({ revision: rv, start });
}
