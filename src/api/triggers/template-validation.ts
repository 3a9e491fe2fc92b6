import { isJsonObject, type JsonValue, member } from "../../json/value.ts";
import { type FieldErrors, invalidValue, missingField, under } from "../field-error.ts";
import type { TriggerTemplateSpec } from "./objects.ts";

/** The dots stand for any character, as upstream has it. */
const templateParam = /\$\(tt.params.([_a-zA-Z][_a-zA-Z0-9.-]*)\)/gu;

/** What is wrong with a TriggerTemplate's spec; paths are relative to it (spec: resources, section 6). */
export function validateTemplateSpec(spec: TriggerTemplateSpec): FieldErrors {
  const templates = spec.resourcetemplates ?? [];
  const nothing = templates.length === 0 && (spec.params ?? []).length === 0;
  return [
    ...(nothing ? missingField("") : []),
    ...(templates.length === 0 ? missingField("resourcetemplates") : []),
    ...templates.flatMap((template, i) => under("resourcetemplates", validateIdentity(template?.json ?? null), i)),
    ...undeclaredParam(spec),
  ];
}

function validateIdentity(template: JsonValue): FieldErrors {
  const lacks = (key: string) => {
    const value = isJsonObject(template) ? member(template, key) : undefined;
    return typeof value !== "string" || value === "";
  };
  return [...(lacks("kind") ? missingField("kind") : []), ...(lacks("apiVersion") ? missingField("apiVersion") : [])];
}

/** The first param that a template uses and the spec does not declare. */
function undeclaredParam(spec: TriggerTemplateSpec): FieldErrors {
  const declared = new Set((spec.params ?? []).map(({ name = "" }) => name));
  for (const [i, template] of (spec.resourcetemplates ?? []).entries()) {
    for (const [, name = ""] of (template?.text ?? "").matchAll(templateParam)) {
      if (declared.has(name)) continue;
      const use = `$(tt.params.${name})`;
      const details = `'${use}' must be declared in spec.params`;
      return under("resourcetemplates", invalidValue(`undeclared param '${use}'`, "", details), i);
    }
  }
  return [];
}
