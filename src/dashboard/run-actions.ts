import type { K8sObject, Status } from "../api/object.ts";
import type { JsonObject } from "../json/value.ts";
import type { KubeClient } from "../kube/client.ts";
import { clientFailure } from "../kube/status.ts";
import { err, type Result } from "../result.ts";
import { isActive, type RunKind, runResources, runSummary, stateText } from "./run-model.ts";

interface RunKey {
  readonly namespace: string;
  readonly name: string;
}

export const cancelModes = ["cancel", "cancel-finally", "stop-finally"] as const;
export type CancelMode = (typeof cancelModes)[number];

/** `spec.status` of a PipelineRun for each way to end it (Tekton's documentation of PipelineRuns). */
const specStatus: Readonly<Record<CancelMode, string>> = {
  cancel: "Cancelled",
  "cancel-finally": "CancelledRunFinally",
  "stop-finally": "StoppedRunFinally",
};

/** Asks a run to end. */
export async function cancelRun(
  client: KubeClient,
  kind: RunKind,
  key: RunKey,
  mode: CancelMode,
): Promise<Result<K8sObject, Status>> {
  const run = await client.get(runResources[kind], key);
  if (!run.ok) return run;
  const summary = runSummary(kind, run.value);
  if (!isActive(summary)) {
    const message = `${run.value.kind} ${key.name} has already ended (${stateText(summary)})`;
    return err(clientFailure(409, "AlreadyEnded", message));
  }
  const status = kind === "taskruns" ? "TaskRunCancelled" : specStatus[mode];
  return client.patch(runResources[kind], key, { type: "merge", body: { spec: { status } } });
}

/** Starts a run with the same spec; the answer is the new run. */
export async function rerun(client: KubeClient, kind: RunKind, key: RunKey): Promise<Result<K8sObject, Status>> {
  const run = await client.get(runResources[kind], key);
  if (!run.ok) return run;
  if (run.value.metadata.labels?.["tekton.dev/pipelineRun"] !== undefined) {
    return err(clientFailure(409, "Conflict", `TaskRun ${key.name} belongs to a PipelineRun: run that again`));
  }
  return client.create(runResources[kind], repeated(run.value), { namespace: key.namespace });
}

const maxPrefixLength = 50;

/** A new run from an old one: its spec without the wish to end, its labels without those that Tekton gives. */
function repeated(run: K8sObject): K8sObject {
  const { name = "run", generateName, namespace, labels = {} } = run.metadata;
  const { status: _status, statusMessage: _message, ...spec } = (run["spec"] ?? {}) as JsonObject;
  const prefix = (generateName ?? `${name}-`).slice(0, maxPrefixLength);
  return {
    apiVersion: run.apiVersion,
    kind: run.kind,
    metadata: {
      generateName: prefix,
      ...(namespace === undefined ? {} : { namespace }),
      labels: Object.fromEntries(Object.entries(labels).filter(([key]) => !key.startsWith("tekton.dev/"))),
      annotations: { "tektite.dev/rerun-of": name },
    },
    spec,
  };
}
