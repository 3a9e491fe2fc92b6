import { type Param, type ParamSpec, type ParamValue, typeOfSpec, typeOfValue } from "../api/pipelines/param.ts";
import { referenceTo, textsIn, variablesIn, wholeVariable } from "../api/pipelines/variable-reference.ts";
import { Variables } from "./variables.ts";

/** How deep defaults may refer to further params. */
const maxDepth = 10;

/** Values of declared params, and the first param whose default refers to itself, if any. */
export interface ResolvedParams {
  readonly values: ReadonlyMap<string, ParamValue>;
  readonly circular?: string;
}

/**
 * The value of each declared param: what was given, else its default with the params that it names filled in. Object
 * values are merged key by key over the default (spec: pipelines, sections 2 and 8).
 */
export function resolveParams(specs: readonly ParamSpec[], given: readonly Param[]): ResolvedParams {
  const byName = new Map(specs.map((spec) => [spec.name, spec]));
  const provided = new Map(given.map((param) => [param.name, param.value]));
  const values = new Map<string, ParamValue>();
  let circular: string | undefined;

  const resolveDefault = (name: string, value: ParamValue, stack: readonly string[]): ParamValue => {
    const variables = new Variables();
    for (const other of paramsNamedIn(value, byName)) {
      if (stack.includes(other) || stack.length >= maxDepth) {
        circular ??= other;
        continue;
      }
      const resolved = resolve(other, [...stack, name]);
      if (resolved !== undefined) setParam(variables, other, resolved);
    }
    return variables.value(value);
  };

  const resolve = (name: string, stack: readonly string[]): ParamValue | undefined => {
    const known = values.get(name);
    if (known !== undefined) return known;
    const own = provided.get(name);
    const fallback = byName.get(name)?.default;
    const needsDefault = fallback !== undefined && (own === undefined || isObject(own));
    const resolved = needsDefault ? resolveDefault(name, fallback, [...stack, name]) : undefined;
    const value =
      own !== undefined && isObject(own) && isObject(resolved) ? { ...resolved, ...own } : (own ?? resolved);
    if (value !== undefined && circular === undefined) values.set(name, value);
    return value;
  };

  for (const spec of specs) resolve(spec.name, []);
  return { values, ...(circular === undefined ? {} : { circular }) };
}

function isObject(value: ParamValue | undefined): value is Readonly<Record<string, string>> {
  return typeof value === "object" && !Array.isArray(value);
}

/** Names of declared params that a value refers to. */
function paramsNamedIn(value: ParamValue, declared: ReadonlyMap<string, unknown>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const text of textsIn(value)) {
    for (const expression of variablesIn(text)) {
      const name = declaredName(expression, declared);
      if (name !== undefined) names.add(name);
    }
  }
  return names;
}

/** The declared param that a variable means: `params.a.b` is param `a.b` if there is one, else key b of `a`. */
function declaredName(expression: string, declared: ReadonlyMap<string, unknown>): string | undefined {
  const reference = referenceTo("params", expression) ?? referenceTo("inputs.params", expression);
  if (reference === undefined) return undefined;
  if (reference.quoted || declared.has(reference.name)) return reference.name;
  const dot = reference.name.lastIndexOf(".");
  return dot === -1 ? reference.name : reference.name.slice(0, dot);
}

/** Makes a param known as `params.<name>` and, for old Tasks, `inputs.params.<name>`. */
export function setParam(variables: Variables, name: string, value: ParamValue): void {
  variables.setNamed("params", name, value);
  variables.setNamed("inputs.params", name, value);
}

/** Declared params without a value, in order of declaration. */
export function missingParams(specs: readonly ParamSpec[], given: readonly Param[]): readonly string[] {
  const names = new Set(given.map((param) => param.name));
  return specs.filter((spec) => spec.default === undefined && !names.has(spec.name)).map((spec) => spec.name);
}

/** Given params whose value has another type than declared; `lateReferences`: a text that is one reference fits any type. */
export function mistypedParams(
  specs: readonly ParamSpec[],
  given: readonly Param[],
  lateReferences = false,
): readonly string[] {
  const types = new Map(specs.map((spec) => [spec.name, typeOfSpec(spec)]));
  return given
    .filter((param) => {
      const type = types.get(param.name);
      if (type === undefined || type === typeOfValue(param.value)) return false;
      return !(lateReferences && typeof param.value === "string" && wholeVariable(param.value) !== undefined);
    })
    .map((param) => param.name);
}

/** Object params lacking declared keys in both default and value: name to keys. */
export function missingObjectKeys(
  specs: readonly ParamSpec[],
  given: readonly Param[],
): ReadonlyMap<string, readonly string[]> {
  const values = new Map(given.map((param) => [param.name, param.value]));
  const missing = new Map<string, readonly string[]>();
  for (const spec of specs) {
    if (typeOfSpec(spec) !== "object" || spec.properties === undefined) continue;
    const value = values.get(spec.name);
    if (value === undefined && spec.default === undefined) continue;
    const keys = new Set([
      ...(isObject(spec.default) ? Object.keys(spec.default) : []),
      ...(isObject(value) ? Object.keys(value) : []),
    ]);
    const lacking = Object.keys(spec.properties).filter((key) => !keys.has(key));
    if (lacking.length > 0) missing.set(spec.name, lacking.sort());
  }
  return missing;
}

/** The first given param outside its declared enum, as an error text. */
export function enumViolation(
  specs: readonly ParamSpec[],
  values: ReadonlyMap<string, ParamValue>,
): string | undefined {
  for (const spec of specs) {
    const value = values.get(spec.name);
    if (spec.enum === undefined || spec.enum.length === 0 || typeof value !== "string") continue;
    if (!spec.enum.includes(value)) return `param \`${spec.name}\` value: ${value} is not in the enum list`;
  }
  return undefined;
}

/** References such as `$(params.list[5])` beyond the end of the array, sorted and once each. */
export function badArrayIndexes(value: unknown, values: ReadonlyMap<string, ParamValue>): readonly string[] {
  const bad = new Set<string>();
  for (const text of textsIn(value)) {
    if (!text.includes("[")) continue;
    for (const expression of variablesIn(text)) {
      const index = /\[(\d+)\]$/.exec(expression);
      if (index === null) continue;
      const name = declaredName(expression, values);
      const list = name === undefined ? undefined : values.get(name);
      if (Array.isArray(list) && Number(index[1]) >= list.length) bad.add(`$(${expression})`);
    }
  }
  return [...bad].sort();
}

/** Go's print of a map of lists: `map[a:[x y] b:[z]]`. */
export function goMapOfLists(map: ReadonlyMap<string, readonly string[]>): string {
  const entries = [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, items]) => `${key}:[${items.join(" ")}]`);
  return `map[${entries.join(" ")}]`;
}
