import { quoteGo } from "../../json/go-print.ts";
import { type FieldErrors, fieldError, invalidValue, missingField, multipleOneOf, under } from "../field-error.ts";
import type { TriggersVersion } from "./defaulting.ts";
import { validateListener } from "./listener-validation.ts";
import type { EventListener, InterceptorObject, Trigger, TriggerBinding, TriggerTemplate } from "./objects.ts";
import { validateTemplateSpec } from "./template-validation.ts";
import { validateTriggerParts } from "./trigger-validation.ts";

/** Every kind of `triggers.tekton.dev`, decoded. */
export type TriggersObject =
  | { readonly kind: "EventListener"; readonly object: EventListener }
  | { readonly kind: "Trigger"; readonly object: Trigger }
  | { readonly kind: "TriggerBinding" | "ClusterTriggerBinding"; readonly object: TriggerBinding }
  | { readonly kind: "TriggerTemplate"; readonly object: TriggerTemplate }
  | { readonly kind: "ClusterInterceptor" | "Interceptor"; readonly object: InterceptorObject };

/** Everything that is wrong with an object (spec: resources, section 6). */
export function validateTriggersObject({ kind, object }: TriggersObject, version: TriggersVersion): FieldErrors {
  switch (kind) {
    case "EventListener":
      return validateListener(object, version);
    case "Trigger":
      return [
        ...validateName(object.metadata?.name),
        ...under("spec", validateTriggerParts(object.spec ?? {}, version)),
      ];
    case "TriggerBinding":
      return [...validateName(object.metadata?.name), ...validateBindingSpec(object.spec, "spec")];
    case "ClusterTriggerBinding": {
      const errors = validateName(object.metadata?.name);
      return errors.length > 0 ? errors : validateBindingSpec(object.spec, "");
    }
    case "TriggerTemplate":
      return [...validateName(object.metadata?.name), ...under("spec", validateTemplateSpec(object.spec ?? {}))];
    case "ClusterInterceptor":
    case "Interceptor":
      return validateInterceptor(object);
    default:
      return kind satisfies never;
  }
}

const dns1123Subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function validateName(name = ""): FieldErrors {
  if (name.length > 253 || !dns1123Subdomain.test(name)) {
    return fieldError(`invalid resource name ${quoteGo(name)}: must be a valid DNS label`, "metadata.name");
  }
  if (name.length > 63) {
    return fieldError("Invalid resource name: length must be no more than 63 characters", "metadata.name");
  }
  return [];
}

/** The first failure only. A ClusterTriggerBinding's paths lack the `spec`. */
function validateBindingSpec(spec: TriggerBinding["spec"], root: string): FieldErrors {
  const params = spec?.params ?? [];
  if (params.length === 0) return missingField(root);
  const seen = new Set<string>();
  for (const [i, { name = "", value = "" }] of params.entries()) {
    const at = (field: string) => (errors: FieldErrors) => under(root, under("params", under(field, errors), i));
    if (seen.has(name)) return at("name")(multipleOneOf(""));
    seen.add(name);
    if (!isClosed(value)) return at("value")(invalidValue(value, ""));
  }
  return [];
}

/** Whether no `$(` opens before the one before it is closed; the last may stay open. */
function isClosed(value: string): boolean {
  const pieces = value.split("$(").slice(1);
  return pieces.slice(0, -1).every((piece) => {
    let depth = 1;
    for (const char of piece) {
      if (char === "(") depth++;
      else if (char === ")" && --depth === 0) return true;
    }
    return false;
  });
}

function validateInterceptor({ spec }: InterceptorObject): FieldErrors {
  const { url, service } = spec?.clientConfig ?? {};
  const errors = [
    ...(url !== undefined && service !== undefined ? multipleOneOf("url", "service") : []),
    ...(service !== undefined && !service.namespace ? missingField("service.namespace") : []),
    ...(service !== undefined && !service.name ? missingField("service.name") : []),
  ];
  return under("spec", under("clientConfig", errors));
}
