import { quoteGo } from "../../json/go-print.ts";
import type { OuterParams } from "./outer-params.ts";
import { type ParamSpec, typeOfSpec } from "./param.ts";
import { type NamedReference, wholeVariable } from "./variable-reference.ts";

/** Params that a text may name. */
export interface KnownParams {
  readonly declared: ReadonlyMap<string, ParamSpec>;
  /** Those that reach an inline spec from around it. */
  readonly outer: OuterParams;
}

/** Where a text stands: it can be a whole value of any type, an item of a list, or nothing but a string. */
export type Place = "value" | "item" | "string";

export function unknownVariable(text: string): string {
  return `non-existent variable in ${quoteGo(text)}`;
}

/** What is wrong with a param's variable in a text, as Tekton words it (spec: pipelines, section 5). */
export function paramReferenceProblem(
  reference: NamedReference,
  expression: string,
  text: string,
  place: Place,
  params: KnownParams,
): string | undefined {
  if (!reference.quoted && reference.name.split(".").length > 2) {
    return `Invalid referencing of parameters in "${text}"! Only two dot-separated components after the prefix "params" are allowed.`;
  }
  const meant = paramMeantBy(reference, params);
  if (meant === undefined) return unknownVariable(text);
  const { spec, key } = meant;
  if (spec === undefined) return undefined; // Its type is known only when its value is.
  const type = typeOfSpec(spec);
  if (key !== undefined) {
    const isKnown = type === "object" && (spec.properties === undefined || Object.hasOwn(spec.properties, key));
    return isKnown ? undefined : unknownVariable(text);
  }
  if (type === "string" || (type === "array" && /^\[\d+\]$/.test(reference.rest))) return undefined;
  if (place === "string" || (place === "item" && type === "object")) return `variable type invalid in ${quoteGo(text)}`;
  return wholeVariable(text) === expression ? undefined : `variable is not properly isolated in ${quoteGo(text)}`;
}

/** `params.a.b` is the param `a.b` if there is one, else key `b` of `a`. */
function paramMeantBy(
  { name, quoted, rest }: NamedReference,
  { declared, outer }: KnownParams,
): { readonly spec: ParamSpec | undefined; readonly key?: string } | undefined {
  const isKnown = (param: string) => declared.has(param) || outer.has(param);
  const specOf = (param: string) => declared.get(param) ?? outer.get(param);
  if (isKnown(name)) {
    const key = /^\.([^.[\]]+)$/.exec(rest)?.[1];
    return { spec: specOf(name), ...(key === undefined ? {} : { key }) };
  }
  const dot = name.lastIndexOf(".");
  const owner = name.slice(0, Math.max(dot, 0));
  return quoted || !isKnown(owner) ? undefined : { spec: specOf(owner), key: name.slice(dot + 1) };
}
