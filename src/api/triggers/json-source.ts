import { buildJson, type JsonBuilder } from "../../json/build.ts";
import { decodeGoJson } from "../../json/go-decode.ts";
import { findSyntaxError } from "../../json/go-syntax.ts";
import { encodeObject } from "../../json/object-text.ts";
import { isJsonArray, type JsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";

/** What a JSON value is, one level deep. */
export type JsonShape<T> =
  | { readonly kind: "null" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "number"; readonly literal: string }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "array"; readonly items: readonly T[] }
  | { readonly kind: "object"; readonly members: readonly (readonly [key: string, value: T])[] };

/**
 * A way to read JSON. Decoding works on parsed values (what the embedded API server holds) and on losslessly read text
 * alike; only the latter keeps number literals and duplicate keys inside raw fields.
 */
export interface JsonSource<T> {
  inspect(value: T): JsonShape<T>;
  json(value: T): JsonValue;
  text(value: T): string;
}

/** Reads values that are parsed already. */
export const parsedJson: JsonSource<JsonValue> = {
  inspect(value) {
    if (value === null) return { kind: "null" };
    if (typeof value === "boolean") return { kind: "bool", value };
    if (typeof value === "string") return { kind: "string", value };
    if (typeof value === "number" || typeof value === "bigint") return { kind: "number", literal: encodeObject(value) };
    if (isJsonArray(value)) return { kind: "array", items: value };
    return { kind: "object", members: Object.entries(value as JsonObject) };
  },
  json: (value) => value,
  text: (value) => encodeObject(value),
};

/** A field that is kept as it came: `resourcetemplates[]`, `customResource`, an interceptor param's `value`. */
export class RawJson {
  readonly #json: () => JsonValue;
  readonly #text: () => string;

  private constructor(json: () => JsonValue, text: () => string) {
    this.#json = json;
    this.#text = text;
  }

  static from<T>(source: JsonSource<T>, value: T): RawJson {
    return new RawJson(
      () => source.json(value),
      () => source.text(value),
    );
  }

  /** The value, parsed. */
  get json(): JsonValue {
    return this.#json();
  }

  /** The JSON text, as it came where the source is text. */
  get text(): string {
    return this.#text();
  }
}

/** Sets a key of a map whose keys come from outside: `__proto__` becomes a key like any other. */
export function setKey<V>(map: Record<string, V>, key: string, value: V): void {
  if (key !== "__proto__") map[key] = value;
  else Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
}

/** A value inside JSON text. */
export interface JsonNode {
  readonly shape: JsonShape<JsonNode>;
  /** As it is written, without the white space around it. */
  readonly text: string;
}

/** Reads values that are still text: nothing is lost. */
export const textJson: JsonSource<JsonNode> = {
  inspect: (node) => node.shape,
  json(node) {
    const decoded = decodeGoJson(node.text, { integers: "exact" });
    // Only a number that no double can hold fails here; nothing that reads raw fields as values needs it.
    return decoded.ok ? decoded.value : null;
  },
  text: (node) => node.text,
};

/** The root of a JSON text; the error is Go's. */
export function readJsonText(text: string): Result<JsonNode, string> {
  const error = findSyntaxError(Buffer.from(text, "utf8"));
  if (error !== undefined) return err(error);
  const node = (shape: JsonShape<JsonNode>, start: number, end: number) => ({ shape, text: text.slice(start, end) });
  const builder: JsonBuilder<JsonNode> = {
    word: (value, start, end) => node(value === null ? { kind: "null" } : { kind: "bool", value }, start, end),
    number: (literal, start, end) => node({ kind: "number", literal }, start, end),
    string: (value, start, end) => node({ kind: "string", value }, start, end),
    array: (items, start, end) => node({ kind: "array", items }, start, end),
    object: (keys, values, start, end) =>
      node({ kind: "object", members: keys.map((key, i) => [key, values[i] as JsonNode] as const) }, start, end),
  };
  return ok(buildJson(text, builder));
}
