import type { K8sObject, Resource } from "../src/api/object.ts";
import type { KubeClient } from "../src/kube/client.ts";

const pipelineRuns: Resource = { group: "tekton.dev", version: "v1", resource: "pipelineruns" };
const taskRuns: Resource = { group: "tekton.dev", version: "v1", resource: "taskruns" };
const namespace = "default";
/** Runs of another controller are left alone by ours: their status is what is written here. */
const managedBy = "bench.tektite.dev/nobody";
const tasksOfLayer = 25;
const startMs = Date.parse("2026-01-01T00:00:00Z");

/** A PipelineRun that goes on, of that many tasks in layers, with the TaskRuns of all but the last layers. */
export async function createManyTasks(client: KubeClient, name: string, count: number): Promise<void> {
  const tasks = Array.from({ length: count }, (_, index) => ({
    name: `task-${index}`,
    ...(index < tasksOfLayer ? {} : { runAfter: parentsOf(index) }),
    taskSpec: { steps: [{ name: "build", image: "busybox", script: "true" }] },
  }));
  const begun = Math.floor(count * 0.9);
  const children = tasks
    .slice(0, begun)
    .map((task, index) => ({ task: task.name, name: `${name}-${task.name}`, index }));
  await create(client, pipelineRuns, {
    apiVersion: "tekton.dev/v1",
    kind: "PipelineRun",
    metadata: { name, namespace },
    spec: { managedBy, pipelineSpec: { tasks } },
  });
  await Promise.all(children.map((child) => createTaskRun(client, name, child)));
  await writeStatus(client, pipelineRuns, name, {
    startTime: timeAt(0),
    conditions: [condition("Unknown", "Running")],
    pipelineSpec: { tasks },
    childReferences: children.map((child) => ({
      apiVersion: "tekton.dev/v1",
      kind: "TaskRun",
      name: child.name,
      pipelineTaskName: child.task,
    })),
  });
}

function parentsOf(index: number): readonly string[] {
  const layer = Math.floor(index / tasksOfLayer);
  const other = (layer - 1) * tasksOfLayer + ((index * 7) % tasksOfLayer);
  return [...new Set([index - tasksOfLayer, ...(index % 3 === 0 ? [other] : [])])].map((parent) => `task-${parent}`);
}

async function createTaskRun(
  client: KubeClient,
  run: string,
  { task, name, index }: { readonly task: string; readonly name: string; readonly index: number },
): Promise<void> {
  await create(client, taskRuns, {
    apiVersion: "tekton.dev/v1",
    kind: "TaskRun",
    metadata: { name, namespace, labels: { "tekton.dev/pipelineRun": run, "tekton.dev/pipelineTask": task } },
    spec: { managedBy, taskSpec: { steps: [{ name: "build", image: "busybox", script: "true" }] } },
  });
  const from = Math.floor(index / tasksOfLayer) * 10;
  await writeStatus(client, taskRuns, name, {
    podName: `${name}-pod`,
    startTime: timeAt(from),
    completionTime: timeAt(from + 9),
    conditions: [condition("True", "Succeeded")],
    steps: ["prepare", "build", "report"].map((step) => ({
      name: step,
      container: `step-${step}`,
      terminated: { exitCode: 0, reason: "Completed", startedAt: timeAt(from), finishedAt: timeAt(from + 9) },
      terminationReason: "Completed",
    })),
  });
}

async function create(client: KubeClient, resource: Resource, object: K8sObject): Promise<void> {
  const created = await client.create(resource, object, { namespace });
  if (!created.ok) throw new Error(created.error.message);
}

async function writeStatus(
  client: KubeClient,
  resource: Resource,
  name: string,
  status: Readonly<Record<string, unknown>>,
): Promise<void> {
  const body = { status } as unknown as Parameters<KubeClient["patch"]>[2]["body"];
  const written = await client.patch(resource, { namespace, name }, { type: "merge", subresource: "status", body });
  if (!written.ok) throw new Error(written.error.message);
}

function condition(status: string, reason: string) {
  return { type: "Succeeded", status, reason, message: "", lastTransitionTime: timeAt(0) };
}

function timeAt(seconds: number): string {
  return new Date(startMs + seconds * 1000).toISOString().replace(".000Z", "Z");
}
