import { type FieldErrors, invalidValue, missingField, missingOneOf, multipleOneOf, under } from "../field-error.ts";
import type { TriggersVersion } from "./defaulting.ts";
import type { EventListener, EventListenerTrigger, TriggerGroup } from "./objects.ts";
import { validateCustomResource, validateKubernetesResource } from "./resource-validation.ts";
import { payloadValidationAnnotation } from "./sink-settings.ts";
import { validateBindings, validateInterceptorUse, validateTemplate } from "./trigger-validation.ts";

const labelValue = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

/** What is wrong with an EventListener (spec: resources, section 6). */
export function validateListener(listener: EventListener, version: TriggersVersion): FieldErrors {
  const { name = "", annotations = {} } = listener.metadata ?? {};
  const nameErrors =
    Buffer.byteLength(name) > 60
      ? invalidValue(`eventListener name '${name}' must be no more than 60 characters long`, "metadata.name")
      : [];
  const annotation = Object.hasOwn(annotations, payloadValidationAnnotation)
    ? annotations[payloadValidationAnnotation]
    : undefined;
  const annotationErrors =
    annotation === undefined || annotation === "true" || annotation === "false"
      ? []
      : invalidValue(
          `${payloadValidationAnnotation} annotation must have value 'true' or 'false'`,
          "metadata.annotations",
        );
  return [...nameErrors, ...annotationErrors, ...under("spec", validateSpec(listener.spec ?? {}, version))];
}

function validateSpec(spec: NonNullable<EventListener["spec"]>, version: TriggersVersion): FieldErrors {
  const triggers = spec.triggers ?? [];
  const groups = spec.triggerGroups ?? [];
  const named = spec.namespaceSelector?.matchNames ?? [];
  if (spec.labelSelector === undefined && named.length + groups.length + triggers.length === 0) {
    const groupPath = version === "v1beta1" ? ["triggerGroups"] : [];
    return missingOneOf("labelSelector", "namespaceSelector", ...groupPath, "triggers");
  }
  const { kubernetesResource, customResource } = spec.resources ?? {};
  if (kubernetesResource !== undefined && customResource !== undefined) {
    // Upstream forgets what it found in the triggers.
    return multipleOneOf("resources.kubernetesResource", "resources.customResource");
  }
  return [
    ...triggers.flatMap((trigger, i) => under("triggers", validateTrigger(trigger, version), i)),
    ...under("resources", [
      ...(kubernetesResource ? validateKubernetesResource(kubernetesResource, version) : []),
      ...(customResource ? validateCustomResource(customResource, version) : []),
    ]),
    ...groups.flatMap((group, i) => under("triggerGroups", validateGroup(group), i)),
  ];
}

function validateTrigger(trigger: EventListenerTrigger, version: TriggersVersion): FieldErrors {
  const { template, triggerRef = "", bindings, interceptors, name = "" } = trigger;
  const errors = [
    ...(template === undefined && triggerRef === "" ? missingOneOf("template", "triggerRef") : []),
    ...(triggerRef !== "" && (template ?? bindings ?? interceptors) !== undefined
      ? multipleOneOf("triggerRef", "template or bindings or interceptors")
      : []),
    ...validateBindings(bindings ?? [], version),
    ...(template === undefined ? [] : validateTemplate(template, version)),
  ];
  for (const [i, interceptor] of (interceptors ?? []).entries()) {
    if (interceptor === null) {
      return [...errors, ...under("interceptors", invalidValue("interceptor '<nil>' must be a valid value", ""), i)];
    }
    errors.push(...validateInterceptorUse(interceptor, i, version));
  }
  const named = name.length <= 63 && labelValue.test(name);
  return named ? errors : [...errors, ...invalidValue(`trigger name '${name}' must be a valid label value`, "name")];
}

/** Names of groups and what their interceptors contain are not looked at. */
function validateGroup({ interceptors, triggerSelector }: TriggerGroup): FieldErrors {
  const named = triggerSelector?.namespaceSelector?.matchNames ?? [];
  const selects = triggerSelector?.labelSelector !== undefined || named.length > 0;
  return [
    ...(selects ? [] : missingOneOf("triggerSelector.labelSelector", "triggerSelector.namespaceSelector")),
    ...((interceptors ?? []).length > 0 ? [] : missingField("interceptors")),
  ];
}
