import { err, ok, type Result } from "../result.ts";
import { buildJson, type JsonBuilder } from "./build.ts";
import { encodeGoString } from "./go-encode.ts";
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
export type LosslessScalar = Span &
  (
    | { readonly kind: "null" }
    | { readonly kind: "bool"; readonly value: boolean }
    /** The literal as it was written: `1.0`, `-0`, `12345678901234567890`. */
    | { readonly kind: "number"; readonly literal: string }
    | { readonly kind: "string"; readonly value: string }
  );

export interface LosslessArray extends Span {
  readonly kind: "array";
  readonly items: readonly LosslessJson[];
}

export interface LosslessObject extends Span {
  readonly kind: "object";
  readonly members: readonly LosslessMember[];
}

export interface LosslessMember {
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

/** Line and column, both from 1, of an offset into the text. */
export function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - lineStart + 1 };
}

/** Writes it without spaces: literals, order and repeated keys as they came, strings as Go writes them. */
export function writeLossless(value: LosslessJson): string {
  const parts: string[] = [];
  // What is still to be written, last first: texts, and values not yet opened.
  const todo: (string | LosslessJson)[] = [value];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (typeof next === "string") parts.push(next);
    else if (next.kind === "array") {
      todo.push("]");
      for (let i = next.items.length - 1; i >= 0; i--) {
        todo.push(next.items[i] as LosslessJson);
        if (i > 0) todo.push(",");
      }
      parts.push("[");
    } else if (next.kind === "object") {
      todo.push("}");
      for (let i = next.members.length - 1; i >= 0; i--) {
        const { key, value: member } = next.members[i] as LosslessMember;
        todo.push(member, `${i > 0 ? "," : ""}${encodeGoString(key)}:`);
      }
      parts.push("{");
    } else parts.push(writeScalar(next));
  }
  return parts.join("");
}

function writeScalar(value: LosslessScalar): string {
  switch (value.kind) {
    case "null":
      return "null";
    case "bool":
      return String(value.value);
    case "number":
      return value.literal;
    case "string":
      return encodeGoString(value.value);
    default:
      return value satisfies never;
  }
}
