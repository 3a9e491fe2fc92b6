import type { Evaluation } from "../evaluation.ts";
import { declare, type FunctionRow } from "../function-table.ts";
import {
  CelFailure,
  type CelValue,
  compareValues,
  isList,
  kindOf,
  type Outcome,
  typeName,
  valuesEqual,
} from "../values.ts";

type List = readonly CelValue[];

/**
 * `list(A).slice(int, int) -> list(A)`: from a position up to, not including, another.
 *
 * - `[1, 2, 3, 4].slice(1, 3)` is `[2, 3]`
 * - `[1, 2].slice(1, 1)` is `[]`
 * - `[1, 2].slice(0, 3)` fails with `cannot slice(0, 3), list is length 2`
 * - `[1, 2].slice(1, 0)` fails with `cannot slice(1, 0), start index must be less than or equal to end index`
 * - `[1, 2].slice(-1, 1)` fails with `cannot slice(-1, 1), negative indexes not supported`
 */
function slice(list: List, start: bigint, end: bigint, evaluation: Evaluation): Outcome {
  const refused = (why: string): CelFailure => new CelFailure(`cannot slice(${start}, ${end}), ${why}`);
  if (start < 0n || end < 0n) return refused("negative indexes not supported");
  if (start > end) return refused("start index must be less than or equal to end index");
  if (end > list.length) return refused(`list is length ${list.length}`);
  evaluation.chargeList(Number(end - start));
  return list.slice(Number(start), Number(end));
}

function flattenInto(into: CelValue[], list: List, depth: number, evaluation: Evaluation): void {
  evaluation.chargeList(list.length);
  for (const element of list) {
    if (isList(element) && depth > 0) flattenInto(into, element, depth - 1, evaluation);
    else into.push(element);
  }
}

/**
 * `list(list(A)).flatten() -> list(A)`, `list(dyn).flatten(int) -> list(dyn)`: takes one level of lists apart, or so
 * many.
 *
 * - `[[1], [2, 3]].flatten()` is `[1, 2, 3]`
 * - `[1, [2, [3]]].flatten(2)` is `[1, 2, 3]`
 * - `[1, [2]].flatten(-1)` fails with `level must be non-negative`
 */
function flatten(list: List, ...rest: readonly (bigint | Evaluation)[]): Outcome {
  const depth = typeof rest[0] === "bigint" ? rest[0] : 1n;
  if (depth < 0n) return new CelFailure("level must be non-negative");
  const flat: CelValue[] = [];
  flattenInto(flat, list, depth > 10_000n ? 10_000 : Number(depth), rest.at(-1) as Evaluation);
  return flat;
}

const sortable = new Set(["bool", "bytes", "double", "duration", "int", "string", "timestamp", "uint"]);

/** Puts elements into the order of their keys; equal keys keep their order. */
function sortByKeys(elements: List, keys: List, evaluation: Evaluation): Outcome {
  const [first] = keys;
  if (first === undefined) return elements;
  const length = keys.reduce<number>((sum, key) => sum + (typeof key === "string" ? 1 + key.length / 100 : 1), 0);
  evaluation.charge((length * (Math.log2(elements.length) + 1)) / 10);
  if (!sortable.has(kindOf(first))) return new CelFailure("list elements must be comparable");
  if (keys.some((key) => typeName(key) !== typeName(first))) {
    return new CelFailure("list elements must have the same type");
  }
  const positions = keys.map((_, i) => i);
  positions.sort((a, b) => {
    const order = compareValues(keys[a] ?? null, keys[b] ?? null);
    return typeof order === "number" ? order : 0;
  });
  return positions.map((position) => elements[position] ?? null);
}

/**
 * `list(A).sort() -> list(A)`: elements of one type that can be compared.
 *
 * - `[3, 1, 2].sort()` is `[1, 2, 3]`
 * - `[1, 'a'].sort()` fails with `list elements must have the same type`
 */
function sort(list: List, evaluation: Evaluation): Outcome {
  return sortByKeys(list, list, evaluation);
}

/**
 * `list(A).sortBy(x, key) -> list(A)`: in the order of what the key expression gives for each element `x`.
 *
 * - `['bb', 'a'].sortBy(s, size(s))` is `['a', 'bb']`
 */
function sortByAssociatedKeys(list: List, keys: List, evaluation: Evaluation): Outcome {
  if (list.length !== keys.length) {
    const counts = `${list.length} and ${keys.length}`;
    return new CelFailure(
      `@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got ${counts} elements respectively`,
    );
  }
  return sortByKeys(list, keys, evaluation);
}

/**
 * `list(A).distinct() -> list(A)`: the first of equal elements.
 *
 * - `[1, 2, 1].distinct()` is `[1, 2]`
 * - `[1, 1.0, 1u].distinct()` is `[1]`
 */
function distinct(list: List, evaluation: Evaluation): Outcome {
  const unique: CelValue[] = [];
  const strings = new Set<string>();
  for (const element of list) {
    if (typeof element === "string") {
      evaluation.charge(1 + element.length / 100);
      if (strings.has(element)) continue;
      strings.add(element);
    } else {
      evaluation.charge(1 + unique.length / 10);
      if (unique.some((other) => valuesEqual(other, element, evaluation))) continue;
    }
    unique.push(element);
  }
  return unique;
}

/**
 * `list(A).reverse() -> list(A)`
 *
 * - `[1, 2, 3].reverse()` is `[3, 2, 1]`
 */
function reverse(list: List, evaluation: Evaluation): Outcome {
  evaluation.chargeList(list.length);
  return [...list].reverse();
}

const maxRange = 1_000_000n;

/**
 * `lists.range(int) -> list(int)`: the numbers from 0 up to, not including, the given one.
 *
 * - `lists.range(3)` is `[0, 1, 2]`
 * - `lists.range(-1)` fails with `lists.range: size must be non-negative, got -1`
 * - `lists.range(1000001)` fails with `lists.range: size 1000001 exceeds maximum allowed (1000000)`
 */
function range(count: bigint, evaluation: Evaluation): Outcome {
  if (count < 0n) return new CelFailure(`lists.range: size must be non-negative, got ${count}`);
  if (count > maxRange) return new CelFailure(`lists.range: size ${count} exceeds maximum allowed (${maxRange})`);
  const size = Number(count);
  evaluation.chargeList(size);
  return Array.from({ length: size }, (_, i) => BigInt(i));
}

/**
 * `list(dyn).first() -> dyn`: null when the list is empty.
 *
 * - `[1, 2].first()` is `1`
 * - `[].first()` is `null`
 */
function first(list: List): Outcome {
  return list[0] ?? null;
}

/**
 * `list(dyn).last() -> dyn`: null when the list is empty.
 *
 * - `[1, 2].last()` is `2`
 * - `[].last()` is `null`
 */
function last(list: List): Outcome {
  return list.at(-1) ?? null;
}

const comparableTypes = ["int", "uint", "double", "bool", "duration", "timestamp", "string", "bytes"] as const;

const rows: readonly FunctionRow[] = [
  ["list(A).slice(int, int) -> list(A)", slice],
  ["list(list(A)).flatten() -> list(A)", flatten],
  ["list(dyn).flatten(int) -> list(dyn)", flatten],
  ...comparableTypes.map((type): FunctionRow => [`list(${type}).sort() -> list(${type})`, sort]),
  ...comparableTypes.map(
    (type): FunctionRow => [`list(A).@sortByAssociatedKeys(list(${type})) -> list(A)`, sortByAssociatedKeys],
  ),
  ["list(A).distinct() -> list(A)", distinct],
  ["list(A).reverse() -> list(A)", reverse],
  ["lists.range(int) -> list(int)", range],
  ["list(dyn).first() -> dyn", first],
  ["list(dyn).last() -> dyn", last],
];

/** The lists library. */
export const lists = declare(rows, { isGuarded: true });
