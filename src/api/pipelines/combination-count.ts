import type { Matrix } from "./pipeline.ts";

/** How many combinations a matrix has as far as its text tells: a list that a variable gives counts as one value. */
export function combinationCount(matrix: Matrix): number {
  const axes = matrix.params ?? [];
  const include = matrix.include ?? [];
  if (axes.length === 0) return include.length;
  const values = new Map(axes.map((axis) => [axis.name, Array.isArray(axis.value) ? axis.value : [axis.value]]));
  const product = [...values.values()].reduce((count, list) => count * Math.max(list.length, 1), 1);
  const extra = include.filter((entry) =>
    (entry.params ?? []).some((param) => values.get(param.name)?.includes(param.value as string) === false),
  );
  return product + extra.length;
}
