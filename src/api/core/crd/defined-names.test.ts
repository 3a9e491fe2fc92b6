import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { definedNameProblems, groupProblems } from "./defined-names.ts";

const names = { plural: "things", singular: "thing", kind: "Thing", listKind: "ThingList" };
const label =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

const nameVectors = [
  { names, want: [] },
  { names: { ...names, shortNames: ["th"], categories: ["all"] }, want: [] },
  { names: { ...names, plural: "Things" }, want: [`spec.names.plural: Invalid value: "Things": ${label}`] },
  {
    names: { ...names, kind: "Th_ng" },
    want: [`spec.names.kind: Invalid value: "Th_ng": may have mixed case, but should otherwise match: ${label}`],
  },
  { names: { ...names, shortNames: ["1"] }, want: [`spec.names.shortNames[0]: Invalid value: "1": ${label}`] },
  {
    names: { ...names, listKind: "Thing" },
    want: ['spec.names.listKind: Invalid value: "Thing": kind and listKind may not be the same'],
  },
  { names: { ...names, singular: "" }, want: ["spec.names.singular: Required value"] },
];

for (const { names: given, want } of nameVectors) {
  test(`names of a definition: ${JSON.stringify(given)}`, () => {
    deepEqual(
      definedNameProblems(given).map(({ field, message }) => `${field}: ${message}`),
      want,
    );
  });
}

const approved = (value: string) => ({ annotations: { "api-approved.kubernetes.io": value } });
const wanted = 'protected groups must have approval annotation "api-approved.kubernetes.io"';
const see = "see https://github.com/kubernetes/enhancements/pull/1111";
const field = "metadata.annotations[api-approved.kubernetes.io]";

const groupVectors = [
  { group: "example.com", metadata: {}, want: [] },
  { group: "", metadata: {}, want: ["spec.group: Required value"] },
  { group: "ex", metadata: {}, want: ['spec.group: Invalid value: "ex": should be a domain with at least one dot'] },
  { group: "x.k8s.io", metadata: {}, want: [`${field}: Required value: ${wanted}, ${see}`] },
  { group: "x.k8s.io", metadata: approved("https://example.com/1"), want: [] },
  { group: "x.kubernetes.io", metadata: approved("unapproved, a trial"), want: [] },
  {
    group: "x.k8s.io",
    metadata: approved("yes"),
    want: [
      `${field}: Invalid value: "yes": ${wanted} with either a URL or a reason starting with "unapproved", ${see}`,
    ],
  },
];

for (const { group, metadata, want } of groupVectors) {
  test(`the group ${group} with ${JSON.stringify(metadata)}`, () => {
    deepEqual(
      groupProblems(group, metadata).map((problem) => `${problem.field}: ${problem.message}`),
      want,
    );
  });
}
