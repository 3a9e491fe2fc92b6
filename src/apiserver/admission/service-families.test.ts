import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { Fields } from "../../api/core/fields.ts";
import { settleFamilies } from "./service-families.ts";

const vectors: readonly {
  readonly name: string;
  readonly spec: Fields;
  readonly families?: readonly string[];
  readonly policy?: string;
  readonly problems?: readonly string[];
}[] = [
  { name: "nothing said", spec: {}, families: ["IPv4"], policy: "SingleStack" },
  {
    name: "two preferred",
    spec: { ipFamilyPolicy: "PreferDualStack" },
    families: ["IPv4"],
    policy: "PreferDualStack",
  },
  { name: "headless", spec: { clusterIP: "None", selector: { a: "b" } }, families: ["IPv4"], policy: "SingleStack" },
  {
    name: "headless without a selector",
    spec: { clusterIP: "None" },
    families: ["IPv4", "IPv6"],
    policy: "RequireDualStack",
  },
  {
    name: "headless without a selector, of one family",
    spec: { clusterIP: "None", ipFamilies: ["IPv6"], ipFamilyPolicy: "SingleStack" },
    families: ["IPv6"],
    policy: "SingleStack",
  },
  {
    name: "two required",
    spec: { ipFamilyPolicy: "RequireDualStack" },
    problems: [
      'spec.ipFamilyPolicy Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    ],
  },
  {
    name: "the other family",
    spec: { ipFamilies: ["IPv6"] },
    problems: ['spec.ipFamilies[0] Invalid value: "IPv6": not configured on this cluster'],
  },
  {
    name: "no families",
    spec: { ipFamilies: ["IPv4", "IPv4", "X"], ipFamilyPolicy: "Y" },
    problems: [
      'spec.ipFamilies[1] Duplicate value: "IPv4"',
      'spec.ipFamilies[2] Unsupported value: "X": supported values: "IPv4", "IPv6"',
      'spec.ipFamilyPolicy Unsupported value: "Y": supported values: "PreferDualStack", "RequireDualStack", "SingleStack"',
    ],
  },
];

for (const { name, spec, families, policy, problems = [] } of vectors) {
  test(`the families of a Service: ${name}`, () => {
    const settled = structuredClone(spec);
    deepEqual(
      settleFamilies(settled).map(({ field, message }) => `${field} ${message}`),
      problems,
    );
    if (problems.length === 0) deepEqual([settled["ipFamilies"], settled["ipFamilyPolicy"]], [families, policy]);
  });
}
