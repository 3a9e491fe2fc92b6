import { deepEqual, equal, ok as isTrue, match } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { K8sObject, Resource } from "../api/object.ts";
import { isDone, type PipelineRun, succeededCondition, type TaskRun } from "../api/pipelines/runs.ts";
import { ApiServer } from "../apiserver/api-server.ts";
import { bootstrapObjects } from "../apiserver/bootstrap.ts";
import { createInProcessTransport } from "../apiserver/in-process-transport.ts";
import { tektonDefinitions } from "../apiserver/tekton-definitions.ts";
import type { JsonObject } from "../json/value.ts";
import { KubeClient } from "../kube/client.ts";
import { convertTekton, tektonAdmission } from "../standalone/tekton-admission.ts";
import { FileLogStore } from "../store/log-files/file-log-store.ts";
import { MemoryLog } from "../store/memory-log.ts";
import { ObjectStore } from "../store/object-store.ts";
import { claims, customRuns, events, pipelineRuns, pods, stepActions, taskRuns, tasks } from "./resources.ts";
import { chooseRuntime } from "./runtime/choose-runtime.ts";
import { startRunner } from "./start-runner.ts";

const folder = mkdtempSync(join(tmpdir(), "tektite-runner-"));
const stops: (() => void)[] = [];
after(() => {
  for (const stop of stops) stop();
});
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

interface LifeOptions {
  readonly maxPods?: number;
  /** Called with a TaskRun's name when its pod is about to be run. */
  readonly onPod?: (taskRun: string) => void;
}

interface Life {
  readonly client: KubeClient;
  /** Starts a runner; stopping it leaves the store as it is, as a killed process would. */
  start(options?: LifeOptions): Promise<{ stop(): void }>;
}

async function newLife(name: string): Promise<Life> {
  const store = new ObjectStore(new MemoryLog());
  const server = new ApiServer({
    store,
    admission: tektonAdmission(() => ({})),
    builtinCustom: tektonDefinitions(convertTekton),
  });
  await bootstrapObjects(server);
  const user = { username: "test", groups: ["system:masters", "system:authenticated"] };
  const client = new KubeClient(createInProcessTransport(server, user));
  const logs = new FileLogStore({ folder: join(folder, name, "logs"), maxBytesPerContainer: 1_000_000 });
  return {
    client,
    start: async ({ maxPods = 8, onPod } = {}) => {
      const runtime = await chooseRuntime("process", {
        logs,
        folder: join(folder, name, "runtime"),
        images: [],
        hasNetwork: true,
        containerArgs: "",
        hidden: [],
      });
      if (!runtime.ok) throw new Error(runtime.error);
      const { value } = runtime;
      const abort = new AbortController();
      const quiet = () => undefined;
      await startRunner({
        client,
        runtime: {
          kind: value.kind,
          start: (plan) => {
            onPod?.(plan.taskRunName);
            return value.start(plan);
          },
          close: () => value.close(),
        },
        logs,
        dataDir: join(folder, name),
        options: {
          maxPods,
          nodeName: "test",
          maskSecrets: false,
          resolvers: { allowsLocalRepositories: true },
          retention: { maxAgeMs: 0, maxCount: 0, intervalMs: 60_000 },
        },
        log: { info: quiet, warn: quiet, error: quiet },
        signal: abort.signal,
      });
      const stop = () => abort.abort();
      stops.push(stop);
      return { stop };
    },
  };
}

const step = (script: string, more: object = {}) => ({ name: "s", image: "busybox", script, ...more });

async function create(life: Life, resource: Resource, kind: string, name: string, spec: object): Promise<K8sObject> {
  const apiVersion = resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;
  const created = await life.client.create(resource, {
    apiVersion,
    kind,
    metadata: { name, namespace: "default" },
    spec,
  });
  if (!created.ok) throw new Error(created.error.message);
  return created.value;
}

async function until<T extends TaskRun | PipelineRun>(
  life: Life,
  resource: Resource,
  name: string,
  holds: (run: T) => boolean = isDone,
): Promise<T> {
  for (let attempt = 0; attempt < 1_000; attempt++) {
    const found = await life.client.get(resource, { namespace: "default", name });
    if (found.ok && holds(found.value as unknown as T)) return found.value as unknown as T;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const seen = await life.client.get(resource, { namespace: "default", name });
  throw new Error(`${name} does not get there: ${JSON.stringify(seen.ok ? seen.value["status"] : seen.error)}`);
}

const isRunning = (run: TaskRun) => run.status?.steps?.some((each) => each.running !== undefined) === true;

test("a run cut off by the end of the process says which step was lost; finished steps stay", async () => {
  const life = await newLife("lost");
  const first = await life.start();
  await create(life, taskRuns, "TaskRun", "cut", {
    taskSpec: {
      steps: [step("true", { name: "done" }), step("sleep 60", { name: "cut" }), step("true", { name: "never" })],
    },
  });
  await until<TaskRun>(life, taskRuns, "cut", (run) => run.status?.steps?.[1]?.running !== undefined);
  first.stop();
  const second = await life.start();
  const run = await until<TaskRun>(life, taskRuns, "cut");
  second.stop();
  equal(succeededCondition(run.status)?.reason, "PodLost");
  match(succeededCondition(run.status)?.message ?? "", /"step-cut" was lost/);
  deepEqual(
    run.status?.steps?.map((each) => each.terminationReason),
    ["Completed", "Lost", "Lost"],
  );
});

test("a lost attempt is retried if the run has retries left, and the pipeline goes on", async () => {
  const life = await newLife("retried");
  const first = await life.start();
  const mark = join(folder, "retried-mark");
  await create(life, pipelineRuns, "PipelineRun", "again", {
    pipelineSpec: {
      tasks: [
        {
          name: "a",
          retries: 1,
          taskSpec: { steps: [step(`if [ -e ${mark} ]; then exit 0; fi; touch ${mark}; sleep 60`)] },
        },
        { name: "b", runAfter: ["a"], taskSpec: { steps: [step("true")] } },
      ],
    },
  });
  await until<TaskRun>(life, taskRuns, "again-a", (run) => isRunning(run) && existsSync(mark));
  first.stop();
  const second = await life.start();
  const run = await until<PipelineRun>(life, pipelineRuns, "again");
  const retried = await until<TaskRun>(life, taskRuns, "again-a");
  second.stop();
  equal(succeededCondition(run.status)?.message, "Tasks Completed: 2 (Failed: 0, Cancelled 0), Skipped: 0");
  equal(retried.status?.retriesStatus?.length, 1);
  equal(retried.status?.podName, "again-a-pod-retry1");
});

test("a further attempt does what the first did, whatever became of the Task", async () => {
  const life = await newLife("changed");
  const runner = await life.start();
  const [began, go] = [join(folder, "began"), join(folder, "go")];
  const script = `if [ -e ${go} ]; then exit 0; fi; touch ${began}; while [ ! -e ${go} ]; do sleep 0.02; done; exit 1`;
  await create(life, tasks, "Task", "flaky", { steps: [step(script)] });
  await create(life, taskRuns, "TaskRun", "again", { taskRef: { name: "flaky" }, retries: 1 });
  await until<TaskRun>(life, taskRuns, "again", (run) => isRunning(run) && existsSync(began));
  await life.client.delete(tasks, { namespace: "default", name: "flaky" });
  writeFileSync(go, "");
  const run = await until<TaskRun>(life, taskRuns, "again");
  runner.stop();
  equal(succeededCondition(run.status)?.message, "All Steps have completed executing");
  equal(run.status?.retriesStatus?.length, 1);
});

test("no more pods than allowed run at once, and namespaces take turns", async () => {
  const life = await newLife("slots");
  const order = join(folder, "order");
  writeFileSync(order, "");
  await life.client.create(
    { group: "", version: "v1", resource: "namespaces" },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "other" } },
  );
  const names = ["a1", "a2", "a3", "b1"];
  for (const name of names) {
    const namespace = name.startsWith("b") ? "other" : "default";
    await life.client.create(taskRuns, {
      apiVersion: "tekton.dev/v1",
      kind: "TaskRun",
      metadata: { name, namespace },
      spec: { taskSpec: { steps: [step(`echo ${name} >> ${order}; sleep 0.2`)] } },
    });
  }
  const runner = await life.start({ maxPods: 1 });
  const waiting = await until<TaskRun>(
    life,
    taskRuns,
    "a3",
    (run) => succeededCondition(run.status)?.reason === "Pending",
  );
  match(succeededCondition(waiting.status)?.message ?? "", /all 1 pods that may run at once/);
  await until<TaskRun>(life, taskRuns, "a3");
  runner.stop();
  const ran = execFileSync("cat", [order]).toString().trim().split("\n");
  equal(ran.length, 4);
  isTrue(ran.indexOf("b1") < ran.indexOf("a3"), `namespace other waits for all of default: ${ran.join(" ")}`);
});

test("a pod that waited does not run before it is stored that its turn came: after a crash it would run again", async () => {
  const life = await newLife("turn");
  for (const name of ["a", "b", "c"]) {
    await create(life, taskRuns, "TaskRun", name, { taskSpec: { steps: [step("sleep 0.1")] } });
  }
  const reasons: Promise<string | undefined>[] = [];
  const reasonOf = async (name: string) => {
    const found = await life.client.get(taskRuns, { namespace: "default", name });
    return found.ok ? succeededCondition((found.value as unknown as TaskRun).status)?.reason : undefined;
  };
  const runner = await life.start({
    maxPods: 1,
    onPod: (taskRun) => void reasons.push(reasonOf(taskRun)),
  });
  for (const name of ["a", "b", "c"]) await until<TaskRun>(life, taskRuns, name);
  runner.stop();
  deepEqual((await Promise.all(reasons)).slice(1), ["Running", "Running"]);
});

test("a custom task's CustomRun is created and its results are used", async () => {
  const life = await newLife("custom");
  const runner = await life.start();
  await create(life, pipelineRuns, "PipelineRun", "pr", {
    pipelineSpec: {
      results: [{ name: "out", value: "$(tasks.c.results.r)" }],
      tasks: [
        {
          name: "c",
          taskRef: { apiVersion: "example.dev/v1", kind: "Approve", name: "x" },
          params: [{ name: "p", value: "v" }],
        },
        {
          name: "after",
          params: [{ name: "r", value: "$(tasks.c.results.r)" }],
          taskSpec: { params: [{ name: "r" }], steps: [step('test "$(params.r)" = yes')] },
        },
      ],
    },
  });
  const custom = await until<TaskRun>(life, customRuns, "pr-c", () => true);
  deepEqual((custom as unknown as K8sObject)["spec"], {
    customRef: { apiVersion: "example.dev/v1", kind: "Approve", name: "x" },
    params: [{ name: "p", value: "v" }],
    serviceAccountName: "default",
    timeout: "1h0m0s",
  });
  await life.client.patch(
    customRuns,
    { namespace: "default", name: "pr-c" },
    {
      type: "merge",
      subresource: "status",
      body: {
        status: {
          conditions: [{ type: "Succeeded", status: "True", reason: "Done", message: "" }],
          results: [{ name: "r", value: "yes" }],
        },
      },
    },
  );
  const run = await until<PipelineRun>(life, pipelineRuns, "pr");
  runner.stop();
  equal(succeededCondition(run.status)?.status, "True");
  deepEqual(run.status?.results, [{ name: "out", value: "yes" }]);
});

test("a CustomRun that no controller takes up ends at its timeout or when cancelled; another is asked to stop", async () => {
  const life = await newLife("unattended");
  const runner = await life.start();
  const customRef = { apiVersion: "example.dev/v1", kind: "Approve", name: "x" };
  await create(life, pipelineRuns, "PipelineRun", "pr", {
    pipelineSpec: {
      tasks: [{ name: "c", timeout: "100ms", taskRef: customRef }],
      finally: [{ name: "f", taskSpec: { steps: [step("true")] } }],
    },
  });
  await create(life, customRuns, "CustomRun", "asked", { customRef, status: "RunCancelled" });
  await create(life, customRuns, "CustomRun", "attended", { customRef, timeout: "1s" });
  const startTime = `${new Date().toISOString().slice(0, 19)}Z`;
  await life.client.patch(
    customRuns,
    { namespace: "default", name: "attended" },
    {
      type: "merge",
      subresource: "status",
      body: { status: { startTime, conditions: [{ type: "Succeeded", status: "Unknown", reason: "Running" }] } },
    },
  );
  const run = await until<PipelineRun>(life, pipelineRuns, "pr");
  const failed = await until<TaskRun>(life, customRuns, "pr-c");
  const asked = await until<TaskRun>(life, customRuns, "asked");
  const attended = await until<TaskRun>(life, customRuns, "attended", ({ spec }) => spec.status === "RunCancelled");
  runner.stop();
  equal(succeededCondition(run.status)?.message, "Tasks Completed: 2 (Failed: 1, Cancelled 0), Skipped: 0");
  const condition = (of: TaskRun) => {
    const { reason, message } = succeededCondition(of.status) ?? {};
    return `${reason}: ${message}`;
  };
  const nobody = "no controller for Approve of example.dev/v1 has taken it up";
  equal(condition(failed), `CustomRunTimedOut: CustomRun "pr-c" failed to finish within "100ms": ${nobody}`);
  equal(condition(asked), `CustomRunCancelled: CustomRun "asked" was cancelled: ${nobody}`);
  equal(succeededCondition(attended.status)?.status, "Unknown");
  equal(attended.spec.statusMessage, "CustomRun cancelled as it has timed out.");
});

test("a Task and a Pipeline from a git repository, and the commit they are from", async () => {
  const life = await newLife("git");
  const repository = join(folder, "definitions");
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.test", ...args], { cwd: repository })
      .toString()
      .trim();
  execFileSync("git", ["init", "--quiet", "--initial-branch=main", repository]);
  writeFileSync(
    join(repository, "task.yaml"),
    "apiVersion: tekton.dev/v1beta1\nkind: Task\nmetadata: {name: from-git}\nspec:\n  steps:\n    - {name: s, image: busybox, script: 'true'}\n",
  );
  git("add", ".");
  git("commit", "--quiet", "--message", "one");
  const commit = git("rev-parse", "HEAD");
  const runner = await life.start();
  const params = [
    { name: "url", value: `file://${repository}` },
    { name: "pathInRepo", value: "task.yaml" },
  ];
  await create(life, taskRuns, "TaskRun", "good", { taskRef: { resolver: "git", params } });
  await create(life, taskRuns, "TaskRun", "bad", {
    taskRef: { resolver: "git", params: [params[0], { name: "pathInRepo", value: "none.yaml" }] },
  });
  const good = await until<TaskRun>(life, taskRuns, "good");
  const bad = await until<TaskRun>(life, taskRuns, "bad");
  runner.stop();
  equal(succeededCondition(good.status)?.message, "All Steps have completed executing");
  deepEqual(good.status?.provenance?.["refSource"], {
    uri: `git+file://${repository}`,
    digest: { sha1: commit },
    entryPoint: "task.yaml",
  });
  equal(good.metadata.labels?.["tekton.dev/task"], "from-git");
  match(
    succeededCondition(bad.status)?.message ?? "",
    /^error requesting remote resource: error getting "Git" "default\/git-[0-9a-f]{32}": error opening file "none.yaml": file does not exist\nPrevious status: \[ResolvingTaskRef\] TaskRun default\/bad awaiting remote resource$/,
  );
});

test("a step tells where its action is from", async () => {
  const life = await newLife("actions");
  const runner = await life.start();
  const action = await create(life, stepActions, "StepAction", "say", { image: "busybox", script: "true" });
  const params = Object.entries({ kind: "stepaction", name: "say", namespace: "default" });
  await create(life, taskRuns, "TaskRun", "acts", {
    taskSpec: {
      steps: [
        { name: "near", ref: { name: "say" } },
        { name: "far", ref: { resolver: "cluster", params: params.map(([name, value]) => ({ name, value })) } },
      ],
    },
  });
  const run = await until<TaskRun>(life, taskRuns, "acts");
  runner.stop();
  deepEqual(
    run.status?.steps?.map(({ name, provenance }) => [name, (provenance?.["refSource"] as JsonObject)?.["uri"]]),
    [
      ["near", undefined],
      ["far", `/apis/tekton.dev/v1beta1/namespaces/default/stepaction/say@${action.metadata.uid}`],
    ],
  );
});

test("a claim of a template belongs to its run and goes at its end when asked to", async () => {
  const life = await newLife("claims");
  const runner = await life.start();
  const spec = {
    workspaces: [
      {
        name: "w",
        volumeClaimTemplate: {
          metadata: { name: "vol" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
        },
      },
    ],
    pipelineSpec: {
      workspaces: [{ name: "w" }],
      tasks: [
        {
          name: "a",
          workspaces: [{ name: "w" }],
          taskSpec: { workspaces: [{ name: "w" }], steps: [step("touch $(workspaces.w.path)/f")] },
        },
      ],
    },
  };
  const kept = await create(life, pipelineRuns, "PipelineRun", "kept", spec);
  await life.client.create(pipelineRuns, {
    apiVersion: "tekton.dev/v1",
    kind: "PipelineRun",
    metadata: { name: "swept", namespace: "default", annotations: { "tekton.dev/auto-cleanup-pvc": "true" } },
    spec,
  });
  await until<PipelineRun>(life, pipelineRuns, "kept");
  await until<PipelineRun>(life, pipelineRuns, "swept");
  await delay(100);
  const listed = await life.client.list(claims, { namespace: "default" });
  runner.stop();
  isTrue(listed.ok);
  deepEqual(
    listed.value.items.map((claim) => claim.metadata.ownerReferences?.[0]?.uid),
    [kept.metadata.uid],
  );
  match(listed.value.items[0]?.metadata.name ?? "", /^vol-[0-9a-f]{10}$/);
});

test("a run is labelled with its Pipeline, as far as it is known", async () => {
  const life = await newLife("labels");
  const runner = await life.start();
  const pipelineSpec = { tasks: [{ name: "t", taskSpec: { steps: [step("true")] } }] };
  const nowhere = {
    resolver: "cluster",
    params: ["name", "namespace"].map((name) => ({ name, value: "nowhere" })),
  };
  const vectors = [
    { name: "inline", spec: { pipelineSpec }, want: "inline" },
    { name: "inline-made", generateName: "inline-", spec: { pipelineSpec }, want: "inline" },
    { name: "by-name", generateName: "by-", spec: { pipelineRef: { name: "missing" } }, want: "missing" },
    { name: "unresolved", generateName: "un-", spec: { pipelineRef: nowhere }, want: "unresolved" },
    { name: "cancelled", spec: { pipelineSpec, status: "Cancelled" }, want: "cancelled" },
  ];
  for (const { name, generateName, spec } of vectors) {
    await life.client.create(pipelineRuns, {
      apiVersion: "tekton.dev/v1",
      kind: "PipelineRun",
      metadata: { name, namespace: "default", ...(generateName === undefined ? {} : { generateName }) },
      spec,
    });
  }
  for (const { name, want } of vectors) {
    const run = await until<PipelineRun>(
      life,
      pipelineRuns,
      name,
      (each) => isDone(each) && each.metadata.labels !== undefined,
    );
    equal(run.metadata.labels?.["tekton.dev/pipeline"], want, name);
  }
  runner.stop();
});

test("a pod that is deleted while it runs is stopped and gone at once", async () => {
  const life = await newLife("reaped");
  const runner = await life.start();
  await create(life, taskRuns, "TaskRun", "victim", { taskSpec: { steps: [step("sleep 60")] } });
  await until<TaskRun>(life, taskRuns, "victim", isRunning);
  await life.client.delete(pods, { namespace: "default", name: "victim-pod" });
  const run = await until<TaskRun>(life, taskRuns, "victim");
  equal(succeededCondition(run.status)?.reason, "StepFailed");
  let gone = false;
  for (let attempt = 0; attempt < 200 && !gone; attempt++) {
    gone = !(await life.client.get(pods, { namespace: "default", name: "victim-pod" })).ok;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  runner.stop();
  isTrue(gone);
});

test("a pod that nothing runs says so once, and what to do", async () => {
  const life = await newLife("unscheduled");
  const first = await life.start();
  const spec = { containers: [{ name: "c", image: "busybox" }] };
  await create(life, pods, "Pod", "lonely", spec);
  await create(life, pods, "Pod", "gated", { ...spec, schedulingGates: [{ name: "example.dev/wait" }] });
  await create(life, pods, "Pod", "elsewhere", { ...spec, schedulerName: "other" });
  await create(life, taskRuns, "TaskRun", "runs", { taskSpec: { steps: [step("true")] } });
  const told = async () => {
    const listed = await life.client.list(events, { namespace: "default", fieldSelector: "reason=FailedScheduling" });
    isTrue(listed.ok);
    return listed.value.items;
  };
  for (let tries = 0; (await told()).length === 0 && tries < 100; tries++) await delay(50);
  await until<TaskRun>(life, taskRuns, "runs");
  first.stop();
  const second = await life.start();
  await delay(300);
  second.stop();
  const found = await told();
  deepEqual(
    found.map((event) => (event["involvedObject"] as { readonly name: string }).name),
    ["lonely"],
  );
  match(String(found[0]?.["message"]), /Create a TaskRun/);
  const pod = await life.client.get(pods, { namespace: "default", name: "lonely" });
  isTrue(pod.ok);
  const { conditions } = pod.value["status"] as { readonly conditions: readonly { readonly reason: string }[] };
  deepEqual(
    conditions.map(({ reason }) => reason),
    ["Unschedulable"],
  );
});

test("a volume that would show the data directory fails the run before anything is mounted", async () => {
  const life = await newLife("guarded");
  await life.start();
  const beside = mkdtempSync(join(folder, "beside-"));
  for (const { name, path, want } of [
    { name: "above", path: folder, want: "False" },
    { name: "below", path: join(folder, "guarded", "logs"), want: "False" },
    { name: "beside", path: beside, want: "True" },
  ]) {
    const volumes = [{ name: "v", hostPath: { path } }];
    const steps = [step("true", { volumeMounts: [{ name: "v", mountPath: "/v" }] })];
    await create(life, taskRuns, "TaskRun", name, { taskSpec: { volumes, steps } });
    const condition = succeededCondition((await until<TaskRun>(life, taskRuns, name)).status);
    equal(condition?.status, want, `${name}: ${condition?.message}`);
    if (want === "False") match(condition?.message ?? "", /hostPath .* would show the pod Tektite's data directory/);
  }
});
