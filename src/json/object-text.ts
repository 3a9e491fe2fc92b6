import type { JsonValue } from "./value.ts";

/** Sixteen or more digits in a row: only such a text can hold an integer that a double cannot. */
const longDigits = /\d{16}/;

/**
 * Parses the JSON of an API object: integers that a double cannot hold exactly become `bigint`.
 * Throws SyntaxError when the text is no JSON.
 */
export function parseObject(text: string): JsonValue {
  if (!longDigits.test(text)) return JSON.parse(text) as JsonValue;
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
    const source = context?.source ?? "";
    return /^-?\d+$/.test(source) ? BigInt(source) : value;
  }) as JsonValue;
}

/** Prints an API object as JSON, `bigint` as the digits that it stands for. */
export function encodeObject(value: JsonValue, space?: number): string {
  try {
    return JSON.stringify(value, undefined, space);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, exactIntegers, space);
  }
}

/** ES2026; the compiler's library does not declare it yet. */
const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): unknown };

function exactIntegers(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? rawJSON(value.toString()) : value;
}
