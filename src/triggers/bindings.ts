import type {
  Binding,
  Template,
  TriggerBinding,
  TriggerTemplate,
  TriggerTemplateSpec,
} from "../api/triggers/objects.ts";
import { err, ok, type Result } from "../result.ts";

/** Finds the objects that a trigger refers to, in the trigger's namespace where they have one. */
export interface ReferencedObjects {
  triggerBinding(name: string): TriggerBinding | undefined;
  clusterTriggerBinding(name: string): TriggerBinding | undefined;
  triggerTemplate(name: string): TriggerTemplate | undefined;
}

/** Where a param's value was written. */
export type BindingSource =
  | { readonly kind: "inline" }
  | { readonly kind: "TriggerBinding" | "ClusterTriggerBinding"; readonly name: string };

/** A param as a binding has it: the value still holds its `$(…)` expressions. */
export interface BindingParam {
  readonly name: string;
  readonly value: string;
  readonly binding: BindingSource;
}

/** A trigger's bindings and template, with all references followed. */
export interface ResolvedReferences {
  readonly params: readonly BindingParam[];
  readonly template: ResolvedTemplate;
}

export interface ResolvedTemplate {
  readonly spec: TriggerTemplateSpec;
  /** The template asks for the old way of escaping quotes; one written inside the trigger cannot. */
  readonly escapesQuotes: boolean;
}

const oldEscapeAnnotation = "triggers.tekton.dev/old-escape-quotes";

/** Follows what a trigger refers to. Errors are Tekton's texts (spec: event processing, section 5). */
export function resolveReferences(
  trigger: { readonly bindings?: readonly (Binding | null)[]; readonly template?: Template },
  objects: ReferencedObjects,
): Result<ResolvedReferences, string> {
  const params = resolveBindings(trigger.bindings ?? [], objects);
  if (!params.ok) return err(`failed to resolve bindings: ${params.error}`);
  const template = resolveTemplate(trigger.template, objects);
  return template.ok ? ok({ params: params.value, template: template.value }) : template;
}

function resolveBindings(
  bindings: readonly (Binding | null)[],
  objects: ReferencedObjects,
): Result<readonly BindingParam[], string> {
  const params: BindingParam[] = [];
  for (const binding of bindings) {
    const { name = "", value, ref = "", kind } = binding ?? {};
    if (name !== "" && value !== undefined) {
      params.push({ name, value, binding: { kind: "inline" } });
      continue;
    }
    if (ref === "") return err(`invalid binding: ${printBinding(binding ?? {})}`);
    const isCluster = kind === "ClusterTriggerBinding";
    const source = { kind: isCluster ? "ClusterTriggerBinding" : "TriggerBinding", name: ref } as const;
    const object = isCluster ? objects.clusterTriggerBinding(ref) : objects.triggerBinding(ref);
    // Tekton names the binding's own name here, which beside a ref is usually empty.
    if (!object) return err(`error getting ${source.kind} ${name}: ${notFound(source.kind, ref)}`);
    for (const param of object.spec?.params ?? []) {
      params.push({ name: param.name ?? "", value: param.value ?? "", binding: source });
    }
  }
  const seen = new Set<string>();
  for (const { name } of params) {
    if (seen.has(name)) return err(`duplicate param name: ${name}`);
    seen.add(name);
  }
  return ok(params);
}

function resolveTemplate(template: Template | undefined, objects: ReferencedObjects): Result<ResolvedTemplate, string> {
  if (template?.spec) return ok({ spec: template.spec, escapesQuotes: false });
  const name = template?.ref ?? "";
  const object = objects.triggerTemplate(name);
  if (!object) return err(`error getting TriggerTemplate ${name}: ${notFound("TriggerTemplate", name)}`);
  const escapesQuotes = Object.hasOwn(object.metadata?.annotations ?? {}, oldEscapeAnnotation);
  return ok({ spec: object.spec ?? {}, escapesQuotes });
}

function notFound(kind: string, name: string): string {
  return `${kind.toLowerCase()}.triggers.tekton.dev "${name}" not found`;
}

/** As Go prints the pointer to the struct; the value is a pointer too, of which only nil has a text of its own. */
function printBinding({ name = "", value, ref = "", kind = "", apiversion = "" }: Binding): string {
  return `&{${name} ${value === undefined ? "<nil>" : "0x?"} ${ref} ${kind} ${apiversion}}`;
}
