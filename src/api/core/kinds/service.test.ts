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
  {
    name: "a port twice",
    spec: { ...base, ports: ["a", "b"].map((name) => ({ name, port: 80, protocol: "TCP", targetPort: "http" })) },
    want: 'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
  },
  {
    name: "a port's name that is none",
    spec: { ...base, ports: [{ port: 80, protocol: "TCP", targetPort: "http_x" }] },
    want: 'spec.ports[0].targetPort: Invalid value: "http_x": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
  },
  {
    name: "a network that is none",
    spec: { ...base, type: "LoadBalancer", loadBalancerSourceRanges: ["10.0.0.0/8", "::/0", "10.0.0.0/33"] },
    want: 'spec.loadBalancerSourceRanges[2]: Invalid value: "10.0.0.0/33": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
  },
  { name: "a name outside", spec: { type: "ExternalName", sessionAffinity: "None", externalName: "a.b." }, want: "[]" },
];
for (const { name, spec, want } of vectors)
  test(`${name} is ${want === "[]" ? "taken" : "refused"}`, () =>
    deepEqual(printProblems(serviceStrategy.validate?.({ spec }) ?? []), want));
