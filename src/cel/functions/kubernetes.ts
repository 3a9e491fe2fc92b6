import type { Evaluation } from "../evaluation.ts";
import { declare, type FunctionRow, noSuchOverload } from "../function-table.ts";
import { compilePattern } from "../regex.ts";
import { CelFailure, type CelValue, compareValues, maxInt, minInt, type Outcome, valuesEqual } from "../values.ts";

type List = readonly CelValue[];

/**
 * `list(A).isSorted() -> bool`: whether no element is less than the one before.
 *
 * - `[1, 2, 2].isSorted()` is `true`
 * - `['b', 'a'].isSorted()` is `false`
 */
function isSorted(list: List, evaluation: Evaluation): Outcome {
  evaluation.charge(1 + list.length / 10);
  for (let i = 1; i < list.length; i++) {
    const compared = order(list[i - 1]!, list[i]!, "isSorted");
    if (compared instanceof CelFailure) return compared;
    if (compared > 0) return false;
  }
  return true;
}

/**
 * `list(int).sum() -> int`, `list(double).sum() -> double`: the sum of the elements, zero of none.
 *
 * - `[1, 3].sum()` is `4`
 * - `[1.5, 2.5].sum()` is `4.0`
 */
function sum(list: List, evaluation: Evaluation): Outcome {
  evaluation.charge(1 + list.length / 10);
  if (list.every((element) => typeof element === "bigint")) {
    const total = list.reduce<bigint>((so, element) => so + element, 0n);
    return total > maxInt || total < minInt ? new CelFailure("integer overflow") : total;
  }
  if (list.every((element) => typeof element === "number"))
    return list.reduce<number>((so, element) => so + element, 0);
  return noSuchOverload("sum", [list]);
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
function order(a: CelValue, b: CelValue, name: string): number | CelFailure {
  const compared = compareValues(a, b);
  return typeof compared === "number" ? compared : noSuchOverload(name, [a, b]);
}

function extreme(list: List, sign: 1 | -1, name: string, evaluation: Evaluation): Outcome {
  evaluation.charge(1 + list.length / 10);
  let found = list[0];
  if (found === undefined) return new CelFailure(`${name} called on empty list`);
  for (const element of list) {
    const compared = order(element, found, name);
    if (compared instanceof CelFailure) return compared;
    if (compared * sign > 0) found = element;
  }
  return found;
}

/**
 * `list(A).min() -> A`: the least element.
 *
 * - `[3, 1, 2].min()` is `1`
 * - `[].min()` fails with `min called on empty list`
 */
function min(list: List, evaluation: Evaluation): Outcome {
  return extreme(list, -1, "min", evaluation);
}

/**
 * `list(A).max() -> A`: the greatest element.
 *
 * - `['a', 'c', 'b'].max()` is `'c'`
 */
function max(list: List, evaluation: Evaluation): Outcome {
  return extreme(list, 1, "max", evaluation);
}

/**
 * `list(A).indexOf(A) -> int`: the place of the first element that is equal, or -1.
 *
 * - `[1, 2, 2].indexOf(2)` is `1`
 */
function indexOf(list: List, wanted: CelValue, evaluation: Evaluation): Outcome {
  evaluation.charge(1 + list.length / 10);
  return BigInt(list.findIndex((element) => valuesEqual(element, wanted, evaluation)));
}

/**
 * `list(A).lastIndexOf(A) -> int`: the place of the last element that is equal, or -1.
 *
 * - `[1, 2, 2].lastIndexOf(2)` is `2`
 */
function lastIndexOf(list: List, wanted: CelValue, evaluation: Evaluation): Outcome {
  evaluation.charge(1 + list.length / 10);
  return BigInt(list.findLastIndex((element) => valuesEqual(element, wanted, evaluation)));
}

function matchesOf(text: string, source: string, limit: number, evaluation: Evaluation): CelFailure | string[] {
  evaluation.charge(1 + text.length / 10);
  const pattern = compilePattern(source, evaluation);
  if (!pattern.ok) return new CelFailure(pattern.error);
  const matcher = pattern.value.matcher(text);
  const found: string[] = [];
  while (found.length < limit && matcher.find()) found.push(matcher.group() ?? "");
  return found;
}

/**
 * `string.find(string) -> string`: the first part that a pattern matches, or empty text.
 *
 * - `'abc 123'.find('[0-9]+')` is `'123'`
 * - `'abc'.find('[0-9]')` is `''`
 */
function find(text: string, pattern: string, evaluation: Evaluation): Outcome {
  const found = matchesOf(text, pattern, 1, evaluation);
  return found instanceof CelFailure ? found : (found[0] ?? "");
}

/**
 * `string.findAll(string) -> list(string)`, `string.findAll(string, int) -> list(string)`: all parts that a pattern
 * matches, or the first of them.
 *
 * - `'1, 23'.findAll('[0-9]+')` is `['1', '23']`
 * - `'1, 23'.findAll('[0-9]+', 1)` is `['1']`
 */
function findAll(text: string, pattern: string, evaluation: Evaluation): Outcome {
  return matchesOf(text, pattern, Number.POSITIVE_INFINITY, evaluation);
}

function findSome(text: string, pattern: string, limit: bigint, evaluation: Evaluation): Outcome {
  return matchesOf(text, pattern, limit < 0n ? Number.POSITIVE_INFINITY : Number(limit), evaluation);
}

const rows: readonly FunctionRow[] = [
  ["list(A).isSorted() -> bool", isSorted],
  ["list(int).sum() -> int", sum],
  ["list(double).sum() -> double", sum],
  ["list(A).min() -> A", min],
  ["list(A).max() -> A", max],
  ["list(A).indexOf(A) -> int", indexOf],
  ["list(A).lastIndexOf(A) -> int", lastIndexOf],
  ["string.find(string) -> string", find],
  ["string.findAll(string) -> list(string)", findAll],
  ["string.findAll(string, int) -> list(string)", findSome],
];

/** What Kubernetes adds for lists and patterns, for rules of definitions and for admission. */
export const kubernetes = declare(rows, { isGuarded: true });
