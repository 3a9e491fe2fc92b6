import type { Evaluation } from "../evaluation.ts";
import { declare, type FunctionRow, noSuchOverload } from "../function-table.ts";
import { CelFailure, CelUint, type CelValue, compareValues, maxUint, type Outcome } from "../values.ts";
import { checkedInt } from "./operators.ts";

function isNumber(value: CelValue): boolean {
  return typeof value === "number" || typeof value === "bigint" || value instanceof CelUint;
}

/** The first of those values that no other exceeds in the given direction. */
function extremeOf(name: string, values: readonly CelValue[], direction: 1 | -1): Outcome {
  let extreme = values[0] ?? null;
  for (const value of values) {
    if (!isNumber(value) || !isNumber(extreme)) return noSuchOverload(name, [values]);
    const order = compareValues(value, extreme);
    if (order === "unordered") return new CelFailure("NaN values cannot be ordered");
    if (typeof order === "number" && order * direction > 0) extreme = value;
  }
  return extreme;
}

function extreme(name: string, direction: 1 | -1) {
  return (...args: readonly (CelValue | Evaluation)[]): Outcome => {
    const values = args.slice(0, -1) as readonly CelValue[];
    const [first] = values;
    if (values.length > 1 || !Array.isArray(first)) return extremeOf(name, values, direction);
    const list = first as readonly CelValue[];
    (args.at(-1) as Evaluation).charge(list.length / 10);
    if (list.length === 0) return new CelFailure(`${name}(list) argument must not be empty`);
    return extremeOf(name, list, direction);
  };
}

/**
 * `math.greatest(number, ...)`, `math.greatest(list) -> number`: numbers of any types; of equal ones the first.
 *
 * - `math.greatest(1, 5, 3)` is `5`
 * - `math.greatest([-1.5, 2])` is `2`
 * - `math.greatest(dyn([]))` fails with `math.@max(list) argument must not be empty`
 */
const greatest = extreme("math.@max", 1);

/**
 * `math.least(number, ...)`, `math.least(list) -> number`
 *
 * - `math.least(1, 2.5)` is `1`
 * - `math.least(dyn(['a']))` fails with `no such overload: math.@min(list)`
 */
const least = extreme("math.@min", -1);

/**
 * `math.ceil(double) -> double`
 *
 * - `math.ceil(1.2)` is `2.0`
 */
function ceil(value: number): Outcome {
  return Math.ceil(value);
}

/**
 * `math.floor(double) -> double`
 *
 * - `math.floor(-1.2)` is `-2.0`
 */
function floor(value: number): Outcome {
  return Math.floor(value);
}

/**
 * `math.round(double) -> double`: halves away from zero.
 *
 * - `math.round(-1.5)` is `-2.0`
 * - `math.round(0.49999999999999994)` is `0.0`
 */
function round(value: number): Outcome {
  const whole = Math.trunc(value);
  return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole;
}

/**
 * `math.trunc(double) -> double`
 *
 * - `math.trunc(-1.9)` is `-1.0`
 */
function trunc(value: number): Outcome {
  return Math.trunc(value);
}

/**
 * `math.abs(number) -> number`
 *
 * - `math.abs(-5)` is `5`
 * - `math.abs(-9223372036854775808)` fails with `integer overflow`
 */
function abs(value: CelValue): Outcome {
  if (typeof value === "bigint") return value < 0n ? checkedInt(-value) : value;
  return typeof value === "number" ? Math.abs(value) : value;
}

/**
 * `math.sign(number) -> number`: -1, 0 or 1 of the same type.
 *
 * - `math.sign(-42)` is `-1`
 * - `math.sign(0.5)` is `1.0`
 */
function sign(value: CelValue): Outcome {
  if (typeof value === "bigint") return value < 0n ? -1n : value > 0n ? 1n : 0n;
  if (value instanceof CelUint) return new CelUint(value.value === 0n ? 0n : 1n);
  return typeof value === "number" && value !== 0 ? Math.sign(value) : 0;
}

/**
 * `math.isNaN(double) -> bool`
 *
 * - `math.isNaN(0.0 / 0.0)` is `true`
 */
function isNotANumber(value: number): Outcome {
  return Number.isNaN(value);
}

/**
 * `math.isInf(double) -> bool`
 *
 * - `math.isInf(1.0 / 0.0)` is `true`
 */
function isInf(value: number): Outcome {
  return Math.abs(value) === Number.POSITIVE_INFINITY;
}

/**
 * `math.isFinite(double) -> bool`
 *
 * - `math.isFinite(1.0 / 0.0)` is `false`
 */
function isFiniteNumber(value: number): Outcome {
  return Number.isFinite(value);
}

/**
 * `math.sqrt(number) -> double`: NaN for negative numbers.
 *
 * - `math.sqrt(16)` is `4.0`
 */
function sqrt(value: CelValue): Outcome {
  return Math.sqrt(value instanceof CelUint ? Number(value.value) : Number(value));
}

/** Works on the 64 bits of two ints or two uints. */
function bitwise(combine: (a: bigint, b: bigint) => bigint) {
  return (a: CelValue, b: CelValue): Outcome => {
    if (a instanceof CelUint && b instanceof CelUint) return new CelUint(combine(a.value, b.value));
    return combine(a as bigint, b as bigint);
  };
}

/**
 * `math.bitAnd(int, int) -> int`, and for uints
 *
 * - `math.bitAnd(6, 3)` is `2`
 */
const bitAnd = bitwise((a, b) => a & b);

/**
 * `math.bitOr(int, int) -> int`, and for uints
 *
 * - `math.bitOr(1u, 2u)` is `3u`
 */
const bitOr = bitwise((a, b) => a | b);

/**
 * `math.bitXor(int, int) -> int`, and for uints
 *
 * - `math.bitXor(3, 5)` is `6`
 */
const bitXor = bitwise((a, b) => a ^ b);

/**
 * `math.bitNot(int) -> int`, and for uints
 *
 * - `math.bitNot(1)` is `-2`
 * - `math.bitNot(0u)` is `18446744073709551615u`
 */
function bitNot(value: CelValue): Outcome {
  return value instanceof CelUint ? new CelUint(value.value ^ maxUint) : ~(value as bigint);
}

/** Shifts the 64 bits; the result is an int or uint as the value was. */
function shift(name: string, move: (bits: bigint, by: bigint) => bigint) {
  return (value: CelValue, by: bigint): Outcome => {
    if (by < 0n) return new CelFailure(`math.${name}() negative offset: ${by}`);
    const bits = value instanceof CelUint ? value.value : BigInt.asUintN(64, value as bigint);
    const moved = by > 63n ? 0n : BigInt.asUintN(64, move(bits, by));
    return value instanceof CelUint ? new CelUint(moved) : BigInt.asIntN(64, moved);
  };
}

/**
 * `math.bitShiftLeft(int, int) -> int`, and for uints; nothing is left after 64 places.
 *
 * - `math.bitShiftLeft(1, 3)` is `8`
 * - `math.bitShiftLeft(1, -1)` fails with `math.bitShiftLeft() negative offset: -1`
 */
const bitShiftLeft = shift("bitShiftLeft", (bits, by) => bits << by);

/**
 * `math.bitShiftRight(int, int) -> int`, and for uints; zeros come in, whatever the sign.
 *
 * - `math.bitShiftRight(1024, 2)` is `256`
 * - `math.bitShiftRight(-1, 63)` is `1`
 */
const bitShiftRight = shift("bitShiftRight", (bits, by) => bits >> by);

const numbers = ["int", "double", "uint"] as const;

function extremeRows(name: string, implementation: FunctionRow[1]): FunctionRow[] {
  const pairs = numbers.flatMap((a) => numbers.map((b) => [a, b] as const));
  return [
    ...numbers.map((type): FunctionRow => [`${name}(${type}) -> ${type}`, implementation]),
    ...pairs.map(([a, b]): FunctionRow => [`${name}(${a}, ${b}) -> ${a === b ? a : "dyn"}`, implementation]),
    ...numbers.map((type): FunctionRow => [`${name}(list(${type})) -> ${type}`, implementation]),
  ];
}

const rows: readonly FunctionRow[] = [
  ...extremeRows("math.@max", greatest),
  ...extremeRows("math.@min", least),
  ["math.ceil(double) -> double", ceil],
  ["math.floor(double) -> double", floor],
  ["math.round(double) -> double", round],
  ["math.trunc(double) -> double", trunc],
  ["math.abs(double) -> double", abs],
  ["math.abs(int) -> int", abs],
  ["math.abs(uint) -> uint", abs],
  ["math.sign(double) -> double", sign],
  ["math.sign(int) -> int", sign],
  ["math.sign(uint) -> uint", sign],
  ["math.isNaN(double) -> bool", isNotANumber],
  ["math.isInf(double) -> bool", isInf],
  ["math.isFinite(double) -> bool", isFiniteNumber],
  ["math.sqrt(double) -> double", sqrt],
  ["math.sqrt(int) -> double", sqrt],
  ["math.sqrt(uint) -> double", sqrt],
  ["math.bitAnd(int, int) -> int", bitAnd],
  ["math.bitAnd(uint, uint) -> uint", bitAnd],
  ["math.bitOr(int, int) -> int", bitOr],
  ["math.bitOr(uint, uint) -> uint", bitOr],
  ["math.bitXor(int, int) -> int", bitXor],
  ["math.bitXor(uint, uint) -> uint", bitXor],
  ["math.bitNot(int) -> int", bitNot],
  ["math.bitNot(uint) -> uint", bitNot],
  ["math.bitShiftLeft(int, int) -> int", bitShiftLeft],
  ["math.bitShiftLeft(uint, int) -> uint", bitShiftLeft],
  ["math.bitShiftRight(int, int) -> int", bitShiftRight],
  ["math.bitShiftRight(uint, int) -> uint", bitShiftRight],
];

/** The math library. */
export const math = declare(rows, { isGuarded: true });
