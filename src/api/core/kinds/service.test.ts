import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../../json/value.ts";
import { printProblems } from "../field-problem.ts";
import { serviceStrategy } from "./service.ts";

const ports = [{ port: 80, protocol: "TCP" }];
const base = { type: "ClusterIP", sessionAffinity: "None", ports };

const vectors: readonly { readonly name: string; readonly spec: JsonObject; readonly want: string }[] = [
  { name: "a plain Service", spec: base, want: "[]" },
  {
    name: "a policy for traffic from outside, where there is none",
    spec: { ...base, externalTrafficPolicy: "Local" },
    want: 'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
  },
  {
    name: "the same with an address outside",
    spec: { ...base, externalIPs: ["9.9.9.9"], externalTrafficPolicy: "Local", internalTrafficPolicy: "Near" },
    want: 'spec.internalTrafficPolicy: Unsupported value: "Near": supported values: "Cluster", "Local"',
  },
  {
    name: "a headless node port",
    spec: { ...base, type: "NodePort", clusterIP: "None", clusterIPs: ["None"] },
    want: "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services",
  },
  {
    name: "an address that is none",
    spec: { ...base, externalIPs: ["x"] },
    want: 'spec.externalIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
  },
  { name: "a name outside", spec: { type: "ExternalName", sessionAffinity: "None", externalName: "a.b." }, want: "[]" },
];
for (const { name, spec, want } of vectors)
  test(`${name} is ${want === "[]" ? "taken" : "refused"}`, () =>
    deepEqual(printProblems(serviceStrategy.validate?.({ spec }) ?? []), want));
