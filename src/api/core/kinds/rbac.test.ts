import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../../json/value.ts";
import type { Fields } from "../fields.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { clusterRoleBindingStrategy, clusterRoleStrategy, roleBindingStrategy, roleStrategy } from "./rbac.ts";

const group = "rbac.authorization.k8s.io";
const ref = { apiGroup: group, kind: "ClusterRole", name: "r" };

interface Vector {
  readonly name: string;
  readonly strategy: KindStrategy;
  readonly object: JsonObject;
  readonly old?: JsonObject;
  readonly want: readonly string[];
}

const vectors: readonly Vector[] = [
  {
    name: "an empty rule",
    strategy: roleStrategy,
    object: { rules: [{}] },
    want: [
      "rules[0].verbs: Required value: verbs must contain at least one value",
      "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
      "rules[0].resources: Required value: resource rules must supply at least one resource",
    ],
  },
  {
    name: "paths in a namespace",
    strategy: roleStrategy,
    object: { rules: [{ verbs: ["get"], nonResourceURLs: ["/x"] }] },
    want: ['rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs'],
  },
  {
    name: "paths and resources",
    strategy: clusterRoleStrategy,
    object: { rules: [{ verbs: ["get"], nonResourceURLs: ["/x"], resources: ["pods"] }] },
    want: [
      'rules[0].nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular resources and non-resource URLs',
    ],
  },
  {
    name: "subjects get their group",
    strategy: roleBindingStrategy,
    object: {
      roleRef: { kind: "Role", name: "r" },
      subjects: [
        { kind: "User", name: "u" },
        { kind: "ServiceAccount", name: "s" },
      ],
    },
    want: [],
  },
  {
    name: "a wrong reference and wrong subjects",
    strategy: clusterRoleBindingStrategy,
    object: {
      roleRef: { ...ref, kind: "Role", name: "" },
      subjects: [
        { kind: "Robot", name: "x" },
        { kind: "ServiceAccount", name: "s" },
      ],
    },
    want: [
      'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
      "roleRef.name: Required value",
      'subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"',
      "subjects[1].namespace: Required value",
    ],
  },
  {
    name: "another role",
    strategy: roleBindingStrategy,
    object: { roleRef: { ...ref, name: "other" } },
    old: { roleRef: ref },
    want: [
      `roleRef: Invalid value: {"APIGroup":"${group}","Kind":"ClusterRole","Name":"other"}: cannot change roleRef`,
    ],
  },
];
for (const { name, strategy, object, old, want } of vectors)
  test(`RBAC: ${name}`, () => {
    const filled = structuredClone(object) as Fields;
    strategy.default?.(filled);
    const problems = [
      ...(strategy.validate?.(filled) ?? []),
      ...(old === undefined ? [] : (strategy.validateUpdate?.(filled, old) ?? [])),
    ];
    deepEqual(
      problems.map((problem) => `${problem.field}: ${problem.message}`),
      want,
    );
  });
