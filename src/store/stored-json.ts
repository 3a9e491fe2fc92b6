import type { K8sObject } from "../api/object.ts";

const longNumber = /\d{16}/;

/** Parses an object we stored; integers beyond a double's precision become `bigint`. */
export function parseStored(text: string): K8sObject {
  // The reviver makes parsing several times slower, so it runs only where such a number can be.
  if (!longNumber.test(text)) return JSON.parse(text) as K8sObject;
  return JSON.parse(text, exactInteger) as K8sObject;
}

function exactInteger(this: unknown, _key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
}

/** TypeScript's library does not know it yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** Prints JSON; `bigint` becomes a plain number. */
export function stringifyStored(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // Only a bigint makes it throw, and a replacer costs too much to have it always.
    return JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? rawJSON(item.toString()) : item));
  }
}
