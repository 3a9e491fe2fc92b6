import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { Fields } from "../fields.ts";
import { containerProblems } from "./container-rules.ts";

const base = { name: "c", image: "x", imagePullPolicy: "Always", terminationMessagePolicy: "File" };

const vectors: readonly { readonly name: string; readonly container: Fields; readonly want: readonly string[] }[] = [
  { name: "a plain one", container: {}, want: [] },
  {
    name: "names of ports",
    container: {
      ports: ["web", "web", "web_1", "1"].map((name) => ({ name, containerPort: 80, protocol: "TCP" })),
    },
    want: [
      'c.ports[1].name: Duplicate value: "web"',
      'c.ports[2].name: Invalid value: "web_1": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      'c.ports[3].name: Invalid value: "1": must contain at least one letter (a-z)',
    ],
  },
  {
    name: "names of variables",
    container: { env: [{ name: "a.b-c 1" }, { name: "a=b" }, {}] },
    want: [
      "c.env[1].name: Invalid value: \"a=b\": a valid environment variable name must consist only of printable ASCII characters other than '='",
      "c.env[2].name: Required value",
    ],
  },
  {
    name: "a probe without a handler, a hook with two",
    container: { livenessProbe: { periodSeconds: 1 }, lifecycle: { preStop: { exec: {}, sleep: {} } } },
    want: [
      "c.livenessProbe: Required value: must specify a handler type",
      "c.lifecycle.preStop.sleep: Forbidden: may not specify more than 1 handler type",
    ],
  },
  {
    name: "more than its limit",
    container: { resources: { requests: { cpu: "2" }, limits: { cpu: "1500m" } } },
    want: ['c.resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1500m'],
  },
];

for (const { name, container, want } of vectors) {
  test(`a container: ${name}`, () => {
    const problems = containerProblems({ ...base, ...container }, "c", new Set(), new Set());
    deepEqual(
      problems.map(({ field, message }) => `${field}: ${message}`),
      want,
    );
  });
}
