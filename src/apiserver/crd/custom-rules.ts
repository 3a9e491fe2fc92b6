import type { FieldProblem } from "../../api/core/field-problem.ts";
import type { Fields } from "../../api/core/fields.ts";
import type { JsonObject } from "../../json/value.ts";

/** What a custom kind's schema does to its objects (spec: kube-api, section 10). */
export interface CustomRules {
  /** Drops what the schema does not know and fills in defaults, in place; gives the paths that were dropped. */
  prepare(object: Fields, version: string): readonly string[];
  /** Schema, list types, then CEL rules; `old` for transition rules and ratcheting. */
  validate(
    object: JsonObject,
    old: JsonObject | undefined,
    version: string,
    subresource?: string,
  ): readonly FieldProblem[];
}
