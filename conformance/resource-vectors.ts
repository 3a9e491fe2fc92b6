import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { type JsonNode, readJsonText } from "../src/api/triggers/json-source.ts";
import { parseObject } from "../src/json/object-text.ts";
import type { CaseOutcome } from "./set.ts";

/** The vectors of some files of the resources format, numbers exact. */
export function readVectors<T>(files: readonly string[]): readonly T[] {
  return files.flatMap((file) => parseObject(readFileSync(file, "utf8")) as unknown as readonly T[]);
}

/** A vector together with its text, in which number literals and repeated keys still are what they were. */
export interface TextVector<T> {
  readonly vector: T;
  readonly node: JsonNode;
}

/** The same vectors with their text. */
export function readTextVectors<T>(files: readonly string[]): readonly TextVector<T>[] {
  return files.flatMap((file) => {
    const root = readJsonText(readFileSync(file, "utf8"));
    if (!root.ok || root.value.shape.kind !== "array") throw new Error(`${file} is no JSON array`);
    return root.value.shape.items.map((node) => ({ vector: parseObject(node.text) as unknown as T, node }));
  });
}

/** The member of that name, losslessly. */
export function memberNode(node: JsonNode | undefined, key: string): JsonNode | undefined {
  return node?.shape.kind === "object" ? node.shape.members.find(([name]) => name === key)?.[1] : undefined;
}

/** Compares a text, or its beginning. */
export function textOutcome(name: string, want: string, got: string, match?: "prefix"): CaseOutcome {
  const passed = match === "prefix" ? got.startsWith(want) : got === want;
  return passed ? { name, passed } : { name, passed, diff: `want ${want || "(nothing)"}\n got ${got || "(nothing)"}` };
}

/** Compares JSON by value: key order free, list order fixed. */
export function valueOutcome(name: string, want: unknown, got: unknown): CaseOutcome {
  if (isDeepStrictEqual(plain(want), plain(got))) return { name, passed: true };
  return { name, passed: false, diff: differences(plain(want), plain(got), "").slice(0, 30).join("\n") };
}

/** Without prototypes and absent members, so that only JSON counts. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([key, each]) => [key, plain(each)]),
  );
}

function differences(want: unknown, got: unknown, path: string): readonly string[] {
  if (isDeepStrictEqual(want, got)) return [];
  const isTree = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
  if (isTree(want) && isTree(got) && Array.isArray(want) === Array.isArray(got)) {
    const keys = new Set([...Object.keys(want), ...Object.keys(got)]);
    return [...keys].flatMap((key) => differences(want[key], got[key], `${path}.${key}`));
  }
  return [`${path || "."}: want ${print(want)}, got ${print(got)}`];
}

function print(value: unknown): string {
  const text = JSON.stringify(value, (_key, each: unknown) => (typeof each === "bigint" ? `${each}n` : each));
  return text ?? "nothing";
}
