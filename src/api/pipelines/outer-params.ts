import { type Param, type ParamSpec, type ParamValue, typeOfValue } from "./param.ts";
import { wholeVariable } from "./variable-reference.ts";

/** Params that reach an inline spec from around it; undefined where a value's type is known only when it is filled in. */
export type OuterParams = ReadonlyMap<string, ParamSpec | undefined>;

/** Given params as if somebody had declared them. */
export function outerParamsOf(given: readonly Param[]): OuterParams {
  return new Map(given.map(({ name, value }) => [name, declarationOf(name, value)]));
}

function declarationOf(name: string, value: ParamValue): ParamSpec | undefined {
  if (typeof value === "string" && wholeVariable(value) !== undefined) return undefined;
  const type = typeOfValue(value);
  if (type !== "object") return { name, type };
  const properties = Object.fromEntries(Object.keys(value).map((key) => [key, { type: "string" } as const]));
  return { name, type, properties };
}
