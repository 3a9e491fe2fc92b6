import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { K8sObject, Resource } from "../../api/object.ts";
import type { JsonObject } from "../../json/value.ts";
import type { KubeClient } from "../../kube/client.ts";
import { startMemoryApiServer } from "../testdata/memory-api-server.ts";

const admission = (resource: string): Resource => ({ group: "admissionregistration.k8s.io", version: "v1", resource });
const policies = admission("mutatingadmissionpolicies");
const bindings = admission("mutatingadmissionpolicybindings");
const pods: Resource = { group: "", version: "v1", resource: "pods" };
const configMaps: Resource = { group: "", version: "v1", resource: "configmaps" };
const pipelines: Resource = { group: "tekton.dev", version: "v1", resource: "pipelines" };

const rule = (apiGroup: string, apiVersion: string, resource: string): JsonObject => ({
  apiGroups: [apiGroup],
  apiVersions: [apiVersion],
  operations: ["CREATE"],
  resources: [resource],
});
const rules: Readonly<Record<string, JsonObject>> = {
  Pod: rule("", "v1", "pods"),
  ConfigMap: rule("", "v1", "configmaps"),
  Pipeline: rule("tekton.dev", "v1", "pipelines"),
};

const apply = (expression: string): JsonObject => ({
  patchType: "ApplyConfiguration",
  applyConfiguration: { expression },
});
const patch = (expression: string): JsonObject => ({ patchType: "JSONPatch", jsonPatch: { expression } });

function policyOf(name: string, spec: JsonObject, kind: string): K8sObject {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingAdmissionPolicy",
    metadata: { name },
    spec: {
      reinvocationPolicy: "Never",
      matchConstraints: { resourceRules: [rules[kind] ?? {}] },
      ...spec,
    },
  };
}

async function install(admin: KubeClient, name: string, kind: string, spec: JsonObject, binding: JsonObject = {}) {
  const made = await admin.create(policies, policyOf(name, spec, kind));
  if (!made.ok) throw new Error(made.error.message);
  const bound = await admin.create(bindings, {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingAdmissionPolicyBinding",
    metadata: { name: `bind-${name}` },
    spec: { policyName: name, ...binding },
  });
  if (!bound.ok) throw new Error(bound.error.message);
}

const pod: K8sObject = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", namespace: "default", labels: { app: "a" } },
  spec: { automountServiceAccountToken: false, serviceAccountName: "sa", containers: [{ name: "main", image: "i" }] },
};
const configMap: K8sObject = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "c", namespace: "default" },
  data: { a: "1" },
};
const pipeline: K8sObject = {
  apiVersion: "tekton.dev/v1",
  kind: "Pipeline",
  metadata: { name: "l", namespace: "default" },
  spec: { tasks: [{ name: "t", taskRef: { name: "x" } }] },
};
const samples: Readonly<Record<string, readonly [Resource, K8sObject]>> = {
  Pod: [pods, pod],
  ConfigMap: [configMaps, configMap],
  Pipeline: [pipelines, pipeline],
};

const vectors: readonly {
  readonly name: string;
  readonly kind: "Pod" | "ConfigMap" | "Pipeline";
  readonly spec: JsonObject;
  readonly binding?: JsonObject;
  /** What of the created object is compared, or the refusal. */
  readonly look?: (object: K8sObject) => unknown;
  readonly want: unknown;
}[] = [
  {
    name: "an init container is put beside those there are",
    kind: "Pod",
    spec: {
      mutations: [
        apply(
          "Object{spec: Object.spec{initContainers: [Object.spec.initContainers{name: 'mesh', image: 'mesh:' + object.metadata.labels.app}]}}",
        ),
      ],
    },
    look: (object) =>
      (object["spec"] as { initContainers: { name: string; image: string }[] }).initContainers[0]?.image,
    want: "mesh:a",
  },
  {
    name: "a container is changed by its name",
    kind: "Pod",
    spec: {
      mutations: [
        apply(
          "Object{spec: Object.spec{containers: object.spec.containers.map(c, Object.spec.containers{name: c.name, imagePullPolicy: 'Never'})}}",
        ),
      ],
    },
    look: (object) => {
      const [container] = (object["spec"] as { containers: { image: string; imagePullPolicy: string }[] }).containers;
      return [container?.image, container?.imagePullPolicy];
    },
    want: ["i", "Never"],
  },
  {
    name: "labels are merged, for a custom resource too",
    kind: "Pipeline",
    spec: { mutations: [apply("Object{metadata: Object.metadata{labels: {'team': 'a'}}}")] },
    look: ({ metadata }) => metadata.labels,
    want: { team: "a" },
  },
  {
    name: "a patch whose path is escaped",
    kind: "Pod",
    spec: {
      mutations: [
        patch(
          "[JSONPatch{op: 'add', path: '/metadata/labels/' + jsonpatch.escapeKey('example.com/env'), value: 'test'}, JSONPatch{op: 'remove', path: '/metadata/labels/app'}]",
        ),
      ],
    },
    look: ({ metadata }) => metadata.labels,
    want: { "example.com/env": "test" },
  },
  {
    name: "a mutation sees what the one before it did, and variables",
    kind: "ConfigMap",
    spec: {
      variables: [{ name: "size", expression: "object.data.size()" }],
      mutations: [
        patch("[JSONPatch{op: 'add', path: '/data/b', value: 'x'}]"),
        apply("Object{data: {'size': string(variables.size)}}"),
      ],
    },
    look: (object) => object["data"],
    want: { a: "1", b: "x", size: "2" },
  },
  {
    name: "a condition that does not hold",
    kind: "ConfigMap",
    spec: {
      matchConditions: [{ name: "others", expression: "object.metadata.name != 'c'" }],
      mutations: [patch("[JSONPatch{op: 'remove', path: '/data/a'}]")],
    },
    look: (object) => object["data"],
    want: { a: "1" },
  },
  {
    name: "a binding for other namespaces",
    kind: "ConfigMap",
    spec: { mutations: [patch("[JSONPatch{op: 'remove', path: '/data/a'}]")] },
    binding: { matchResources: { namespaceSelector: { matchLabels: { no: "such" } } } },
    look: (object) => object["data"],
    want: { a: "1" },
  },
  {
    name: "a list that is one unit cannot be mutated",
    kind: "Pod",
    spec: {
      mutations: [apply("Object{spec: Object.spec{containers: [Object.spec.containers{name: 'main', args: ['x']}]}}")],
    },
    want: `pods "p" is forbidden: policy 'm' with binding 'bind-m' denied request: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.containers[name="main"].args`,
  },
  {
    name: "a field that there is not",
    kind: "ConfigMap",
    spec: { mutations: [apply("Object{dta: {'a': 'b'}}")] },
    want: `configmaps "c" is forbidden: policy 'm' with binding 'bind-m' denied request: invalid ApplyConfiguration: .dta: field not declared in schema`,
  },
  {
    name: "an expression that fails",
    kind: "ConfigMap",
    spec: { mutations: [apply("Object{data: {'a': object.data.none}}")] },
    want: `configmaps "c" is forbidden: policy 'm' with binding 'bind-m' denied request: expression 'Object{data: {'a': object.data.none}}' resulted in error: no such key: none`,
  },
  {
    name: "an expression that fails and may",
    kind: "ConfigMap",
    spec: { failurePolicy: "Ignore", mutations: [apply("Object{data: {'a': object.data.none}}")] },
    look: (object) => object["data"],
    want: { a: "1" },
  },
];
for (const { name, kind, spec, binding, look, want } of vectors)
  test(`a policy and ${name}`, async () => {
    const { admin } = await startMemoryApiServer();
    await admin.create(
      { group: "", version: "v1", resource: "serviceaccounts" },
      { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "sa", namespace: "default" } },
    );
    await install(admin, "m", kind, spec, binding);
    const [resource, object] = samples[kind]!;
    const made = await admin.create(resource, object);
    if (look === undefined || !made.ok) equal(made.ok ? "created" : made.error.message, want);
    else deepEqual(look(made.value), want);
  });

test("a policy that wants it sees what a later one changed, once", async () => {
  const { admin } = await startMemoryApiServer();
  const count = "[JSONPatch{op: 'add', path: '/data/runs', value: object.data.runs + 'x'}]";
  await install(admin, "a", "ConfigMap", { reinvocationPolicy: "IfNeeded", mutations: [patch(count)] });
  await install(admin, "b", "ConfigMap", { mutations: [patch("[JSONPatch{op: 'add', path: '/data/b', value: ''}]")] });
  const made = await admin.create(configMaps, { ...configMap, data: { runs: "" } });
  deepEqual(made.ok && made.value["data"], { b: "", runs: "xx" });
});

const refused: readonly { readonly name: string; readonly spec: JsonObject; readonly message: string }[] = [
  { name: "no mutations", spec: {}, message: "spec.mutations: Required value" },
  {
    name: "no word about running again",
    spec: { reinvocationPolicy: "", mutations: [apply("Object{}")] },
    message: "spec.reinvocationPolicy: Required value",
  },
  {
    name: "a type of patch that there is not",
    spec: { mutations: [{ patchType: "Merge" }] },
    message:
      'spec.mutations[0].patchType: Unsupported value: "Merge": supported values: "ApplyConfiguration", "JSONPatch"',
  },
  {
    name: "the expression of the other type",
    spec: {
      mutations: [{ ...patch("[]"), patchType: "ApplyConfiguration", applyConfiguration: { expression: "Object{}" } }],
    },
    message:
      'spec.mutations[0].jsonPatch: Invalid value: "{jsonPatch}": must not be specified when patchType is ApplyConfiguration',
  },
  {
    name: "a message that there is not",
    spec: { mutations: [apply("Objekt{}")] },
    message: `spec.mutations[0].applyConfiguration.expression: Invalid value: "Objekt{}": compilation failed: ERROR: <input>:1:7: undeclared reference to 'Objekt' (in container '')\n | Objekt{}\n | ......^`,
  },
];
for (const { name, spec, message } of refused)
  test(`refused: ${name}`, async () => {
    const { admin } = await startMemoryApiServer();
    const made = await admin.create(policies, policyOf("m", spec, "ConfigMap"));
    equal(
      made.ok ? "" : made.error.message,
      `MutatingAdmissionPolicy.admissionregistration.k8s.io "m" is invalid: ${message}`,
    );
  });
