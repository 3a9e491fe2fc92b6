import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { StepState } from "../api/pipelines/runs.ts";
import { podStatus } from "./pod-object.ts";

const startTime = "2026-01-02T03:04:05Z";
const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", namespace: "ns" },
  spec: { containers: [{ name: "step-s", image: "busybox" }] },
};

const containers: readonly {
  readonly name: string;
  readonly phase: "Pending" | "Running" | "Failed";
  readonly state: Partial<StepState>;
  readonly want: unknown;
  readonly ready: boolean;
}[] = [
  {
    name: "a step that runs",
    phase: "Running",
    state: { running: { startedAt: "2026-01-02T03:04:06Z" } },
    want: { running: { startedAt: "2026-01-02T03:04:06Z" } },
    ready: true,
  },
  {
    name: "a step whose turn has not come runs since the pod does, its entrypoint waits",
    phase: "Running",
    state: { waiting: { reason: "PodInitializing" } },
    want: { running: { startedAt: startTime } },
    ready: true,
  },
  {
    name: "a step of a pod that does not run yet",
    phase: "Pending",
    state: { waiting: { reason: "PodInitializing" } },
    want: { waiting: { reason: "PodInitializing" } },
    ready: false,
  },
  {
    name: "a step that cannot be made tells why",
    phase: "Failed",
    state: { waiting: { reason: "CreateContainerConfigError", message: 'configmap "c" not found' } },
    want: { waiting: { reason: "CreateContainerConfigError", message: 'configmap "c" not found' } },
    ready: false,
  },
];

for (const { name, phase, state, want, ready } of containers) {
  test(`the container of ${name}`, () => {
    const states = [{ name: "s", container: "step-s", ...state }];
    const status = podStatus(pod, phase, states, [], startTime)["containerStatuses"];
    deepEqual(status, [
      {
        name: "step-s",
        image: "busybox",
        imageID: "",
        ready,
        started: ready,
        restartCount: 0,
        state: want,
        lastState: {},
      },
    ]);
  });
}
