import { isDeepStrictEqual } from "node:util";
import { isJsonArray, isJsonObject, type JsonValue } from "../../json/value.ts";
import { type FieldSet, FieldSetBuilder } from "./field-set.ts";
import { itemElement, resolveShape, type Shape } from "./shape.ts";

/** Paths by what became of them between two values. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

interface Sinks {
  readonly added: FieldSetBuilder;
  readonly modified: FieldSetBuilder;
  readonly removed: FieldSetBuilder;
}

/** Compares two values of one shape as server-side apply does. */
export function compareValues(shape: Shape, before: JsonValue, after: JsonValue): Comparison {
  const sinks: Sinks = {
    added: new FieldSetBuilder(),
    modified: new FieldSetBuilder(),
    removed: new FieldSetBuilder(),
  };
  compareAt(shape, before, after, sinks);
  return { added: sinks.added.build(), modified: sinks.modified.build(), removed: sinks.removed.build() };
}

function below(sinks: Sinks, element: string): Sinks {
  return {
    added: sinks.added.child(element),
    modified: sinks.modified.child(element),
    removed: sinks.removed.child(element),
  };
}

function leaf(before: JsonValue | undefined, after: JsonValue | undefined, sinks: Sinks): void {
  if (before === undefined) sinks.added.add();
  else if (after === undefined) sinks.removed.add();
  else if (!isDeepStrictEqual(before, after)) sinks.modified.add();
}

function compareAt(shape: Shape, before: JsonValue | undefined, after: JsonValue | undefined, sinks: Sinks): void {
  const resolved = resolveShape(shape, after ?? before);
  if (resolved.kind === "scalar") {
    leaf(before, after, sinks);
    return;
  }
  if (resolved.kind === "map") {
    const left = isJsonObject(before) ? before : undefined;
    const right = isJsonObject(after) ? after : undefined;
    const empty = (!left || Object.keys(left).length === 0) && (!right || Object.keys(right).length === 0);
    if (resolved.atomic || empty || (before && !left) || (after && !right)) {
      leaf(before, after, sinks);
      return;
    }
    for (const key of new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})])) {
      const inner = resolved.field(key);
      if (!inner) continue;
      compareAt(
        inner,
        left && Object.hasOwn(left, key) ? left[key] : undefined,
        right && Object.hasOwn(right, key) ? right[key] : undefined,
        below(sinks, `f:${key}`),
      );
    }
  } else {
    const left = isJsonArray(before) ? before : undefined;
    const right = isJsonArray(after) ? after : undefined;
    const empty = (left?.length ?? 0) === 0 && (right?.length ?? 0) === 0;
    if (resolved.merge.kind === "atomic" || empty || (before && !left) || (after && !right)) {
      leaf(before, after, sinks);
      return;
    }
    const leftItems = byElement(resolved.merge, left);
    const rightItems = byElement(resolved.merge, right);
    for (const element of new Set([...leftItems.keys(), ...rightItems.keys()])) {
      const one = leftItems.get(element);
      const other = rightItems.get(element);
      if (resolved.merge.kind === "set") leaf(one, other, below(sinks, element));
      else compareAt(resolved.items, one, other, below(sinks, element));
    }
  }
  if (before === undefined) sinks.added.add();
  else if (after === undefined) sinks.removed.add();
}

function byElement(
  merge: Extract<Shape, { readonly kind: "list" }>["merge"],
  items: readonly JsonValue[] | undefined,
): Map<string, JsonValue> {
  const found = new Map<string, JsonValue>();
  items?.forEach((item, index) => {
    const element = itemElement(merge, item, index);
    if (element !== undefined) found.set(element, item);
  });
  return found;
}

/** All paths that a value sets, as an applied configuration owns them. */
export function fieldSetOf(shape: Shape, value: JsonValue): FieldSet {
  const builder = new FieldSetBuilder();
  collect(shape, value, builder);
  return builder.build();
}

function collect(shape: Shape, value: JsonValue, into: FieldSetBuilder): void {
  const resolved = resolveShape(shape, value);
  if (resolved.kind === "scalar") {
    into.add();
    return;
  }
  if (resolved.kind === "map") {
    if (resolved.atomic || !isJsonObject(value)) {
      into.add();
      return;
    }
    for (const key of Object.keys(value)) {
      const inner = resolved.field(key);
      if (!inner) continue;
      const item = value[key]!;
      const child = into.child(`f:${key}`);
      collect(inner, item, child);
      const bare = item === null || (isJsonObject(item) && Object.keys(item).length === 0);
      if (bare || !resolved.declares(key)) child.add();
    }
    return;
  }
  if (resolved.merge.kind === "atomic" || !isJsonArray(value)) {
    into.add();
    return;
  }
  value.forEach((item, index) => {
    const element = itemElement(resolved.merge, item, index);
    if (element === undefined) return;
    const child = into.child(element);
    if (resolved.merge.kind !== "set") collect(resolved.items, item, child);
    child.add();
  });
}
