import type { PipelinesConfiguration } from "../api/pipelines/configuration.ts";
import type { JsonObject } from "../json/value.ts";

/** `status.provenance` of a run: where its definition is from, if from elsewhere, and the flags of the moment. */
export function provenance(
  { enableProvenance, featureFlags }: PipelinesConfiguration,
  refSource: JsonObject | undefined,
): { readonly provenance?: JsonObject } {
  if (!enableProvenance) return {};
  return { provenance: { ...(refSource === undefined ? {} : { refSource }), featureFlags: { ...featureFlags } } };
}
