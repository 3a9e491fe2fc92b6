import type { Evaluation } from "../evaluation.ts";
import { declare, type FunctionRow } from "../function-table.ts";
import { optionalAt, valueAt } from "../indexing.ts";
import {
  CelDuration,
  CelFailure,
  CelOptional,
  CelTimestamp,
  CelUint,
  type CelValue,
  isList,
  isMap,
  mapSize,
  type Outcome,
} from "../values.ts";

/**
 * `optional.none() -> optional(A)`: an optional value that is empty.
 *
 * - `optional.none().hasValue()` is `false`
 */
function none(): Outcome {
  return new CelOptional(undefined);
}

/**
 * `optional.of(A) -> optional(A)`: an optional value that holds another.
 *
 * - `optional.of(1).value()` is `1`
 */
function of(value: CelValue): Outcome {
  return new CelOptional(value);
}

/**
 * `optional.ofNonZeroValue(A) -> optional(A)`: empty for empty text, lists and maps, zero, false and null.
 *
 * - `optional.ofNonZeroValue('').orValue('none')` is `'none'`
 * - `optional.ofNonZeroValue('x').orValue('none')` is `'x'`
 */
function ofNonZeroValue(value: CelValue): Outcome {
  return new CelOptional(isZero(value) ? undefined : value);
}

function isZero(value: CelValue): boolean {
  if (value === null || value === "" || value === 0 || value === 0n || value === false) return true;
  if (value instanceof CelUint) return value.value === 0n;
  if (value instanceof CelDuration) return value.nanos === 0n;
  if (value instanceof CelTimestamp) return value.seconds === 0n && value.nanos === 0;
  if (value instanceof CelOptional) return value.value === undefined;
  if (value instanceof Uint8Array || isList(value)) return value.length === 0;
  return isMap(value) && mapSize(value) === 0;
}

/**
 * `optional(A).hasValue() -> bool`: whether it holds a value.
 *
 * - `{'a': 1}.?b.hasValue()` is `false`
 */
function hasValue(optional: CelOptional): Outcome {
  return optional.value !== undefined;
}

/**
 * `optional(A).value() -> A`: the value that it holds.
 *
 * - `[1, 2][?1].value()` is `2`
 * - `optional.none().value()` fails with `optional.none() dereference`
 */
function value(optional: CelOptional): Outcome {
  return optional.value === undefined ? new CelFailure("optional.none() dereference") : optional.value;
}

/**
 * `optional(A).or(optional(A)) -> optional(A)`: itself, or the other when it is empty.
 *
 * - `{'a': 1}.?b.or({'c': 2}.?c).value()` is `2`
 */
function or(optional: CelOptional, other: CelOptional): Outcome {
  return optional.value === undefined ? other : optional;
}

/**
 * `optional(A).orValue(A) -> A`: the value that it holds, or the other when it is empty.
 *
 * - `{'a': {'b': 1}}.?a.b.orValue(0)` is `1`
 * - `{'a': 1}.?b.orValue(0)` is `0`
 */
function orValue(optional: CelOptional, other: CelValue): Outcome {
  return optional.value ?? other;
}

function index(container: CelValue, key: CelValue, evaluation: Evaluation): Outcome {
  evaluation.charge(0.2);
  return optionalAt(container, key);
}

const rows: readonly FunctionRow[] = [
  ["optional.none() -> optional(A)", none],
  ["optional.of(A) -> optional(A)", of],
  ["optional.ofNonZeroValue(A) -> optional(A)", ofNonZeroValue],
  ["optional(A).hasValue() -> bool", hasValue],
  ["optional(A).value() -> A", value],
  ["optional(A).or(optional(A)) -> optional(A)", or],
  ["optional(A).orValue(A) -> A", orValue],
];

const operators: readonly FunctionRow[] = [
  ["_[?_](list(A), int) -> optional(A)", index],
  ["_[?_](map(A, B), A) -> optional(B)", index],
  ["_[?_](optional(list(A)), int) -> optional(A)", index],
  ["_[?_](optional(map(A, B)), A) -> optional(B)", index],
  ["_[_](optional(list(A)), int) -> optional(A)", valueAt],
  ["_[_](optional(map(A, B)), A) -> optional(B)", valueAt],
];

/** Values that may be missing, as Kubernetes has them. */
export const optionals = [...declare(rows, { isGuarded: true }), ...declare(operators, { isGuarded: false })];
