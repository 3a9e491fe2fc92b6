import { declare, type FunctionRow } from "../../../cel/function-table.ts";
import { opaqueType } from "../../../cel/types.ts";
import { CelFailure, CelOpaque, maxInt, minInt, type Outcome } from "../../../cel/values.ts";
import { parseQuantity, type Quantity } from "../../quantity.ts";

const typeName = "kubernetes.Quantity";
const nanosPerUnit = 1_000_000_000n;

class CelQuantity extends CelOpaque {
  readonly typeName = typeName;
  readonly quantity: Quantity;

  constructor(quantity: Quantity) {
    super();
    this.quantity = quantity;
  }

  equals(other: CelOpaque): boolean {
    return other instanceof CelQuantity && other.quantity.nanos === this.quantity.nanos;
  }
}

function read(text: string): Outcome {
  const parsed = parseQuantity(text);
  return parsed.ok ? new CelQuantity(parsed.value) : new CelFailure(parsed.error);
}

function nanosOf(value: CelQuantity | bigint): bigint {
  return typeof value === "bigint" ? value * nanosPerUnit : value.quantity.nanos;
}

function compare(a: CelQuantity, b: CelQuantity): bigint {
  const difference = nanosOf(a) - nanosOf(b);
  return difference < 0n ? -1n : difference > 0n ? 1n : 0n;
}

function moved({ quantity }: CelQuantity, byNanos: bigint): Outcome {
  return new CelQuantity({ ...quantity, nanos: quantity.nanos + byNanos });
}

/** Whether it is a whole number that an int holds. */
function isInteger({ quantity: { nanos } }: CelQuantity): boolean {
  const whole = nanos / nanosPerUnit;
  return nanos % nanosPerUnit === 0n && whole <= maxInt && whole >= minInt;
}

const rows: readonly FunctionRow[] = [
  ["quantity(string) -> Quantity", read],
  ["isQuantity(string) -> bool", (text: string) => parseQuantity(text).ok],
  ["Quantity.sign() -> int", ({ quantity: { nanos } }: CelQuantity) => (nanos < 0n ? -1n : nanos > 0n ? 1n : 0n)],
  ["Quantity.isInteger() -> bool", isInteger],
  [
    "Quantity.asInteger() -> int",
    (value: CelQuantity) =>
      isInteger(value) ? nanosOf(value) / nanosPerUnit : new CelFailure("cannot convert value to integer"),
  ],
  ["Quantity.asApproximateFloat() -> double", (value: CelQuantity) => Number(nanosOf(value)) / 1e9],
  ["Quantity.add(Quantity) -> Quantity", (a: CelQuantity, b: CelQuantity) => moved(a, nanosOf(b))],
  ["Quantity.add(int) -> Quantity", (a: CelQuantity, b: bigint) => moved(a, nanosOf(b))],
  ["Quantity.sub(Quantity) -> Quantity", (a: CelQuantity, b: CelQuantity) => moved(a, -nanosOf(b))],
  ["Quantity.sub(int) -> Quantity", (a: CelQuantity, b: bigint) => moved(a, -nanosOf(b))],
  ["Quantity.isGreaterThan(Quantity) -> bool", (a: CelQuantity, b: CelQuantity) => compare(a, b) > 0n],
  ["Quantity.isLessThan(Quantity) -> bool", (a: CelQuantity, b: CelQuantity) => compare(a, b) < 0n],
  ["Quantity.compareTo(Quantity) -> int", compare],
];

/** Amounts such as `500m` and `2Gi` (Kubernetes documentation of CEL, "Kubernetes quantity library"). */
export const quantityFunctions = declare(rows, { isGuarded: true, types: { Quantity: opaqueType(typeName) } });
