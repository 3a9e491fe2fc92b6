import { compareUtf8 } from "../json/go-utf8.ts";
import { err, ok, type Result } from "../result.ts";
import { GoInteger, type PathValue } from "./value.ts";

/** What can be compared: of one kind on both sides. JSON numbers are floats, numbers written in a path may be integers. */
type Comparable =
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "int" | "uint8"; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "string"; readonly value: string };

function comparable(value: PathValue): Comparable | undefined {
  switch (typeof value) {
    case "boolean":
      return { kind: "bool", value };
    case "number":
      return { kind: "float", value };
    case "bigint":
      return { kind: "float", value: Number(value) };
    case "string":
      return { kind: "string", value };
    default:
      return value instanceof GoInteger ? { kind: value.typeName, value: BigInt(value.value) } : undefined;
  }
}

/** Whether `left operator right` holds, as filters compare (spec: event processing, section 4). */
export function compareValues(left: PathValue, operator: string, right: PathValue): Result<boolean, string> {
  if (!["==", "!=", "<", "<=", ">", ">="].includes(operator)) return err(`unrecognized filter operator ${operator}`);
  const a = comparable(left);
  const b = comparable(right);
  if (!a || !b) return err("invalid type for comparison");
  if (a.kind !== b.kind) return err("incompatible types for comparison");
  if (operator === "==") return ok(a.value === b.value);
  if (operator === "!=") return ok(a.value !== b.value);
  if (a.kind === "bool") return err("invalid type for comparison");
  const isLess =
    a.kind === "string" ? compareUtf8(a.value, b.value as string) < 0 : a.value < (b.value as typeof a.value);
  switch (operator) {
    case "<":
      return ok(isLess);
    case "<=":
      return ok(isLess || a.value === b.value);
    case ">":
      return ok(!isLess && a.value !== b.value);
    default:
      return ok(!isLess);
  }
}
