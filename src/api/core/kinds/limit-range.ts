import type { JsonObject } from "../../../json/value.ts";
import { printQuantity, type Quantity } from "../../quantity.ts";
import { duplicate, type FieldProblem, forbidden, invalid, required } from "../field-problem.ts";
import { child, ensureChild, items, setDefault, text } from "../fields.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { qualifiedNameProblems } from "../names.ts";
import { readResourceList } from "../quota/resource-list.ts";

const ownTypes = ["Pod", "Container", "PersistentVolumeClaim"];

/** LimitRange: what a container gets by default follows from its bounds. */
export const limitRangeStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: false,
  default: (object) => {
    for (const limit of items(child(object, "spec"), "limits")) {
      if (limit["type"] !== "Container") continue;
      // A maximum is a default limit, a default limit a default request, and so is a minimum.
      for (const [from, to] of [
        ["max", "default"],
        ["default", "defaultRequest"],
        ["min", "defaultRequest"],
      ] as const) {
        const source = child(limit, from);
        if (!source) continue;
        const target = ensureChild(limit, to);
        for (const key of Object.keys(source)) setDefault(target, key, source[key]!);
      }
    }
  },
  validate: (object) => {
    const seen = new Set<string>();
    return items(child(object, "spec"), "limits").flatMap((limit, index) => {
      const at = `spec.limits[${index}]`;
      const type = text(limit, "type");
      const problems: FieldProblem[] = typeProblems(type, `${at}.type`);
      if (seen.has(type)) problems.push(duplicate(`${at}.type`, type));
      seen.add(type);
      problems.push(...limitProblems(limit, type, at));
      return problems;
    });
  },
};

function typeProblems(type: string, field: string): FieldProblem[] {
  const problems = qualifiedNameProblems(type).map((detail) => invalid(field, type, detail));
  if (problems.length > 0 || type.includes("/") || ownTypes.includes(type)) return problems;
  return [invalid(field, type, "must be a standard limit type or fully qualified")];
}

type Bound = "min" | "max" | "default" | "defaultRequest" | "maxLimitRequestRatio";

/** Two bounds of which the first may not be greater, with the field that is told and the bounds' names in the text. */
const orders: readonly (readonly [Bound, Bound, Bound, string, string])[] = [
  ["min", "max", "min", "min value", "max value"],
  ["min", "defaultRequest", "defaultRequest", "min value", "default request value"],
  ["defaultRequest", "max", "defaultRequest", "default request value", "max value"],
  ["defaultRequest", "default", "defaultRequest", "default request value", "default limit value"],
  ["min", "default", "default", "min value", "default value"],
  ["default", "max", "default", "default value", "max value"],
];

function limitProblems(limit: JsonObject, type: string, at: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (type === "Pod") {
    for (const field of ["default", "defaultRequest"] as const)
      if (Object.keys(child(limit, field) ?? {}).length > 0)
        problems.push(forbidden(`${at}.${field}`, "may not be specified when `type` is 'Pod'"));
  }
  const bounds = (field: Bound): ReadonlyMap<string, Quantity> => readResourceList(child(limit, field));
  const isUnbounded = !bounds("min").has("storage") && !bounds("max").has("storage");
  if (type === "PersistentVolumeClaim" && isUnbounded)
    problems.push(
      required(`${at}.limits`, "either minimum or maximum storage value is required, but neither was provided"),
    );
  for (const [low, high, told, lowName, highName] of orders) {
    for (const [name, lower] of bounds(low)) {
      const upper = bounds(high).get(name);
      if (upper === undefined || lower.nanos <= upper.nanos) continue;
      const detail = `${lowName} ${printQuantity(lower)} is greater than ${highName} ${printQuantity(upper)}`;
      const value = told === "defaultRequest" ? (low === told ? lower : upper) : low === "default" ? upper : lower;
      problems.push(invalid(`${at}.${told}[${name}]`, printQuantity(value), detail));
    }
  }
  for (const [name, ratio] of bounds("maxLimitRequestRatio"))
    if (ratio.nanos < 1_000_000_000n)
      problems.push(
        invalid(
          `${at}.maxLimitRequestRatio[${name}]`,
          printQuantity(ratio),
          `ratio ${printQuantity(ratio)} is less than 1`,
        ),
      );
  return problems;
}
