import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Binding, TriggerBinding, TriggerTemplateSpec } from "../../src/api/triggers/objects.ts";
import type { JsonObject } from "../../src/json/value.ts";
import { ok, type Result } from "../../src/result.ts";
import { type ReferencedObjects, resolveReferences } from "../../src/triggers/bindings.ts";
import { decodeEventBody, resolveParams } from "../../src/triggers/params.ts";
import type { CaseOutcome, ConformanceSet } from "../set.ts";

type ParamList = readonly { readonly name: string; readonly value: string }[];

interface BindingCase {
  readonly name: string;
  readonly bindings: readonly Binding[] | null;
  readonly triggerBindings?: Readonly<Record<string, ParamList | null>>;
  readonly clusterBindings?: Readonly<Record<string, ParamList | null>>;
  readonly template: TriggerTemplateSpec;
  readonly templateRef?: string;
  readonly body?: string;
  readonly bodyBase64?: string;
  readonly header?: Readonly<Record<string, readonly string[]>>;
  readonly extensions?: JsonObject | null;
  readonly eventID?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly error?: string;
}

/** Bindings and template defaults resolved against one event. */
export const set: ConformanceSet = {
  claim: (path) => (basename(path) === "bindings.json" ? "bindings" : undefined),
  async *run(_name, files) {
    for (const file of files) {
      for (const vector of JSON.parse(readFileSync(file, "utf8")) as readonly BindingCase[]) yield runCase(vector);
    }
  },
};

function runCase(vector: BindingCase): CaseOutcome {
  const result = resolve(vector);
  const got = result.ok ? { params: result.value } : { error: result.error };
  const want = vector.error === undefined ? { params: vector.params ?? {} } : { error: vector.error };
  const passed = isDeepStrictEqual(got, want);
  return passed
    ? { name: vector.name, passed }
    : { name: vector.name, passed, diff: `want ${JSON.stringify(want)}\ngot  ${JSON.stringify(got)}` };
}

function resolve(vector: BindingCase): Result<Readonly<Record<string, string>>, string> {
  const objects: ReferencedObjects = {
    triggerBinding: (name) => bindingIn(vector.triggerBindings, name),
    clusterTriggerBinding: (name) => bindingIn(vector.clusterBindings, name),
    triggerTemplate: (name) =>
      vector.templateRef === undefined && name === "template" ? { spec: withoutNulls(vector.template) } : undefined,
  };
  const references = resolveReferences(
    { bindings: withoutNulls(vector.bindings ?? []), template: { ref: vector.templateRef ?? "template" } },
    objects,
  );
  if (!references.ok) return references;
  const body = vector.bodyBase64 === undefined ? (vector.body ?? "") : Buffer.from(vector.bodyBase64, "base64");
  const params = resolveParams(references.value.params, references.value.template.spec.params ?? [], {
    header: vector.header ?? {},
    body: decodeEventBody(body),
    extensions: vector.extensions ?? null,
    eventId: vector.eventID ?? "",
  });
  return params.ok ? ok(Object.fromEntries(params.value.map(({ name, value }) => [name, value]))) : params;
}

/** As decoding leaves an object: what is null is absent. */
function withoutNulls<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_, found: unknown) => found ?? undefined) as T;
}

function bindingIn(objects: BindingCase["triggerBindings"], name: string): TriggerBinding | undefined {
  return objects && Object.hasOwn(objects, name) ? { spec: { params: objects[name] ?? [] } } : undefined;
}
