import { isDeepStrictEqual } from "node:util";
import type { GoField, GoStruct, GoType } from "../../api/core/go-type.ts";
import { formatGoValue } from "../../json/go-print.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import { shownPatch } from "./strategic-problem.ts";

/** Why a patch cannot be applied, as Kubernetes tells it. */
export interface StrategicProblem {
  /** `malformed`: a directive is of the wrong form; `contradiction`: it contradicts the rest of the patch. */
  readonly kind: "malformed" | "contradiction" | "other";
  readonly message: string;
}

class StrategicError extends Error {
  readonly kind: StrategicProblem["kind"];

  constructor(message: string, kind: StrategicProblem["kind"] = "other") {
    super(message);
    this.kind = kind;
  }
}

const orderPrefix = "$setElementOrder/";
const deletePrefix = "$deleteFromPrimitiveList/";

/**
 * Applies a strategic merge patch (spec: kube-api, section 6): lists merge by the keys of their Go type; `$patch`,
 * `$setElementOrder/…`, `$retainKeys` and `$deleteFromPrimitiveList/…` are honoured.
 */
export function applyStrategicMerge(
  target: JsonObject,
  patch: JsonObject,
  type: GoStruct,
): Result<JsonObject, StrategicProblem> {
  try {
    return ok(mergeObject(target, patch, type));
  } catch (error) {
    if (error instanceof StrategicError) return err({ kind: error.kind, message: error.message });
    throw error;
  }
}

function fieldOf(type: GoType | undefined, key: string): GoField | undefined {
  return type?.kind === "struct" ? type.fields.get(key) : undefined;
}

function mergeObject(target: JsonObject, patch: JsonObject, type: GoType | undefined): JsonObject {
  const directive = patch["$patch"];
  if (directive === "replace") return clean(patch);
  if (directive === "delete") return {};
  if (directive !== undefined) throw unknownDirective(directive, patch);
  const out: Record<string, JsonValue> = { ...target };
  const retained = patch["$retainKeys"];
  if (retained !== undefined) retainKeys(out, patch, retained);
  for (const key of Object.keys(patch)) {
    if (key === "$retainKeys") continue;
    const value = patch[key]!;
    if (key.startsWith(orderPrefix)) {
      setElementOrder(out, patch, key, type);
      continue;
    }
    const name = key.startsWith(deletePrefix) ? key.slice(deletePrefix.length) : key;
    const present = Object.hasOwn(out, name) ? out[name] : undefined;
    if (value === null) delete out[name];
    else if (name !== key) {
      if (isJsonArray(value) && isJsonArray(present)) out[name] = without(present, value);
    } else if (isJsonArray(patch[orderPrefix + key])) {
      // Merged where its order is read.
    } else if (isJsonObject(value) && isJsonObject(present)) {
      const field = fieldOf(type, key);
      const valueType = field?.type ?? (type?.kind === "map" ? type.values : undefined);
      out[key] = field?.replaces === true ? value : mergeObject(present, value, valueType);
    } else if (isJsonArray(value) && isJsonArray(present)) out[key] = mergeList(present, value, fieldOf(type, key));
    else {
      const added = withoutDirectives(value);
      if (added !== undefined) out[key] = added;
    }
  }
  return out;
}

function unknownDirective(directive: JsonValue, patch: JsonObject): StrategicError {
  return new StrategicError(`unknown patch type: ${formatGoValue(directive)} in map: ${shownPatch(patch)}`);
}

function withoutKey(item: JsonObject, mergeKey: string): StrategicError {
  return new StrategicError(`map: ${shownPatch(item)} does not contain declared merge key: ${mergeKey}`);
}

/** As Go's reflection calls the type of a decoded value. */
function typeName(value: JsonValue): string {
  if (value === null) return "%!s(<nil>)";
  if (isJsonArray(value)) return "[]interface {}";
  if (isJsonObject(value)) return "map[string]interface {}";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  return typeof value === "boolean" ? "bool" : "string";
}

function retainKeys(out: Record<string, JsonValue>, patch: JsonObject, retained: JsonValue): void {
  if (!isJsonArray(retained)) throw new StrategicError("invalid patch format of retainKeys", "malformed");
  for (const key of Object.keys(patch)) {
    if (key === "$retainKeys" || key.startsWith(orderPrefix) || key.startsWith(deletePrefix)) continue;
    if (patch[key] !== null && !retained.includes(key)) {
      throw new StrategicError("patch content doesn't match retainKeys list", "contradiction");
    }
  }
  for (const key of Object.keys(out)) if (!retained.includes(key)) delete out[key];
}

/** Merges the list that an order is given for, if the patch has it, and sorts it. */
function setElementOrder(
  out: Record<string, JsonValue>,
  patch: JsonObject,
  key: string,
  type: GoType | undefined,
): void {
  const name = key.slice(orderPrefix.length);
  const present = Object.hasOwn(out, name) ? out[name] : undefined;
  const given = Object.hasOwn(patch, name) ? patch[name] : undefined;
  const order = patch[key] as JsonValue;
  for (const list of [order, present, given]) {
    if (list !== undefined && !isJsonArray(list)) {
      throw new StrategicError(`expected a []interface {}, but received a ${typeName(list)}`);
    }
  }
  const field = fieldOf(type, name);
  if (!field && type?.kind === "struct") {
    throw new StrategicError(`unable to find api field in struct ${type.name} for the json field "${name}"`);
  }
  const wanted = order as readonly JsonValue[];
  const items = given as readonly JsonValue[] | undefined;
  const mergeKey = field?.patchKey ?? "";
  if (items) followsOrder(items, wanted, mergeKey);
  const before = present as readonly JsonValue[] | undefined;
  if (before) out[name] = inOrder(items ? mergeList(before, items, field) : before, wanted, mergeKey, before);
  else if (items) out[name] = inOrder(withoutDirectives(items) as readonly JsonValue[], wanted, mergeKey, []);
}

/** What a patch gives must be in the order, and in that order. */
function followsOrder(items: readonly JsonValue[], order: readonly JsonValue[], mergeKey: string): void {
  const kept = items.filter((item) => !(isJsonObject(item) && item["$patch"] === "delete"));
  let at = 0;
  for (const wanted of order) {
    if (at < kept.length && isDeepStrictEqual(keyOf(kept[at]!, mergeKey), keyOf(wanted, mergeKey))) at++;
  }
  if (at === kept.length) return;
  throw new StrategicError(
    `The order in patch list:\n${shownPatch(items)}\n doesn't match $setElementOrder list:\n${shownPatch(order)}\n`,
  );
}

function keyOf(item: JsonValue, mergeKey: string): JsonValue | undefined {
  return mergeKey !== "" && isJsonObject(item) ? item[mergeKey] : item;
}

function without(list: readonly JsonValue[], gone: readonly JsonValue[]): readonly JsonValue[] {
  return list.filter((item) => !gone.some((other) => isDeepStrictEqual(other, item)));
}

/** The object without its own directives. */
function clean(patch: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(patch).filter(([key]) => !key.startsWith("$")));
}

/** A value that is new, without directives and null members; undefined when the patch deletes it. */
function withoutDirectives(value: JsonValue): JsonValue | undefined {
  if (isJsonArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isJsonObject(value)) return value;
  if (value["$patch"] === "delete") return undefined;
  const out: Record<string, JsonValue> = {};
  for (const [key, item] of Object.entries(clean(value))) {
    const kept = item === null ? undefined : withoutDirectives(item);
    if (kept !== undefined) out[key] = kept;
  }
  return out;
}

function mergeList(
  present: readonly JsonValue[],
  patch: readonly JsonValue[],
  field: GoField | undefined,
): readonly JsonValue[] {
  const items = field?.type.kind === "list" ? field.type.items : undefined;
  const mergeKey = field?.patchKey;
  if (mergeKey === undefined || (present.length === 0 && patch.length === 0)) return patch;
  sameTypes(present, patch);
  if (!isJsonObject(present[0] ?? patch[0] ?? null)) {
    const merged = [...present];
    for (const item of patch) if (!merged.some((other) => isDeepStrictEqual(other, item))) merged.push(item);
    return inOrder(merged, patch, "", present);
  }
  const { kept, given, replace } = specialItems(
    present as readonly JsonObject[],
    patch as readonly JsonObject[],
    mergeKey,
  );
  if (replace) return given;
  const merged = [...kept];
  for (const item of given) {
    const key = item[mergeKey];
    if (key === undefined) throw withoutKey(item, mergeKey);
    const at = merged.findIndex((other) => isDeepStrictEqual(other[mergeKey], key));
    if (at < 0) merged.push(withoutDirectives(item) as JsonObject);
    else merged[at] = mergeObject(merged[at]!, item, items);
  }
  return inOrder(merged, given, mergeKey, kept);
}

/** Carries out the items of a patch that are directives themselves; `given` are the others. */
function specialItems(
  present: readonly JsonObject[],
  patch: readonly JsonObject[],
  mergeKey: string,
): { readonly kept: readonly JsonObject[]; readonly given: readonly JsonObject[]; readonly replace: boolean } {
  let kept = present;
  let replace = false;
  const given: JsonObject[] = [];
  for (const item of patch) {
    const directive = item["$patch"];
    if (directive === undefined) given.push(item);
    else if (directive === "replace") replace = true;
    else if (directive === "delete") {
      const key = item[mergeKey];
      if (key === undefined) throw withoutKey(item, mergeKey);
      kept = kept.filter((other) => !isDeepStrictEqual(other[mergeKey], key));
    } else if (directive === "merge") {
      throw new StrategicError("merging lists cannot yet be specified in the patch");
    } else throw unknownDirective(directive, item);
  }
  return { kept, given, replace };
}

/** Lists merge only when all their items are of one type. */
function sameTypes(present: readonly JsonValue[], patch: readonly JsonValue[]): void {
  const types = [...present, ...patch].map(typeName);
  if (types[0] === "[]interface {}") throw new StrategicError("lists of lists are not supported", "contradiction");
  if (types.some((type) => type !== types[0])) {
    throw new StrategicError(`list element types are not identical: ${shownPatch([present, patch])}`);
  }
}

/**
 * The items that the order names, in its order, merged with the others, which keep theirs. Where both were there before
 * the older order decides who comes first; otherwise what the patch names does.
 */
function inOrder(
  list: readonly JsonValue[],
  order: readonly JsonValue[],
  mergeKey: string,
  before: readonly JsonValue[],
): readonly JsonValue[] {
  const placeIn = (items: readonly JsonValue[]) => {
    const keys = items.map((item) => keyOf(item, mergeKey));
    return (item: JsonValue): number => keys.findIndex((key) => isDeepStrictEqual(key, keyOf(item, mergeKey)));
  };
  const rankOf = placeIn(order);
  const placeOf = placeIn(before);
  const named = list.filter((item) => rankOf(item) >= 0).sort((a, b) => rankOf(a) - rankOf(b));
  const others = list.filter((item) => rankOf(item) < 0);
  const out: JsonValue[] = [];
  let left = 0;
  let right = 0;
  while (left < others.length && right < named.length) {
    const leftPlace = placeOf(others[left]!);
    const rightPlace = placeOf(named[right]!);
    if (leftPlace >= 0 && rightPlace >= 0 && leftPlace < rightPlace) out.push(others[left++]!);
    else out.push(named[right++]!);
  }
  return [...out, ...others.slice(left), ...named.slice(right)];
}
