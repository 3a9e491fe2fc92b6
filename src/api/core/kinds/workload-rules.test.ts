import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { Fields } from "../fields.ts";
import { strategyOf } from "../strategies.ts";

const containers = [{ name: "c", image: "x" }];
const labels = { a: "b" };
const running = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } };
const ending = { template: { spec: { containers, restartPolicy: "Never" } } };

const vectors: readonly {
  readonly kind: readonly [group: string, kind: string];
  readonly spec: Fields;
  readonly want: readonly string[];
}[] = [
  { kind: ["apps", "Deployment"], spec: running, want: [] },
  {
    kind: ["apps", "Deployment"],
    spec: { template: running.template },
    want: [
      "spec.selector: Required value",
      'spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`',
    ],
  },
  {
    kind: ["apps", "Deployment"],
    spec: { ...running, strategy: { type: "Recreate", rollingUpdate: { maxSurge: 1 } } },
    want: ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
  },
  {
    kind: ["apps", "Deployment"],
    spec: { ...running, strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: "0%" } } },
    want: ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0'],
  },
  {
    kind: ["apps", "Deployment"],
    spec: { ...running, minReadySeconds: 600 },
    want: ["spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds"],
  },
  {
    kind: ["apps", "StatefulSet"],
    spec: { ...running, podManagementPolicy: "X", updateStrategy: { type: "OnDelete" } },
    want: ["spec.podManagementPolicy: Invalid value: \"X\": must be 'OrderedReady' or 'Parallel'"],
  },
  {
    kind: ["apps", "DaemonSet"],
    spec: { ...running, updateStrategy: { type: "X" } },
    want: ['spec.updateStrategy: Unsupported value: {"type":"X"}: supported values: "RollingUpdate", "OnDelete"'],
  },
  { kind: ["batch", "Job"], spec: ending, want: [] },
  {
    kind: ["batch", "Job"],
    spec: { ...ending, completions: -1, completionMode: "X" },
    want: [
      "spec.completions: Invalid value: -1: must be greater than or equal to 0",
      'spec.completionMode: Unsupported value: "X": supported values: "NonIndexed", "Indexed"',
    ],
  },
  { kind: ["batch", "CronJob"], spec: { schedule: "@daily", jobTemplate: { spec: ending } }, want: [] },
  {
    kind: ["batch", "CronJob"],
    spec: { schedule: "1 2", concurrencyPolicy: "X", jobTemplate: { spec: { template: { spec: { containers } } } } },
    want: [
      'spec.schedule: Invalid value: "1 2": expected exactly 5 fields, found 2: [1 2]',
      'spec.concurrencyPolicy: Unsupported value: "X": supported values: "Allow", "Forbid", "Replace"',
      'spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ],
  },
];

for (const { kind, spec, want } of vectors) {
  test(`${kind[1]} ${JSON.stringify(spec)}`, () => {
    const strategy = strategyOf(...kind);
    const object: Fields = { metadata: { name: "a" }, spec: structuredClone(spec) };
    strategy.default?.(object);
    const problems = strategy.validate?.(object) ?? [];
    deepEqual(
      problems.map(({ field, message }) => `${field}: ${message}`),
      want,
    );
  });
}
