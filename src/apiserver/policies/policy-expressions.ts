import { mutatingEnvironment, validatingEnvironment } from "../../api/core/kinds/admission-policies.ts";
import type { K8sObject } from "../../api/object.ts";
import { ProgramCache } from "../../cel/program.ts";
import { CelFailure, type CelValue, type JsonMap, type Outcome } from "../../cel/values.ts";
import { isJsonObject, type JsonValue } from "../../json/value.ts";
import { authorizerValues, type ImmediateAuthorizer } from "../expressions/authorizer-value.ts";
import { toCel } from "../expressions/cel-value.ts";
import type { AdmissionAttributes } from "../pipeline.ts";
import { admissionReview } from "../webhooks/admission-review.ts";
import type { NamedExpression } from "./admission-policy.ts";

/** Compiled expressions of policies. */
export const validatingPrograms = new ProgramCache(1_000, validatingEnvironment);
export const mutatingPrograms = new ProgramCache(1_000, mutatingEnvironment);

/** The values that expressions see for one request with one params object. */
export class PolicyScope {
  readonly #programs: ProgramCache;
  #variables: JsonMap;

  constructor(
    programs: ProgramCache,
    attributes: AdmissionAttributes,
    around: {
      readonly params: K8sObject | undefined;
      readonly namespace: K8sObject | undefined;
      readonly authorizer: ImmediateAuthorizer;
    },
  ) {
    this.#programs = programs;
    const { version, object, oldObject } = attributes;
    const review = admissionReview(attributes, { version, object, oldObject }, { uid: "", version: "v1" });
    const request = isJsonObject(review["request"]) ? review["request"] : {};
    const { object: shown = null, oldObject: before = null, ...rest } = request;
    const celOf = (value: K8sObject | undefined): CelValue => toCel((value ?? null) as JsonValue);
    this.#variables = {
      object: toCel(shown),
      oldObject: toCel(before),
      request: toCel(rest),
      params: celOf(around.params),
      namespaceObject: celOf(around.namespace),
      ...authorizerValues(around.authorizer, attributes),
      variables: {},
    };
  }

  /** Gives the policy's own variables their values; one that fails is missing for those who use it. */
  define(variables: readonly NamedExpression[]): void {
    for (const { name, expression } of variables) {
      const value = this.evaluate(expression);
      if (value instanceof CelFailure) continue;
      const known = this.#variables["variables"] as JsonMap;
      this.#variables = { ...this.#variables, variables: { ...known, [name]: value } };
    }
  }

  evaluate(expression: string): Outcome {
    const program = this.#programs.get(expression);
    if (!program.ok) return new CelFailure(`compilation failed: ${program.error.message}`);
    return program.value.evaluate({ variables: this.#variables });
  }
}
