import { type Evaluation, noOverload } from "../evaluation.ts";
import { declare, type FunctionRow } from "../function-table.ts";
import { chargeMatch, compilePattern, isMatch } from "../regex.ts";
import { addDuration, durationOf, timeBetween } from "../time.ts";
import {
  CelDuration,
  CelFailure,
  CelTimestamp,
  CelUint,
  type CelValue,
  codePointLength,
  compareValues,
  isList,
  isMap,
  type Kind,
  kindOf,
  mapFind,
  mapSize,
  maxInt,
  maxUint,
  minInt,
  type Outcome,
  valuesEqual,
} from "../values.ts";

const intOverflow = new CelFailure("integer overflow");
const uintOverflow = new CelFailure("unsigned integer overflow");

/** An int, unless it left the 64 bits. */
export function checkedInt(value: bigint): bigint | CelFailure {
  return value > maxInt || value < minInt ? intOverflow : value;
}

/** A uint, unless it left the 64 bits. */
export function checkedUint(value: bigint): CelUint | CelFailure {
  return value > maxUint || value < 0n ? uintOverflow : new CelUint(value);
}

/** The error for an operand that knows nothing of the operator; strings and times answer without the name. */
function unsupported(operator: string, left: CelValue): CelFailure {
  const kind = kindOf(left);
  const answers = kind === "string" || kind === "timestamp" || kind === "duration";
  return answers ? noOverload : new CelFailure(`no such overload: ${operator}`);
}

/**
 * `A + A`: sums numbers, joins strings, bytes and lists, moves times.
 *
 * - `1 + 2` is `3`
 * - `'a' + 'b'` is `'ab'`
 * - `[1] + [2]` is `[1, 2]`
 * - `timestamp('2020-01-01T00:00:00Z') + duration('1h')` is `timestamp('2020-01-01T01:00:00Z')`
 * - `9223372036854775807 + 1` fails with `integer overflow`
 * - `dyn(1) + 1.0` fails with `no such overload`
 */
function add(left: CelValue, right: CelValue, evaluation: Evaluation): Outcome {
  if (typeof left === "number") return typeof right === "number" ? left + right : noOverload;
  if (typeof left === "bigint") return typeof right === "bigint" ? checkedInt(left + right) : noOverload;
  if (typeof left === "string") {
    if (typeof right !== "string") return noOverload;
    evaluation.chargeText(left.length + right.length);
    return left + right;
  }
  if (left instanceof CelUint) {
    return right instanceof CelUint ? checkedUint(left.value + right.value) : noOverload;
  }
  if (isList(left)) {
    if (!isList(right)) return noOverload;
    evaluation.chargeList(left.length + right.length);
    return [...left, ...right];
  }
  if (left instanceof Uint8Array) {
    if (!(right instanceof Uint8Array)) return noOverload;
    evaluation.chargeText(left.length + right.length);
    return Uint8Array.from(Buffer.concat([left, right]));
  }
  if (left instanceof CelTimestamp) return right instanceof CelDuration ? addDuration(left, right.nanos) : noOverload;
  if (left instanceof CelDuration) {
    if (right instanceof CelTimestamp) return addDuration(right, left.nanos);
    return right instanceof CelDuration ? durationOf(left.nanos + right.nanos) : noOverload;
  }
  return unsupported("_+_", left);
}

/**
 * `A - A`: subtracts numbers and times.
 *
 * - `1 - 2` is `-1`
 * - `timestamp('2020-01-02T00:00:00Z') - timestamp('2020-01-01T00:00:00Z')` is `duration('24h')`
 * - `0u - 1u` fails with `unsigned integer overflow`
 */
function subtract(left: CelValue, right: CelValue): Outcome {
  if (typeof left === "number") return typeof right === "number" ? left - right : noOverload;
  if (typeof left === "bigint") return typeof right === "bigint" ? checkedInt(left - right) : noOverload;
  if (left instanceof CelUint) return right instanceof CelUint ? checkedUint(left.value - right.value) : noOverload;
  if (left instanceof CelTimestamp) {
    if (right instanceof CelTimestamp) return timeBetween(right, left);
    return right instanceof CelDuration ? addDuration(left, -right.nanos) : noOverload;
  }
  if (left instanceof CelDuration) {
    return right instanceof CelDuration ? durationOf(left.nanos - right.nanos) : noOverload;
  }
  return unsupported("_-_", left);
}

/**
 * `A * A`: multiplies numbers of one type.
 *
 * - `2 * 3` is `6`
 * - `1.5 * 2.0` is `3.0`
 * - `9223372036854775807 * 2` fails with `integer overflow`
 */
function multiply(left: CelValue, right: CelValue): Outcome {
  if (typeof left === "number") return typeof right === "number" ? left * right : noOverload;
  if (typeof left === "bigint") return typeof right === "bigint" ? checkedInt(left * right) : noOverload;
  if (left instanceof CelUint) return right instanceof CelUint ? checkedUint(left.value * right.value) : noOverload;
  return unsupported("_*_", left);
}

/**
 * `A / A`: divides; integers are truncated towards zero, doubles may give infinity or NaN.
 *
 * - `7 / 2` is `3`
 * - `-7 / 2` is `-3`
 * - `1.0 / 0.0 > 1.0` is `true`
 * - `1 / 0` fails with `division by zero`
 */
function divide(left: CelValue, right: CelValue): Outcome {
  if (typeof left === "number") return typeof right === "number" ? left / right : noOverload;
  if (typeof left === "bigint") {
    if (typeof right !== "bigint") return noOverload;
    return right === 0n ? new CelFailure("division by zero") : checkedInt(left / right);
  }
  if (left instanceof CelUint) {
    if (!(right instanceof CelUint)) return noOverload;
    return right.value === 0n ? new CelFailure("division by zero") : new CelUint(left.value / right.value);
  }
  return unsupported("_/_", left);
}

/**
 * `A % A`: the rest of a division, with the sign of the dividend. There is none for doubles.
 *
 * - `7 % 3` is `1`
 * - `-7 % 3` is `-1`
 * - `1 % 0` fails with `modulus by zero`
 */
function modulo(left: CelValue, right: CelValue): Outcome {
  if (typeof left === "bigint") {
    if (typeof right !== "bigint") return noOverload;
    if (right === 0n) return new CelFailure("modulus by zero");
    return left === minInt && right === -1n ? intOverflow : left % right;
  }
  if (left instanceof CelUint) {
    if (!(right instanceof CelUint)) return noOverload;
    return right.value === 0n ? new CelFailure("modulus by zero") : new CelUint(left.value % right.value);
  }
  return unsupported("_%_", left);
}

/**
 * `-A`: the negative of an int or double.
 *
 * - `-(2)` is `-2`
 * - `-(-9223372036854775808)` fails with `integer overflow`
 */
function negate(value: CelValue): Outcome {
  if (typeof value === "number") return -value;
  if (typeof value === "bigint") return checkedInt(-value);
  if (value instanceof CelDuration) return durationOf(-value.nanos);
  if (typeof value === "boolean") return noOverload;
  return unsupported("-_", value);
}

/**
 * `!bool`
 *
 * - `!true` is `false`
 */
function not(value: CelValue): Outcome {
  return typeof value === "boolean" ? !value : noOverload;
}

const comparable: ReadonlySet<Kind> = new Set([
  "bool",
  "int",
  "uint",
  "double",
  "string",
  "bytes",
  "timestamp",
  "duration",
] as const);

/** `<`, `<=`, `>`, `>=`: values of one type, or numbers of any; nothing is ordered against NaN. */
function comparison(operator: string, holds: (order: number) => boolean) {
  return (left: CelValue, right: CelValue, evaluation: Evaluation): Outcome => {
    if (typeof left === "string") evaluation.charge(left.length / 100);
    const order = compareValues(left, right);
    if (typeof order === "number") return holds(order);
    if (order === "unordered") return new CelFailure("NaN values cannot be ordered");
    return comparable.has(kindOf(left)) ? noOverload : new CelFailure(`no such overload: ${operator}`);
  };
}

const less = comparison("_<_", (order) => order < 0);
const lessOrEqual = comparison("_<=_", (order) => order <= 0);
const greater = comparison("_>_", (order) => order > 0);
const greaterOrEqual = comparison("_>=_", (order) => order >= 0);

/**
 * `A == A`: numbers by value whatever their types, lists and maps by their contents; NaN equals nothing.
 *
 * - `dyn(1) == 1.0` is `true`
 * - `dyn(1) == '1'` is `false`
 * - `[1, 2] == [1, 2]` is `true`
 */
function equal(left: CelValue, right: CelValue, evaluation: Evaluation): boolean {
  return valuesEqual(left, right, evaluation);
}

/**
 * `A != A`
 *
 * - `1 != 2` is `true`
 */
function notEqual(left: CelValue, right: CelValue, evaluation: Evaluation): boolean {
  return !valuesEqual(left, right, evaluation);
}

/**
 * `A in list(A)`, `A in map(A, B)`: whether an element, or a key, equals the value.
 *
 * - `2 in [1, 2]` is `true`
 * - `'a' in {'a': 1}` is `true`
 * - `dyn(1.0) in [1]` is `true`
 */
function isIn(element: CelValue, container: CelValue, evaluation: Evaluation): Outcome {
  if (isList(container)) {
    evaluation.charge(container.length / 10);
    return container.some((candidate) => valuesEqual(element, candidate, evaluation));
  }
  return isMap(container) ? mapFind(container, element) !== undefined : noOverload;
}

/**
 * `size(x)`, `x.size()`: code points of a string, bytes, elements of a list, entries of a map.
 *
 * - `'日本'.size()` is `2`
 * - `size({'a': 1})` is `1`
 */
function size(value: CelValue, evaluation: Evaluation): Outcome {
  if (typeof value === "string") {
    evaluation.charge(value.length / 100);
    return BigInt(codePointLength(value));
  }
  if (isList(value) || value instanceof Uint8Array) return BigInt(value.length);
  return isMap(value) ? BigInt(mapSize(value)) : unsupportedSize(value);
}

function unsupportedSize(value: CelValue): CelFailure {
  return kindOf(value) === "timestamp" || kindOf(value) === "duration"
    ? noOverload
    : new CelFailure("no such overload: size");
}

function textTest(test: (text: string, part: string) => boolean) {
  return (text: CelValue, part: CelValue, evaluation: Evaluation): Outcome => {
    if (typeof text !== "string" || typeof part !== "string") return noOverload;
    evaluation.charge(text.length / 100);
    return test(text, part);
  };
}

/**
 * `string.contains(string)`
 *
 * - `'hello'.contains('ell')` is `true`
 * - `'hello'.contains('')` is `true`
 */
const contains = textTest((text, part) => text.includes(part));

/**
 * `string.startsWith(string)`
 *
 * - `'hello'.startsWith('he')` is `true`
 */
const startsWith = textTest((text, part) => text.startsWith(part));

/**
 * `string.endsWith(string)`
 *
 * - `'hello'.endsWith('x')` is `false`
 */
const endsWith = textTest((text, part) => text.endsWith(part));

/**
 * `string.matches(string)`, `matches(string, string)`: whether an RE2 pattern matches anywhere in the string.
 *
 * - `'hello'.matches('l+')` is `true`
 * - `'hello'.matches('^l')` is `false`
 */
function matches(text: CelValue, pattern: CelValue, evaluation: Evaluation): Outcome {
  if (typeof text !== "string") return unsupported("matches", text);
  if (typeof pattern !== "string") return noOverload;
  const compiled = compilePattern(pattern, evaluation);
  if (!compiled.ok) return new CelFailure(compiled.error);
  chargeMatch(compiled.value, text, evaluation);
  return isMatch(compiled.value, text);
}

/** Operators whose work is the program's own: they decide which operands are evaluated. */
function evaluatedInPlace(): Outcome {
  throw new Error("this operator is planned, never called");
}

const orderedTypes = ["bool", "int", "uint", "double", "string", "bytes", "timestamp", "duration"] as const;
const numberTypes = ["int", "uint", "double"] as const;

function forTypes(
  types: readonly string[],
  signature: (type: string) => string,
  implementation: FunctionRow[1],
): FunctionRow[] {
  return types.map((type) => [signature(type), implementation] as const);
}

const binary =
  (name: string, result = "") =>
  (type: string) =>
    `${name}(${type}, ${type}) -> ${result || type}`;

const rows: readonly FunctionRow[] = [
  ["_?_:_(bool, A, A) -> A", evaluatedInPlace],
  ["_&&_(bool, bool) -> bool", evaluatedInPlace],
  ["_||_(bool, bool) -> bool", evaluatedInPlace],
  ["_[_](list(A), int) -> A", evaluatedInPlace],
  ["_[_](map(A, B), A) -> B", evaluatedInPlace],
  ["!_(bool) -> bool", not],
  ["_==_(A, A) -> bool", equal],
  ["_!=_(A, A) -> bool", notEqual],
  ["@in(A, list(A)) -> bool", isIn],
  ["@in(A, map(A, B)) -> bool", isIn],
  ...forTypes(orderedTypes, binary("_<_", "bool"), less),
  ...forTypes(orderedTypes, binary("_<=_", "bool"), lessOrEqual),
  ...forTypes(orderedTypes, binary("_>_", "bool"), greater),
  ...forTypes(orderedTypes, binary("_>=_", "bool"), greaterOrEqual),
  ...forTypes([...numberTypes, "string", "bytes", "list(A)", "duration"], binary("_+_"), add),
  ["_+_(timestamp, duration) -> timestamp", add],
  ["_+_(duration, timestamp) -> timestamp", add],
  ...forTypes([...numberTypes, "duration"], binary("_-_"), subtract),
  ["_-_(timestamp, timestamp) -> duration", subtract],
  ["_-_(timestamp, duration) -> timestamp", subtract],
  ...forTypes(numberTypes, binary("_*_"), multiply),
  ...forTypes(numberTypes, binary("_/_"), divide),
  ...forTypes(["int", "uint"], binary("_%_"), modulo),
  ...forTypes(["int", "double"], (type) => `-_(${type}) -> ${type}`, negate),
  ...forTypes(["string", "bytes", "list(A)", "map(A, B)"], (type) => `size(${type}) -> int`, size),
  ...forTypes(["string", "bytes", "list(A)", "map(A, B)"], (type) => `${type}.size() -> int`, size),
  ["string.contains(string) -> bool", contains],
  ["string.startsWith(string) -> bool", startsWith],
  ["string.endsWith(string) -> bool", endsWith],
  ["string.matches(string) -> bool", matches],
  ["matches(string, string) -> bool", matches],
];

const mixedRows: readonly FunctionRow[] = numberTypes.flatMap((left) =>
  numberTypes
    .filter((right) => right !== left)
    .flatMap((right): readonly FunctionRow[] => [
      [`_<_(${left}, ${right}) -> bool`, less],
      [`_<=_(${left}, ${right}) -> bool`, lessOrEqual],
      [`_>_(${left}, ${right}) -> bool`, greater],
      [`_>=_(${left}, ${right}) -> bool`, greaterOrEqual],
    ]),
);

/** Orders between numbers of two types. Kubernetes allows them where the types are known beforehand. */
export const mixedComparisons = declare(mixedRows, { isGuarded: false });

/** Operators and the oldest functions. They look at their arguments themselves: their errors name no types. */
export const operators = declare(rows, { isGuarded: false });
