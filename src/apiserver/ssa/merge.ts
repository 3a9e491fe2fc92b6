import { isJsonArray, isJsonObject, type JsonValue } from "../../json/value.ts";
import type { FieldSet } from "./field-set.ts";
import { itemElement, resolveShape, type Shape } from "./shape.ts";

/** Lays an applied configuration over the live value. */
export function mergeApplied(shape: Shape, live: JsonValue | undefined, applied: JsonValue): JsonValue {
  const resolved = resolveShape(shape, applied);
  if (live === undefined || live === null) return applied;
  if (resolved.kind === "map" && !resolved.atomic && isJsonObject(live) && isJsonObject(applied)) {
    const out: Record<string, JsonValue> = { ...live };
    for (const key of Object.keys(applied)) {
      const inner = resolved.field(key);
      if (!inner) continue;
      out[key] = mergeApplied(inner, Object.hasOwn(live, key) ? live[key] : undefined, applied[key]!);
    }
    return out;
  }
  if (resolved.kind === "list" && resolved.merge.kind !== "atomic" && isJsonArray(live) && isJsonArray(applied)) {
    return mergeLists(resolved, live, applied);
  }
  return applied;
}

function mergeLists(
  shape: Extract<Shape, { readonly kind: "list" }>,
  live: readonly JsonValue[],
  applied: readonly JsonValue[],
): readonly JsonValue[] {
  const liveItems = new Map(live.map((item, index) => [itemElement(shape.merge, item, index), item]));
  const appliedItems = new Map(applied.map((item, index) => [itemElement(shape.merge, item, index), item]));
  const appliedOrder = [...appliedItems.keys()];
  const out: JsonValue[] = [];
  const placed = new Set<string | undefined>();
  let next = 0;
  const put = (element: string | undefined): void => {
    const item = appliedItems.get(element)!;
    const old = liveItems.get(element);
    out.push(old === undefined ? item : shape.merge.kind === "set" ? item : mergeApplied(shape.items, old, item));
    placed.add(element);
  };
  // Items keep the order of the applied list; live items that are not in it stay before the next shared one.
  for (const [element, item] of liveItems) {
    if (!appliedItems.has(element)) {
      out.push(item);
      continue;
    }
    if (placed.has(element)) continue;
    const until = appliedOrder.indexOf(element);
    while (next <= until) {
      const candidate = appliedOrder[next++];
      if (!placed.has(candidate)) put(candidate);
    }
  }
  for (const element of appliedOrder) if (!placed.has(element)) put(element);
  return out;
}

/** Removes paths. A container goes only when nothing that must stay is left in it. */
export function removePaths(shape: Shape, value: JsonValue, remove: FieldSet): JsonValue | undefined {
  const resolved = resolveShape(shape, value);
  if (resolved.kind === "map" && !resolved.atomic && isJsonObject(value) && remove.children.size > 0) {
    const out: Record<string, JsonValue> = {};
    for (const key of Object.keys(value)) {
      const below = remove.children.get(`f:${key}`);
      const inner = resolved.field(key);
      const rest = below && inner ? removePaths(inner, value[key]!, below) : value[key];
      if (rest !== undefined) out[key] = rest;
    }
    return remove.member && Object.keys(out).length === 0 ? undefined : out;
  }
  if (resolved.kind === "list" && resolved.merge.kind !== "atomic" && isJsonArray(value) && remove.children.size > 0) {
    const out: JsonValue[] = [];
    value.forEach((item, index) => {
      const below = remove.children.get(itemElement(resolved.merge, item, index) ?? "");
      if (!below) {
        out.push(item);
        return;
      }
      if (resolved.merge.kind === "keys" && below.member) {
        const keys = resolved.merge.keys.map((key) => key.name);
        const rest = removePaths(resolved.items, item, below);
        // What is left may be only the keys that name the item.
        const bare =
          rest === undefined ||
          (isJsonObject(rest) &&
            Object.keys(rest).every((key) => keys.includes(key) && below.children.has(`f:${key}`)));
        if (!bare) out.push(rest);
        return;
      }
      const rest = removePaths(resolved.items, item, below);
      if (rest !== undefined) out.push(rest);
    });
    return out.length === 0 && remove.member ? undefined : out;
  }
  return remove.member ? undefined : value;
}
