import { type FieldErrors, missingField, multipleOneOf } from "../field-error.ts";
import type { Ref } from "./task.ts";
import { validateGivenParams } from "./validate-params.ts";

/** A taskRef, pipelineRef or step ref: a name, or a resolver with params; paths relative to it. */
export function validateRef(ref: Ref): FieldErrors {
  const hasName = (ref.name ?? "") !== "";
  const hasResolver = (ref.resolver ?? "") !== "";
  if (hasResolver) {
    return [...(hasName ? multipleOneOf("name", "resolver") : []), ...validateGivenParams(ref.params ?? [])];
  }
  if ((ref.params ?? []).length > 0) {
    return [...(hasName ? multipleOneOf("name", "params") : []), ...missingField("resolver")];
  }
  return hasName ? [] : missingField("name");
}
