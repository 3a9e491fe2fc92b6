import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import { builtinCells } from "./builtin-cells.ts";
import { builtinColumns } from "./column-definitions.ts";

const nowMs = Date.parse("2026-01-01T00:01:00Z");
const metadata = { name: "a", creationTimestamp: "2026-01-01T00:00:00Z" };

/** Each of an object made a minute ago. */
const vectors: readonly { readonly kind: string; readonly object: JsonObject; readonly want: readonly JsonValue[] }[] =
  [
    {
      kind: "/pods",
      object: {
        spec: { containers: [{ name: "c" }] },
        status: {
          phase: "Running",
          containerStatuses: [
            {
              name: "c",
              ready: true,
              restartCount: 3,
              state: { running: {} },
              lastState: { terminated: { finishedAt: "2025-12-31T23:58:30Z" } },
            },
          ],
        },
      },
      want: ["a", "1/1", "Running", "3 (2m30s ago)", "60s", "<none>", "<none>", "<none>", "<none>"],
    },
    { kind: "node.k8s.io/runtimeclasses", object: { handler: "runsc" }, want: ["a", "runsc", "60s"] },
    {
      kind: "admissionregistration.k8s.io/validatingadmissionpolicies",
      object: { spec: { validations: [{}, {}], paramKind: { apiVersion: "g/v1", kind: "K" } } },
      want: ["a", 2, "g/v1/K", "60s"],
    },
    {
      kind: "admissionregistration.k8s.io/mutatingadmissionpolicies",
      object: { spec: { mutations: [{}] } },
      want: ["a", 1, "<unset>", "60s"],
    },
    {
      kind: "admissionregistration.k8s.io/validatingadmissionpolicybindings",
      object: { spec: { policyName: "p", paramRef: { namespace: "n", name: "c" } } },
      want: ["a", "p", "n/c", "60s"],
    },
    {
      kind: "admissionregistration.k8s.io/mutatingadmissionpolicybindings",
      object: { spec: { policyName: "p" } },
      want: ["a", "p", "<unset>", "60s"],
    },
    {
      kind: "flowcontrol.apiserver.k8s.io/flowschemas",
      object: {
        spec: {
          priorityLevelConfiguration: { name: "l" },
          matchingPrecedence: 5,
          distinguisherMethod: { type: "ByUser" },
        },
        status: { conditions: [{ type: "Dangling", status: "False" }] },
      },
      want: ["a", "l", 5, "ByUser", "60s", "False"],
    },
    {
      kind: "flowcontrol.apiserver.k8s.io/prioritylevelconfigurations",
      object: {
        spec: {
          type: "Limited",
          limited: { nominalConcurrencyShares: 0, limitResponse: { queuing: { queues: 64, handSize: 6 } } },
        },
      },
      want: ["a", "Limited", 0, 64, 6, 0, "60s"],
    },
    {
      kind: "flowcontrol.apiserver.k8s.io/prioritylevelconfigurations",
      object: { spec: { type: "Exempt" } },
      want: ["a", "Exempt", "<none>", "<none>", "<none>", "<none>", "60s"],
    },
    {
      kind: "/services",
      object: {
        spec: { type: "LoadBalancer", clusterIP: "10.0.0.1", externalIPs: ["1.1.1.1"] },
        status: { loadBalancer: { ingress: [{ hostname: "z" }, { ip: "2.2.2.2" }, { hostname: "z" }] } },
      },
      want: ["a", "LoadBalancer", "10.0.0.1", "2.2.2.2,z,1.1.1.1", "<none>", "60s", "<none>"],
    },
  ];

for (const { kind, object, want } of vectors) {
  test(`the row of ${kind}: ${JSON.stringify(want)}`, () => {
    deepEqual(builtinCells[kind]!({ metadata, ...object }, nowMs), want);
  });
}

test("every kind's cells stand under columns", () => {
  for (const [kind, cells] of Object.entries(builtinCells))
    equal(cells({ metadata }, nowMs).length, builtinColumns[kind]?.length, kind);
});
