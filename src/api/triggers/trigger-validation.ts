import { canonicalHeaderName } from "../../json/go-header-name.ts";
import { type FieldErrors, invalidValue, missingField, missingOneOf, multipleOneOf, under } from "../field-error.ts";
import { celSyntaxError } from "./cel-syntax.ts";
import type { TriggersVersion } from "./defaulting.ts";
import type { Binding, HeaderValue, InterceptorUse, Template, TriggerSpec, Webhook } from "./objects.ts";
import { validateTemplateSpec } from "./template-validation.ts";

/** Bindings, template and interceptors of a Trigger; paths are relative to its spec. */
export function validateTriggerParts(spec: TriggerSpec, version: TriggersVersion): FieldErrors {
  return [
    ...validateBindings(spec.bindings ?? [], version),
    ...validateTemplate(spec.template ?? {}, version),
    ...(spec.interceptors ?? []).flatMap((interceptor, i) =>
      interceptor === null
        ? // Upstream crashes on it.
          under("interceptors", invalidValue("interceptor '<nil>' must be a valid value", ""), i)
        : validateInterceptorUse(interceptor, i, version),
    ),
  ];
}

/** Each entry is a reference or an inline name and value. */
export function validateBindings(bindings: readonly (Binding | null)[], version: TriggersVersion): FieldErrors {
  const [ref, name, value, spec] =
    version === "v1beta1" ? ["ref", "name", "value", "spec"] : ["Ref", "Name", "Value", "Spec"];
  return bindings.flatMap((binding, i) => under("bindings", errorsOf(binding), i));

  function errorsOf(binding: Binding | null): FieldErrors {
    // Upstream crashes on it.
    if (binding === null) return invalidValue("binding '<nil>' must be a valid value", "");
    if (binding.ref) {
      if (binding.name) return multipleOneOf(ref as string, name as string);
      const known = binding.kind === "TriggerBinding" || binding.kind === "ClusterTriggerBinding";
      return known ? [] : invalidValue("invalid kind", "kind");
    }
    if (binding.name) return binding.value === undefined ? missingField(value as string) : [];
    return missingOneOf(ref as string, name as string, spec as string);
  }
}

/** A reference or an inline template. Errors of an inline one lie at the trigger itself, as upstream has it. */
export function validateTemplate(template: Template, version: TriggersVersion): FieldErrors {
  const { apiversion = "", ref, spec } = template;
  const known = apiversion === "" || apiversion === "v1alpha1" || (version === "v1beta1" && apiversion === "v1beta1");
  const errors = known ? [] : invalidValue("invalid apiVersion", "template.apiVersion");
  return [...errors, ...content()];

  function content(): FieldErrors {
    if (spec !== undefined && ref !== undefined) return multipleOneOf("template.spec", "template.ref");
    if (spec !== undefined) return validateTemplateSpec(spec);
    if (ref === undefined) return missingOneOf("template.spec", "template.ref");
    return ref === "" ? missingField("template.ref") : [];
  }
}

/** An entry of `interceptors`; paths start with `interceptors[i]`. */
export function validateInterceptorUse(
  interceptor: InterceptorUse,
  index: number,
  version: TriggersVersion,
): FieldErrors {
  const errors = version === "v1beta1" ? validateNew(interceptor) : validateOld(interceptor);
  return under("interceptors", errors, index);
}

function validateNew({ webhook, ref }: InterceptorUse): FieldErrors {
  if (webhook === undefined) return ref?.name ? [] : missingField("interceptor");
  const object = webhook.objectRef;
  const errors =
    object === undefined
      ? missingField("objectRef")
      : under("objectRef", [
          ...mustBe(object.kind, "Service", "kind", "invalid kind"),
          ...mustBe(object.apiVersion, "v1", "apiVersion", "invalid apiVersion"),
        ]);
  return under("interceptor", under("webhook", [...errors, ...validateHeaders(webhook)]));
}

function mustBe(value: string | undefined, wanted: string, field: string, complaint: string): FieldErrors {
  if (!value) return missingField(field);
  return value === wanted ? [] : invalidValue(complaint, field);
}

function validateOld(interceptor: InterceptorUse): FieldErrors {
  const { webhook, github, gitlab, bitbucket, cel, ref } = interceptor;
  const given = [webhook, github, gitlab, bitbucket].filter((each) => each !== undefined).length;
  return [
    ...(given === 0 && cel === undefined && !ref?.name ? missingField("interceptor") : []),
    ...(given > 1 ? multipleOneOf("interceptor.webhook", "interceptor.github", "interceptor.gitlab") : []),
    ...(webhook === undefined ? [] : under("interceptor", under("webhook", validateOldWebhook(webhook)))),
    ...(cel === undefined ? [] : under("cel", validateOldCel(cel))),
  ];
}

function validateOldWebhook(webhook: Webhook): FieldErrors {
  const object = webhook.objectRef;
  // Upstream crashes without an objectRef.
  if (object === undefined) return missingField("objectRef");
  return [
    ...(object.name ? [] : missingField("objectRef")),
    ...(object.kind === "Service" ? [] : invalidValue("invalid kind", "objectRef.kind")),
    ...(object.apiVersion === "v1" ? [] : invalidValue("invalid apiVersion", "objectRef.apiVersion")),
    ...validateHeaders(webhook),
  ];
}

/** Only here an expression is parsed when it is written; what it means is not checked. */
function validateOldCel(cel: NonNullable<InterceptorUse["cel"]>): FieldErrors {
  const overlays = cel.overlays ?? [];
  if (!cel.filter && overlays.length === 0) return multipleOneOf("filter", "overlays");
  const parse = (what: "filter" | "overlay", expression: string): FieldErrors => {
    const error = celSyntaxError(expression);
    return error === undefined ? [] : invalidValue(`failed to parse the DeprecatedCEL ${what}: ${error}`, what);
  };
  return [
    ...(cel.filter ? parse("filter", cel.filter) : []),
    ...overlays.flatMap(({ expression = "" }) => parse("overlay", expression)),
  ];
}

function validateHeaders({ header = [] }: Webhook): FieldErrors {
  return header.flatMap(({ name = "", value }, i) =>
    under(
      "header",
      [
        ...(name === "" || name !== canonicalHeaderName(name) ? invalidValue("invalid header name", "name") : []),
        ...(isUsable(value) ? [] : invalidValue("invalid header value", "value")),
      ],
      i,
    ),
  );
}

/** A text or a list that is not empty; an object cannot be sent as a header. */
function isUsable(value: HeaderValue | undefined): boolean {
  return (typeof value === "string" || Array.isArray(value)) && value.length > 0;
}
