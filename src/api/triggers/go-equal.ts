import { sameJson } from "../../json/same-json.ts";
import { parseQuantity } from "../quantity.ts";
import type { GoObject, GoValue } from "./go-decode.ts";
import type { GoStruct, GoType } from "./go-type.ts";
import { RawJson } from "./json-source.ts";

/**
 * Whether two decoded structs mean the same to Kubernetes: nil equals an empty list or map, quantities count by value;
 * a pointer that is set differs from one that is not.
 */
export function equalStructs(struct: GoStruct, a: GoObject = {}, b: GoObject = {}): boolean {
  return differingFields(struct, a, b).length === 0;
}

/** Names of the fields in which two decoded structs differ, in that sense. */
export function differingFields(struct: GoStruct, a: GoObject, b: GoObject): readonly string[] {
  const differing = struct.fields.filter((field) => !equalValues(field.type, a[field.name], b[field.name]));
  return differing.map(({ name }) => name);
}

function equalValues(type: GoType, a: GoValue | undefined, b: GoValue | undefined): boolean {
  switch (type.kind) {
    case "pointer": {
      const [left, right] = [a ?? undefined, b ?? undefined];
      if (left === undefined || right === undefined) return left === right;
      return equalValues(type.to, left, right);
    }
    case "struct":
      return equalStructs(type.struct, (a ?? {}) as GoObject, (b ?? {}) as GoObject);
    case "list": {
      const [left, right] = [(a ?? []) as readonly GoValue[], (b ?? []) as readonly GoValue[]];
      return left.length === right.length && left.every((each, i) => equalValues(type.of, each, right[i]));
    }
    case "map": {
      const [left, right] = [(a ?? {}) as GoObject, (b ?? {}) as GoObject];
      const keys = Object.keys(left);
      return (
        keys.length === Object.keys(right).length &&
        keys.every((key) => Object.hasOwn(right, key) && equalValues(type.of, left[key], right[key]))
      );
    }
    case "string":
      return (a ?? "") === (b ?? "");
    case "bool":
      return (a ?? false) === (b ?? false);
    case "integer":
      return (a ?? 0) === (b ?? 0);
    case "special":
      if (a instanceof RawJson && b instanceof RawJson) return sameJson(a.json, b.json);
      if (type.special === "quantity") return nanosOf(a) === nanosOf(b);
      if (type.special === "intOrString") return (a ?? 0) === (b ?? 0);
      return (a ?? "") === (b ?? "");
    default:
      return type satisfies never;
  }
}

function nanosOf(quantity: GoValue | undefined): bigint | undefined {
  const parsed = parseQuantity(typeof quantity === "string" ? quantity : "0");
  return parsed.ok ? parsed.value.nanos : undefined;
}
