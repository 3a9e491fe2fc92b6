import { type FieldErrors, missingField } from "../field-error.ts";
import type { K8sObject } from "../object.ts";
import type { PipelinesConfiguration } from "./configuration.ts";

/** Every problem of an object in its storage version; `before` is what an update replaces (spec: pipelines, section 5). */
export function validatePipelinesObject(
  object: K8sObject,
  _before: K8sObject | undefined,
  _configuration: PipelinesConfiguration,
): FieldErrors {
  return object["spec"] === undefined ? missingField("spec") : [];
}
