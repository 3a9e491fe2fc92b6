import type { Evaluation } from "../evaluation.ts";
import { declare, type FunctionRow } from "../function-table.ts";
import { type CelValue, type Outcome, valuesEqual } from "../values.ts";

type List = readonly CelValue[];

function includes(list: List, element: CelValue, evaluation: Evaluation): boolean {
  evaluation.charge(1 + list.length / 10);
  return list.some((candidate) => valuesEqual(candidate, element, evaluation));
}

/**
 * `sets.contains(list(A), list(A)) -> bool`: whether every element of the second list equals one of the first.
 *
 * - `sets.contains([1, 2, 3], [2, 3])` is `true`
 * - `sets.contains([1, 2.0, 3u], [1.0, 2u, 3])` is `true`
 * - `sets.contains([], [1])` is `false`
 */
function contains(list: List, sublist: List, evaluation: Evaluation): Outcome {
  return sublist.every((element) => includes(list, element, evaluation));
}

/**
 * `sets.equivalent(list(A), list(A)) -> bool`: whether each list contains the other.
 *
 * - `sets.equivalent([1, 2], [2, 1, 1])` is `true`
 * - `sets.equivalent([1], [1, 2])` is `false`
 */
function equivalent(a: List, b: List, evaluation: Evaluation): Outcome {
  return contains(a, b, evaluation) === true && contains(b, a, evaluation) === true;
}

/**
 * `sets.intersects(list(A), list(A)) -> bool`: whether some element is in both.
 *
 * - `sets.intersects([1], [1, 2])` is `true`
 * - `sets.intersects([], [])` is `false`
 */
function intersects(a: List, b: List, evaluation: Evaluation): Outcome {
  return a.some((element) => includes(b, element, evaluation));
}

const rows: readonly FunctionRow[] = [
  ["sets.contains(list(A), list(A)) -> bool", contains],
  ["sets.equivalent(list(A), list(A)) -> bool", equivalent],
  ["sets.intersects(list(A), list(A)) -> bool", intersects],
];

/** The sets library. */
export const sets = declare(rows, { isGuarded: true });
