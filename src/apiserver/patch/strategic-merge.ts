import { isDeepStrictEqual } from "node:util";
import type { GoField, GoStruct, GoType } from "../../api/core/go-type.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";

class StrategicError extends Error {}

const orderPrefix = "$setElementOrder/";
const deletePrefix = "$deleteFromPrimitiveList/";

/**
 * Applies a strategic merge patch (spec: kube-api, section 6): lists merge by the keys of their Go type; `$patch`,
 * `$setElementOrder/…`, `$retainKeys` and `$deleteFromPrimitiveList/…` are honoured.
 */
export function applyStrategicMerge(target: JsonObject, patch: JsonObject, type: GoStruct): Result<JsonObject, string> {
  try {
    return ok(mergeObject(target, patch, type, false) ?? {});
  } catch (error) {
    if (error instanceof StrategicError) return err(error.message);
    throw error;
  }
}

function fieldOf(type: GoType | undefined, key: string): GoField | undefined {
  return type?.kind === "struct" ? type.fields.get(key) : undefined;
}

/** Undefined when the patch deletes the object. */
function mergeObject(
  target: JsonObject | undefined,
  patch: JsonObject,
  type: GoType | undefined,
  retainKeys: boolean,
): JsonObject | undefined {
  const directive = patch["$patch"];
  if (directive !== undefined) {
    if (directive === "replace") return clean(patch);
    if (directive === "delete") return undefined;
    if (directive !== "merge") throw new StrategicError(`invalid value for $patch: ${String(directive)}`);
  }
  const out: Record<string, JsonValue> = { ...target };
  const retained = patch["$retainKeys"];
  if (retained !== undefined) {
    if (!isJsonArray(retained)) throw new StrategicError("$retainKeys must be a list");
    if (retainKeys || target) for (const key of Object.keys(out)) if (!retained.includes(key)) delete out[key];
  }
  for (const key of Object.keys(patch)) {
    if (key === "$patch" || key === "$retainKeys") continue;
    const value = patch[key]!;
    if (key.startsWith(deletePrefix)) {
      const name = key.slice(deletePrefix.length);
      const list = out[name];
      if (!isJsonArray(value)) throw new StrategicError(`${key} must be a list`);
      if (isJsonArray(list)) out[name] = list.filter((item) => !value.some((gone) => isDeepStrictEqual(gone, item)));
      continue;
    }
    if (key.startsWith(orderPrefix)) continue;
    if (value === null) {
      delete out[key];
      continue;
    }
    const field = fieldOf(type, key);
    const valueType = field?.type ?? (type?.kind === "map" ? type.values : undefined);
    const present = Object.hasOwn(out, key) ? out[key] : undefined;
    if (isJsonObject(value)) {
      const merged = mergeObject(
        isJsonObject(present) ? present : undefined,
        value,
        valueType,
        field?.retainKeys === true,
      );
      if (merged === undefined) delete out[key];
      else out[key] = merged;
    } else if (isJsonArray(value)) {
      out[key] = mergeList(isJsonArray(present) ? present : [], value, field, patch[orderPrefix + key]);
    } else out[key] = value;
  }
  // An order given without items still sorts what is there.
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(orderPrefix)) continue;
    const name = key.slice(orderPrefix.length);
    if (Object.hasOwn(patch, name)) continue;
    const present = out[name];
    const field = fieldOf(type, name);
    if (isJsonArray(present) && field?.patchKey !== undefined)
      out[name] = inOrder(present, patch[key]!, field.patchKey, present);
  }
  return out;
}

/** The object without directives. */
function clean(patch: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(patch).filter(([key]) => !key.startsWith("$")));
}

function mergeList(
  present: readonly JsonValue[],
  patch: readonly JsonValue[],
  field: GoField | undefined,
  order: JsonValue | undefined,
): readonly JsonValue[] {
  const items = field?.type.kind === "list" ? field.type.items : undefined;
  const mergeKey = field?.patchKey;
  if (mergeKey === undefined) {
    return patch.map((item) => (isJsonObject(item) ? clean(item) : item)).filter((item) => !isDirectiveOnly(item));
  }
  if (mergeKey === "") {
    const merged = [...present];
    for (const item of patch) if (!merged.some((other) => isDeepStrictEqual(other, item))) merged.push(item);
    return inOrder(merged, order ?? patch, "", present);
  }
  if (patch.some((item) => isJsonObject(item) && item["$patch"] === "replace")) {
    return patch.filter((item) => !(isJsonObject(item) && item["$patch"] === "replace"));
  }
  let merged: JsonValue[] = [...present];
  for (const item of patch) {
    if (!isJsonObject(item)) throw new StrategicError("expected a list of objects");
    const key = item[mergeKey];
    if (key === undefined) {
      throw new StrategicError(`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`);
    }
    if (item["$patch"] === "delete") {
      merged = merged.filter((other) => !(isJsonObject(other) && isDeepStrictEqual(other[mergeKey], key)));
      continue;
    }
    const at = merged.findIndex((other) => isJsonObject(other) && isDeepStrictEqual(other[mergeKey], key));
    if (at < 0) merged.push(mergeObject(undefined, item, items, false) ?? {});
    else merged[at] = mergeObject(merged[at] as JsonObject, item, items, field?.retainKeys === true) ?? {};
  }
  const ofPatch = order ?? patch.filter((item) => !(isJsonObject(item) && Object.hasOwn(item, "$patch")));
  return inOrder(merged, ofPatch, mergeKey, present);
}

function isDirectiveOnly(item: JsonValue): boolean {
  return isJsonObject(item) && Object.keys(item).length === 0;
}

/**
 * The items that the order names, in its order, merged with the others, which keep theirs. Where both were there before
 * the older order decides who comes first; otherwise what the patch names does.
 */
function inOrder(
  list: readonly JsonValue[],
  order: JsonValue,
  mergeKey: string,
  before: readonly JsonValue[],
): readonly JsonValue[] {
  if (!isJsonArray(order)) throw new StrategicError("$setElementOrder must be a list");
  const keyOf = (item: JsonValue): JsonValue | undefined =>
    mergeKey === "" ? item : isJsonObject(item) ? item[mergeKey] : undefined;
  const wanted = order.map((item) => (mergeKey !== "" && isJsonObject(item) ? item[mergeKey] : item));
  const rankOf = (item: JsonValue): number => wanted.findIndex((key) => isDeepStrictEqual(key, keyOf(item)));
  const placeOf = (item: JsonValue): number =>
    before.findIndex((other) => isDeepStrictEqual(keyOf(other), keyOf(item)));
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
