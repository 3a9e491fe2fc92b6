import type { Param } from "../api/pipelines/param.ts";
import type { Matrix } from "../api/pipelines/pipeline.ts";

/** One run of a matrixed task. */
export interface Combination {
  /** Sorted by name. */
  readonly params: readonly Param[];
  /** Names of the includes that make up or extend it, in order. */
  readonly includes: readonly string[];
}

/**
 * All combinations of a matrix whose variables are filled in: the first param changes fastest, then the includes that
 * have a value the matrix lacks (spec: pipelines, section 9).
 */
export function expandMatrix(matrix: Matrix): readonly Combination[] {
  const axes = (matrix.params ?? []).map((param) => ({ name: param.name, values: listOf(param) }));
  const include = matrix.include ?? [];
  if (axes.length === 0) {
    return include.map((entry) => combination(new Map(stringParams(entry.params)), nameOf(entry.name)));
  }
  let rows: ReadonlyMap<string, string>[] = [new Map()];
  for (const axis of [...axes].reverse()) {
    rows = rows.flatMap((row) => axis.values.map((value) => new Map([...row, [axis.name, value]])));
  }
  const building = rows.map((row) => ({ params: new Map(row), includes: [] as string[] }));
  const extra: Combination[] = [];
  for (const entry of include) {
    const params = stringParams(entry.params);
    const matching = building.filter((target) =>
      params.every(([name, value]) => (target.params.get(name) ?? value) === value),
    );
    if (matching.length === 0) extra.push(combination(new Map(params), nameOf(entry.name)));
    for (const target of matching) {
      for (const [name, value] of params) target.params.set(name, value);
      target.includes.push(...nameOf(entry.name));
    }
  }
  return [...building.map(({ params, includes }) => combination(params, includes)), ...extra];
}

/** Whether some param of the matrix is an empty list, so that there is nothing to run. */
export function hasEmptyAxis(matrix: Matrix): boolean {
  return (matrix.params ?? []).some((param) => Array.isArray(param.value) && param.value.length === 0);
}

function listOf(param: Param): readonly string[] {
  if (Array.isArray(param.value)) return param.value;
  return typeof param.value === "string" ? [param.value] : [];
}

function stringParams(params: readonly Param[] | undefined): readonly (readonly [string, string])[] {
  return (params ?? []).flatMap((param) =>
    typeof param.value === "string" ? [[param.name, param.value] as const] : [],
  );
}

function nameOf(name: string | undefined): readonly string[] {
  return name === undefined || name === "" ? [] : [name];
}

function combination(params: ReadonlyMap<string, string>, includes: readonly string[]): Combination {
  const sorted = [...params].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { params: sorted.map(([name, value]) => ({ name, value })), includes };
}
