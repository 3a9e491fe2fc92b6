import { isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";

/**
 * A set of field paths, as managedFields hold it. Path elements are spelled as in FieldsV1: `f:name`, `k:{"name":"x"}`,
 * `v:"x"`, `i:0`.
 */
export interface FieldSet {
  /** Whether the path to here is itself in the set. */
  readonly member: boolean;
  readonly children: ReadonlyMap<string, FieldSet>;
}

export const emptyFieldSet: FieldSet = { member: false, children: new Map() };

export function isEmptySet(set: FieldSet): boolean {
  return !set.member && set.children.size === 0;
}

/** Collects paths. */
export class FieldSetBuilder {
  #member = false;
  readonly #children = new Map<string, FieldSetBuilder>();

  /** Puts the path itself into the set. */
  add(): void {
    this.#member = true;
  }

  child(element: string): FieldSetBuilder {
    let found = this.#children.get(element);
    if (!found) {
      found = new FieldSetBuilder();
      this.#children.set(element, found);
    }
    return found;
  }

  build(): FieldSet {
    const children = new Map<string, FieldSet>();
    for (const [element, builder] of this.#children) {
      const built = builder.build();
      if (!isEmptySet(built)) children.set(element, built);
    }
    return { member: this.#member, children };
  }
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a)) return b;
  if (isEmptySet(b)) return a;
  const children = new Map(a.children);
  for (const [element, child] of b.children) {
    const own = children.get(element);
    children.set(element, own ? union(own, child) : child);
  }
  return { member: a.member || b.member, children };
}

/** Paths of `a` that are not in `b`. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    const rest = other ? difference(child, other) : child;
    if (!isEmptySet(rest)) children.set(element, rest);
  }
  return { member: a.member && !b.member, children };
}

/** Paths of `a` that are neither in `b` nor below a path of `b`. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    if (other?.member) continue;
    const rest = other ? recursiveDifference(child, other) : child;
    if (!isEmptySet(rest)) children.set(element, rest);
  }
  return { member: a.member && !b.member, children };
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    if (!other) continue;
    const common = intersection(child, other);
    if (!isEmptySet(common)) children.set(element, common);
  }
  return { member: a.member && b.member, children };
}

/** The set without the root's path, as FieldsV1. */
export function encodeFieldSet(set: FieldSet): JsonObject {
  const out: Record<string, JsonValue> = {};
  if (set.member && set.children.size > 0) out["."] = {};
  const elements = [...set.children.keys()].sort();
  for (const element of elements) out[element] = encodeFieldSet(set.children.get(element)!);
  return out;
}

export function decodeFieldSet(fields: JsonValue | undefined): FieldSet {
  return decodeNode(fields, true);
}

function decodeNode(fields: JsonValue | undefined, root: boolean): FieldSet {
  if (!isJsonObject(fields)) return emptyFieldSet;
  const children = new Map<string, FieldSet>();
  let member = false;
  for (const element of Object.keys(fields)) {
    if (element === ".") member = true;
    else children.set(element, decodeNode(fields[element], false));
  }
  return { member: !root && (member || children.size === 0), children };
}

/** Calls with each path of the set, elements from the root. */
export function forEachPath(set: FieldSet, call: (path: readonly string[]) => void, at: readonly string[] = []): void {
  if (set.member) call(at);
  for (const [element, child] of set.children) forEachPath(child, call, [...at, element]);
}

/** A path as messages show it: `.spec.containers[name="a"].image`. */
export function printPath(path: readonly string[]): string {
  return path
    .map((element) => {
      const rest = element.slice(2);
      if (element.startsWith("f:")) return `.${rest}`;
      if (element.startsWith("k:")) {
        const keys = JSON.parse(rest) as JsonObject;
        return `[${Object.keys(keys)
          .map((key) => `${key}=${JSON.stringify(keys[key])}`)
          .join(",")}]`;
      }
      return element.startsWith("v:") ? `[=${rest}]` : `[${rest}]`;
    })
    .join("");
}
