import type { Evaluation } from "../evaluation.ts";
import { declare, type FunctionRow } from "../function-table.ts";
import type { MessageDeclaration } from "../messages.ts";
import { dynType, mapOf, stringType, type Type } from "../types.ts";
import type { CelValue, JsonMap, Outcome } from "../values.ts";

const objectType = mapOf(stringType, dynType);

/** The fields that were given, as a map. */
function construct(fields: ReadonlyMap<string, CelValue>): JsonMap {
  return Object.assign(Object.create(null) as Record<string, CelValue>, Object.fromEntries(fields));
}

/** A part of the object that is mutated; which fields it may have is seen when it is applied. */
const object: MessageDeclaration = { type: objectType, fields: { get: () => dynType }, construct };

const jsonPatch: MessageDeclaration = {
  type: objectType,
  fields: new Map<string, Type>([
    ["op", stringType],
    ["path", stringType],
    ["from", stringType],
    ["value", dynType],
  ]),
  construct,
};

/**
 * What mutations construct: `Object{...}` with `Object.spec{...}` and so on for what lies below, and the operations of
 * a patch, `JSONPatch{op: ..., path: ..., value: ...}`.
 */
export function mutationMessage(name: string): MessageDeclaration | undefined {
  if (name === "JSONPatch") return jsonPatch;
  return name === "Object" || name.startsWith("Object.") ? object : undefined;
}

/**
 * `jsonpatch.escapeKey(string) -> string`: the key as a part of a path, `~` as `~0` and `/` as `~1`.
 *
 * - `jsonpatch.escapeKey('a/b~c')` is `'a~1b~0c'`
 * - `jsonpatch.escapeKey('plain')` is `'plain'`
 * - `JSONPatch{op: 'remove', path: '/metadata/labels/' + jsonpatch.escapeKey('~1')}` is `{'op': 'remove', 'path': '/metadata/labels/~01'}`
 */
function escapeKey(key: string, evaluation: Evaluation): Outcome {
  evaluation.chargeText(key.length);
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

const rows: readonly FunctionRow[] = [["jsonpatch.escapeKey(string) -> string", escapeKey]];

/** What expressions of mutations can call beside what those of validations can. */
export const mutations = declare(rows, { isGuarded: true });
