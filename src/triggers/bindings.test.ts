import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { Binding, Template, TriggerBinding, TriggerTemplate } from "../api/triggers/objects.ts";
import { type ReferencedObjects, resolveReferences } from "./bindings.ts";

function found<T>(objects: Readonly<Record<string, T>>): (name: string) => T | undefined {
  return (name) => (Object.hasOwn(objects, name) ? objects[name] : undefined);
}

const objects: ReferencedObjects = {
  triggerBinding: found<TriggerBinding>({
    tb: { spec: { params: [{ name: "a", value: "1" }, { name: "b" }] } },
    none: {},
  }),
  clusterTriggerBinding: found<TriggerBinding>({ ctb: { spec: { params: [{ name: "c", value: "3" }] } } }),
  triggerTemplate: found<TriggerTemplate>({
    tt: { spec: { params: [{ name: "a" }] } },
    old: { metadata: { annotations: { "triggers.tekton.dev/old-escape-quotes": "" } } },
  }),
};

test("remembers where each param was written", () => {
  const resolved = resolveReferences(
    {
      bindings: [
        { name: "i", value: "" },
        { ref: "tb" },
        { ref: "ctb", kind: "ClusterTriggerBinding" },
        { ref: "none" },
      ],
      template: { ref: "tt" },
    },
    objects,
  );
  deepEqual(resolved, {
    ok: true,
    value: {
      params: [
        { name: "i", value: "", binding: { kind: "inline" } },
        { name: "a", value: "1", binding: { kind: "TriggerBinding", name: "tb" } },
        { name: "b", value: "", binding: { kind: "TriggerBinding", name: "tb" } },
        { name: "c", value: "3", binding: { kind: "ClusterTriggerBinding", name: "ctb" } },
      ],
      template: { spec: { params: [{ name: "a" }] }, escapesQuotes: false },
    },
  });
});

test("the old way of escaping is a referenced template's choice", () => {
  const resolved = resolveReferences({ template: { ref: "old" } }, objects);
  deepEqual(resolved, { ok: true, value: { params: [], template: { spec: {}, escapesQuotes: true } } });
});

const errors: { name: string; bindings?: readonly (Binding | null)[]; template?: Template; error: string }[] = [
  {
    name: "missing TriggerBinding",
    bindings: [{ ref: "x" }],
    error:
      'failed to resolve bindings: error getting TriggerBinding : triggerbinding.triggers.tekton.dev "x" not found',
  },
  {
    name: "missing TriggerBinding, with a name",
    bindings: [{ name: "n", ref: "x" }],
    error:
      'failed to resolve bindings: error getting TriggerBinding n: triggerbinding.triggers.tekton.dev "x" not found',
  },
  {
    name: "missing ClusterTriggerBinding",
    bindings: [{ ref: "tb", kind: "ClusterTriggerBinding" }],
    error:
      'failed to resolve bindings: error getting ClusterTriggerBinding : clustertriggerbinding.triggers.tekton.dev "tb" not found',
  },
  {
    name: "a name alone",
    bindings: [{ name: "n", kind: "TriggerBinding" }],
    error: "failed to resolve bindings: invalid binding: &{n <nil>  TriggerBinding }",
  },
  {
    name: "a value alone",
    bindings: [{ value: "v", apiversion: "x" }],
    error: "failed to resolve bindings: invalid binding: &{ 0x?   x}",
  },
  { name: "nothing", bindings: [null], error: "failed to resolve bindings: invalid binding: &{ <nil>   }" },
  {
    name: "repeated params",
    bindings: [{ name: "a", value: "1" }, { ref: "tb" }],
    error: "failed to resolve bindings: duplicate param name: a",
  },
  {
    name: "missing template",
    template: { ref: "x" },
    error: 'error getting TriggerTemplate x: triggertemplate.triggers.tekton.dev "x" not found',
  },
  { name: "no template", error: 'error getting TriggerTemplate : triggertemplate.triggers.tekton.dev "" not found' },
  {
    name: "bindings before the template",
    bindings: [{ ref: "x" }],
    template: { ref: "x" },
    error:
      'failed to resolve bindings: error getting TriggerBinding : triggerbinding.triggers.tekton.dev "x" not found',
  },
];

for (const { name, bindings = [], template, error } of errors) {
  test(`explains ${name}`, () => {
    const resolved = resolveReferences({ bindings, ...(template ? { template } : {}) }, objects);
    equal(resolved.ok ? undefined : resolved.error, error);
  });
}
