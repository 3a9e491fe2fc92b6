import { equal } from "node:assert/strict";
import { test } from "node:test";
import { validateConfigMap } from "./config-map-admission.ts";

const example = "\n  a: 1\n\n  b: 2\n";
const checksum = "8e1df33e";

const vectors = [
  { name: "good defaults", map: "config-defaults-triggers", data: { "default-run-as-user": "1" }, want: "" },
  {
    name: "bad defaults",
    map: "config-defaults-triggers",
    data: { "default-fs-group": "x" },
    want: 'validation failed: failed parsing fsGroup config "x"',
  },
  {
    name: "a bad level",
    map: "config-logging-triggers",
    data: { "loglevel.controller": "loud" },
    want: "validation failed: invalid logging level: loud",
  },
  { name: "feature flags are not vetted", map: "feature-flags-triggers", data: { "enable-api-fields": "x" }, want: "" },
  { name: "maps of others", map: "kube-root-ca.crt", data: { "default-fs-group": "x" }, want: "" },
  {
    name: "the example as it shipped",
    map: "config-defaults-triggers",
    data: { _example: example },
    annotations: { "knative.dev/example-checksum": checksum },
    want: "",
  },
  {
    name: "an edited example",
    map: "config-defaults-triggers",
    data: { _example: "a: 2" },
    annotations: { "knative.dev/example-checksum": checksum },
    want: "validation failed: the update modifies a key",
  },
  { name: "an example without a checksum", map: "config-defaults-triggers", data: { _example: "a: 2" }, want: "" },
];

for (const { name, map, data, annotations, want } of vectors) {
  test(name, () => {
    const answer = validateConfigMap(map, {
      data: data as Record<string, string>,
      ...(annotations && { annotations }),
    });
    equal(answer.ok ? "" : answer.error.slice(0, want.length || undefined), want);
  });
}
