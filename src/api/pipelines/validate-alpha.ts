import { type FieldErrors, fieldError } from "../field-error.ts";
import type { PipelinesConfiguration } from "./configuration.ts";

/** Refuses a feature that needs `enable-api-fields: alpha`; as in Tekton, the text names the feature and no field. */
export function requireAlpha(feature: string, configuration: PipelinesConfiguration): FieldErrors {
  const { enableApiFields } = configuration;
  if (enableApiFields === "alpha") return [];
  return fieldError(
    `${feature} requires "enable-api-fields" feature gate to be "alpha" but it is "${enableApiFields}"`,
  );
}
