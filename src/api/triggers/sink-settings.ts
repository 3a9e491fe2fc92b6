import type { EventListener } from "./objects.ts";

/** Annotation of an EventListener: `false` when bodies need not be JSON objects (spec: resources, section 10). */
export const payloadValidationAnnotation = "tekton.dev/payload-validation";

/** Whether its sink refuses bodies that are no JSON objects. */
export function validatesPayload({ metadata }: EventListener): boolean {
  const annotations = metadata?.annotations ?? {};
  return (
    !Object.hasOwn(annotations, payloadValidationAnnotation) || annotations[payloadValidationAnnotation] !== "false"
  );
}

/** Whether forms of one field, or with a charset, become JSON, too: its annotation says so (ours, not Tekton's). */
export function takesAnyForm({ metadata }: EventListener): boolean {
  return metadata?.annotations?.["tektite.dev/accept-any-form"] === "true";
}

/** Whether it may take Triggers from other namespaces (a selector names some, even its own namespace). */
export function isMultiNamespace({ spec = {} }: EventListener): boolean {
  const ofGroups = (spec.triggerGroups ?? []).map(({ triggerSelector }) => triggerSelector?.namespaceSelector);
  return [spec.namespaceSelector, ...ofGroups].some((selector) => (selector?.matchNames ?? []).length > 0);
}
