import { webhookEnvironment } from "../../api/core/kinds/webhook-configurations.ts";
import { ProgramCache } from "../../cel/program.ts";
import { CelFailure, type JsonMap } from "../../cel/values.ts";
import { isJsonObject } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import { authorizerValues, type ImmediateAuthorizer } from "../expressions/authorizer-value.ts";
import { toCel } from "../expressions/cel-value.ts";
import type { AdmissionAttributes } from "../pipeline.ts";
import { admissionReview } from "./admission-review.ts";
import type { AdmissionWebhook } from "./webhook-configuration.ts";

const programs = new ProgramCache(256, webhookEnvironment);

/**
 * Whether all matchConditions of a webhook hold: one that is false decides, whatever the others come to. An error
 * names the conditions that could not be evaluated.
 */
export function conditionsHold(
  webhook: AdmissionWebhook,
  attributes: AdmissionAttributes,
  authorizer: ImmediateAuthorizer,
): Result<boolean, string> {
  const { object, oldObject, version } = attributes;
  const review = admissionReview(attributes, { version, object, oldObject }, { uid: "", version: "v1" });
  const request = isJsonObject(review["request"]) ? review["request"] : {};
  const variables: JsonMap = {
    object: toCel(request["object"] ?? null),
    oldObject: toCel(request["oldObject"] ?? null),
    request: toCel(request),
    ...authorizerValues(authorizer, attributes),
  };
  const failures: string[] = [];
  for (const { name, expression } of webhook.conditions) {
    const program = programs.get(expression);
    if (!program.ok) {
      failures.push(`${name}: ${program.error.message}`);
      continue;
    }
    const outcome = program.value.evaluate({ variables });
    if (outcome === false) return ok(false);
    if (outcome === true) continue;
    failures.push(`${name}: ${outcome instanceof CelFailure ? outcome.message : "must evaluate to bool"}`);
  }
  return failures.length === 0 ? ok(true) : err(failures.join(", "));
}
