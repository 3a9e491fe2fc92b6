import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../../json/value.ts";
import { strategyOf } from "../strategies.ts";

const template = { metadata: {}, spec: { containers: [] } };

const vectors: readonly {
  readonly name: string;
  readonly kind: readonly [group: string, kind: string];
  readonly old: JsonObject;
  readonly next: JsonObject;
  readonly want: readonly string[];
}[] = [
  {
    name: "the scale and template of a StatefulSet",
    kind: ["apps", "StatefulSet"],
    old: { spec: { replicas: 1, serviceName: "a", template } },
    next: { spec: { replicas: 2, serviceName: "a", template: {} } },
    want: [],
  },
  {
    name: "the service of a StatefulSet",
    kind: ["apps", "StatefulSet"],
    old: { spec: { serviceName: "a" } },
    next: { spec: { serviceName: "b" } },
    want: ["spec"],
  },
  {
    name: "the parallelism of a Job",
    kind: ["batch", "Job"],
    old: { spec: { parallelism: 1, completions: 2, template } },
    next: { spec: { parallelism: 5, completions: 2, template } },
    want: [],
  },
  {
    name: "template and completions of a Job",
    kind: ["batch", "Job"],
    old: { spec: { completions: 2, template } },
    next: { spec: { completions: 3, template: {} } },
    want: ["spec.template", "spec.completions"],
  },
  {
    name: "the template of a Job that waits",
    kind: ["batch", "Job"],
    old: { spec: { suspend: true, template } },
    next: { spec: { suspend: true, template: {} } },
    want: [],
  },
  {
    name: "a StorageClass",
    kind: ["storage.k8s.io", "StorageClass"],
    old: { provisioner: "a", volumeBindingMode: "Immediate" },
    next: { provisioner: "b", volumeBindingMode: "WaitForFirstConsumer" },
    want: ["provisioner", "volumeBindingMode"],
  },
  {
    name: "a PriorityClass",
    kind: ["scheduling.k8s.io", "PriorityClass"],
    old: { value: 1, preemptionPolicy: "Never" },
    next: { value: 2, preemptionPolicy: "PreemptLowerPriority" },
    want: ["value", "preemptionPolicy"],
  },
  {
    name: "scope, kind and group of a CustomResourceDefinition that is established",
    kind: ["apiextensions.k8s.io", "CustomResourceDefinition"],
    old: {
      spec: { group: "a", scope: "Cluster", names: { plural: "p", kind: "K" } },
      status: { conditions: [{ type: "Established", status: "True" }] },
    },
    next: { spec: { group: "b", scope: "Namespaced", names: { plural: "q", kind: "L" } } },
    want: ["spec.scope", "spec.names.kind", "spec.group", "spec.names.plural"],
  },
  {
    name: "scope and kind of a CustomResourceDefinition that is not yet established",
    kind: ["apiextensions.k8s.io", "CustomResourceDefinition"],
    old: { spec: { scope: "Cluster", names: { kind: "K" } } },
    next: { spec: { scope: "Namespaced", names: { kind: "L" } } },
    want: [],
  },
];
for (const { name, kind, old, next, want } of vectors)
  test(`${want.length === 0 ? "may" : "may not"} change: ${name}`, () => {
    const problems = strategyOf(...kind).validateUpdate?.(next, old) ?? [];
    deepEqual(
      problems.map(({ field }) => field),
      want,
    );
  });
