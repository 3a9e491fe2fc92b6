import { err, ok, type Result } from "../result.ts";
import { buildJson, type JsonBuilder } from "./build.ts";
import { findSyntaxError } from "./go-syntax.ts";
import { decodeGoUtf8 } from "./go-utf8.ts";

/** Where a value stands in its text: UTF-16 offsets, the end exclusive. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** JSON of which nothing is lost: number literals, key order, repeated keys and positions are kept. */
export type LosslessJson = LosslessScalar | LosslessArray | LosslessObject;

/** A value without members. */
type LosslessScalar = Span &
  (
    | { readonly kind: "null" }
    | { readonly kind: "bool"; readonly value: boolean }
    /** The literal as it was written: `1.0`, `-0`, `12345678901234567890`. */
    | { readonly kind: "number"; readonly literal: string }
    | { readonly kind: "string"; readonly value: string }
  );

interface LosslessArray extends Span {
  readonly kind: "array";
  readonly items: readonly LosslessJson[];
}

interface LosslessObject extends Span {
  readonly kind: "object";
  readonly members: readonly LosslessMember[];
}

interface LosslessMember {
  readonly key: string;
  readonly value: LosslessJson;
}

/** Reads JSON losing nothing; a syntax error is Go's text (spec: event processing, preamble). */
export function readLossless(input: string | Uint8Array): Result<LosslessJson, string> {
  const text = typeof input === "string" ? input.toWellFormed() : decodeGoUtf8(input);
  const error = findSyntaxError(typeof input === "string" ? Buffer.from(text, "utf8") : input);
  return error === undefined ? ok(buildJson(text, builder)) : err(error);
}

const builder: JsonBuilder<LosslessJson> = {
  word: (value, start, end) => (value === null ? { kind: "null", start, end } : { kind: "bool", value, start, end }),
  number: (literal, start, end) => ({ kind: "number", literal, start, end }),
  string: (value, start, end) => ({ kind: "string", value, start, end }),
  array: (items, start, end) => ({ kind: "array", items, start, end }),
  object: (keys, values, start, end) => ({
    kind: "object",
    members: keys.map((key, i) => ({ key, value: values[i] as LosslessJson })),
    start,
    end,
  }),
};
