import type { K8sObject, Resource, Status } from "../api/object.ts";
import { objectsOf } from "../api/object-fields.ts";
import type { KubeClient } from "../kube/client.ts";
import { ok, type Result } from "../result.ts";
import { runDetail } from "./run-detail.ts";
import { newestFirst, type RunKind, type RunSummary, runResources, runSummary } from "./run-model.ts";
import type { RunDetail } from "./views/run-view.ts";

const customRuns: Resource = { group: "tekton.dev", version: "v1beta1", resource: "customruns" };

/** A run as the API has it, and in short. */
interface ListedRun {
  readonly object: K8sObject;
  readonly run: RunSummary;
}

/** Runs, newest first. */
export async function listRuns(
  client: KubeClient,
  kind: RunKind,
  options: { readonly namespace: string | undefined; readonly labelSelector?: string | undefined },
): Promise<Result<readonly ListedRun[], Status>> {
  const listed = await client.list(runResources[kind], options);
  if (!listed.ok) return listed;
  const runs = listed.value.items.map((object) => ({ object, run: runSummary(kind, object) }));
  return ok(newestFirst(runs, ({ run }) => run));
}

/** {@link listRuns} in short. */
export async function listRunSummaries(
  client: KubeClient,
  kind: RunKind,
  namespace: string | undefined,
): Promise<Result<readonly RunSummary[], Status>> {
  const listed = await listRuns(client, kind, { namespace });
  return listed.ok ? ok(listed.value.map(({ run }) => run)) : listed;
}

/** A run with its tasks. */
export async function getRun(
  client: KubeClient,
  kind: RunKind,
  key: { readonly namespace: string; readonly name: string },
): Promise<Result<RunDetail, Status>> {
  const run = await client.get(runResources[kind], key);
  if (!run.ok) return run;
  if (kind === "taskruns") return ok(runDetail(kind, run.value, []));
  const kinds = new Set(objectsOf(run.value, "status", "childReferences").map((child) => child["kind"]));
  const lists = await Promise.all(
    [
      runResources.taskruns,
      ...(kinds.has("CustomRun") ? [customRuns] : []),
      ...(kinds.has("PipelineRun") ? [runResources.pipelineruns] : []),
    ].map((resource) =>
      client.list(resource, { namespace: key.namespace, labelSelector: `tekton.dev/pipelineRun=${key.name}` }),
    ),
  );
  // What may not be read is shown by the name that the run has for it.
  const failed = lists.find((list) => !list.ok && list.error.code !== 403);
  if (failed?.ok === false) return failed;
  return ok(
    runDetail(
      kind,
      run.value,
      lists.flatMap((list) => (list.ok ? list.value.items : [])),
    ),
  );
}
