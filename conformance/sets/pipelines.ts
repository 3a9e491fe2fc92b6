import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { K8sObject } from "../../src/api/object.ts";
import {
  isDone,
  type PipelineRun,
  type StepState,
  succeededCondition,
  type TaskRun,
} from "../../src/api/pipelines/runs.ts";
import { parseManifests } from "../../src/offline/manifests.ts";
import { pipelineRuns, taskRuns } from "../../src/runner/resources.ts";
import { type PipelinesServer, startPipelinesServer } from "../pipelines-server.ts";
import type { CaseOutcome, ConformanceSet } from "../set.ts";

interface ExpectedSteps {
  readonly [step: string]: {
    readonly exitCode?: number;
    readonly terminationReason?: string;
    readonly results?: Readonly<Record<string, unknown>>;
  };
}

interface ExpectedRun {
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly messageContains?: readonly string[];
  readonly results?: Readonly<Record<string, unknown>>;
  readonly retries?: number;
  readonly podName?: string;
  readonly steps?: ExpectedSteps;
}

/** Format: README.md of the pipeline vectors. */
interface Expectation extends ExpectedRun {
  readonly kind: "TaskRun" | "PipelineRun";
  readonly name: string;
  readonly taskRuns?: Readonly<Record<string, ExpectedRun>>;
  readonly skippedTasks?: readonly { readonly name: string; readonly reason: string }[];
  readonly displayNames?: Readonly<Record<string, string>>;
  readonly logs?: Readonly<Record<string, readonly string[]>>;
  readonly logsBeforeStop?: Readonly<Record<string, readonly string[]>>;
  readonly rejected?: { readonly messageContains: readonly string[] };
  readonly actions?: readonly {
    readonly whenTaskRunRunning: string;
    readonly afterSeconds: number;
    readonly kind: "TaskRun" | "PipelineRun";
    readonly name: string;
    readonly specStatus: string;
  }[];
  readonly needs?: readonly string[];
}

const namespace = "default";
const deadlineMs = 60_000;
/** What the process runtime answers to a pod that needs what this machine does not let it do. */
const refusal = "the process runtime cannot run this pod";
const runtimes = ["auto", "container", "sandbox", "process"] as const;
/** Cases that are under way at once; most of them sleep. */
const atOnce = 4;

/** Compares as JSON, keys in any order. */
function differs(actual: unknown, wanted: unknown): boolean {
  return !isDeepStrictEqual(actual, wanted);
}

function compareRun(where: string, run: TaskRun | PipelineRun, wanted: ExpectedRun): readonly string[] {
  const condition = succeededCondition(run.status);
  const problems: string[] = [];
  const check = (field: string, actual: unknown, expected: unknown) => {
    if (expected !== undefined && differs(actual, expected)) {
      problems.push(`${where}${field}: wanted ${JSON.stringify(expected)}, came ${JSON.stringify(actual)}`);
    }
  };
  check("status", condition?.status, wanted.status);
  check("reason", condition?.reason, wanted.reason);
  check("message", condition?.message, wanted.message);
  for (const text of wanted.messageContains ?? []) {
    if (condition?.message.includes(text) !== true)
      problems.push(`${where}message lacks ${text}: ${condition?.message}`);
  }
  const results = Object.fromEntries((run.status?.results ?? []).map(({ name, value }) => [name, value]));
  check("results", results, wanted.results);
  if (run.kind !== "TaskRun") return problems;
  check("retries", run.status?.retriesStatus?.length ?? 0, wanted.retries);
  check("podName", run.status?.podName, wanted.podName);
  if (wanted.steps === undefined) return problems;
  const steps = new Map((run.status?.steps ?? []).map((step: StepState) => [step.name, step]));
  check("step names", [...steps.keys()].sort(), Object.keys(wanted.steps).sort());
  for (const [name, expected] of Object.entries(wanted.steps)) {
    const step = steps.get(name);
    check(`step ${name} exitCode`, step?.terminated?.exitCode, expected.exitCode);
    check(`step ${name} terminationReason`, step?.terminationReason, expected.terminationReason);
    const stepResults = Object.fromEntries((step?.results ?? []).map((result) => [result.name, result.value]));
    check(`step ${name} results`, stepResults, expected.results);
  }
  return problems;
}

async function readLog(server: PipelinesServer, target: string): Promise<string | undefined> {
  const [pod = "", step = ""] = target.split("/");
  const stream = server.logs.read({ namespace, pod, container: `step-${step}` }, {});
  if (stream === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function compareLogs(
  server: PipelinesServer,
  wanted: Readonly<Record<string, readonly string[]>>,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const [target, texts] of Object.entries(wanted)) {
    const log = await readLog(server, target);
    const lines = (log ?? "").split("\n");
    let at = 0;
    for (const text of texts) {
      const found = lines.findIndex((line, index) => index >= at && line.includes(text));
      if (found === -1) {
        problems.push(`log of ${target} lacks ${JSON.stringify(text)}: ${JSON.stringify(log)}`);
        break;
      }
      at = found + 1;
    }
  }
  return problems;
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

async function getRun(
  server: PipelinesServer,
  kind: "TaskRun" | "PipelineRun",
  name: string,
): Promise<K8sObject | undefined> {
  const found = await server.client.get(kind === "TaskRun" ? taskRuns : pipelineRuns, { namespace, name });
  return found.ok ? found.value : undefined;
}

async function act(server: PipelinesServer, action: NonNullable<Expectation["actions"]>[number]): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (Date.now() < end) {
    const run = (await getRun(server, "TaskRun", action.whenTaskRunRunning)) as unknown as TaskRun | undefined;
    if (run?.status?.steps?.some((step) => step.running !== undefined) === true) break;
    await pause(20);
  }
  await pause(action.afterSeconds * 1_000);
  await server.client.patch(
    action.kind === "TaskRun" ? taskRuns : pipelineRuns,
    { namespace, name: action.name },
    { type: "merge", body: { spec: { status: action.specStatus } } },
  );
}

async function untilDone(
  server: PipelinesServer,
  kind: "TaskRun" | "PipelineRun",
  name: string,
): Promise<TaskRun | PipelineRun | undefined> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const run = (await getRun(server, kind, name)) as unknown as TaskRun | PipelineRun | undefined;
    if (run !== undefined && isDone(run)) return run;
    if (Date.now() > end) return run;
    await pause(20);
  }
}

async function comparePipelineRun(
  server: PipelinesServer,
  run: PipelineRun,
  wanted: Expectation,
): Promise<readonly string[]> {
  const problems: string[] = [];
  const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1);
  if (wanted.skippedTasks !== undefined) {
    const skipped = (run.status?.skippedTasks ?? []).map(({ name, reason }) => ({ name, reason })).sort(byName);
    const expected = [...wanted.skippedTasks].sort(byName);
    if (differs(skipped, expected))
      problems.push(`skippedTasks: wanted ${JSON.stringify(expected)}, came ${JSON.stringify(skipped)}`);
  }
  const shown = new Map((run.status?.childReferences ?? []).map((child) => [child.name, child.displayName]));
  for (const [child, displayName] of Object.entries(wanted.displayNames ?? {})) {
    if (shown.get(child) !== displayName) {
      problems.push(
        `displayName of ${child}: wanted ${JSON.stringify(displayName)}, came ${JSON.stringify(shown.get(child))}`,
      );
    }
  }
  if (wanted.taskRuns === undefined) return problems;
  // Children that are told to stop end after the run itself.
  for (const name of Object.keys(wanted.taskRuns)) {
    if (shown.has(name)) await untilDone(server, "TaskRun", name);
  }
  const listed = await server.client.list(taskRuns, {
    namespace,
    labelSelector: `tekton.dev/pipelineRun=${wanted.name}`,
  });
  const children = new Map((listed.ok ? listed.value.items : []).map((child) => [child.metadata.name ?? "", child]));
  const names = [...children.keys()].sort();
  const expectedNames = Object.keys(wanted.taskRuns).sort();
  if (differs(names, expectedNames))
    problems.push(`TaskRuns: wanted ${expectedNames.join(" ")}, came ${names.join(" ")}`);
  for (const [name, expected] of Object.entries(wanted.taskRuns)) {
    const child = children.get(name) as unknown as TaskRun | undefined;
    if (child !== undefined) problems.push(...compareRun(`${name} `, child, expected));
  }
  return problems;
}

async function runCase(
  yamlFile: string,
  wanted: Expectation,
): Promise<{ problems: readonly string[]; runtime: string }> {
  const wantedRuntime = runtimes.find((name) => name === process.env["TEKTITE_CONFORMANCE_RUNTIME"]) ?? "sandbox";
  const server = await startPipelinesServer(wantedRuntime);
  try {
    const manifests = parseManifests(yamlFile, await readFile(yamlFile, "utf8"));
    if (!manifests.ok) return { problems: [manifests.error], runtime: server.runtime };
    const problems: string[] = [];
    const namespaces = new Set(["default", "kube-system"]);
    for (const [index, { object }] of manifests.value.entries()) {
      const own = object.metadata.namespace;
      if (own !== undefined && !namespaces.has(own)) {
        namespaces.add(own);
        await server.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: own } });
      }
      const created = await server.apply(object);
      const isLast = index === manifests.value.length - 1;
      if (wanted.rejected !== undefined && isLast) {
        if (created.ok) problems.push("the object was accepted");
        const message = created.ok ? "" : (created.error.message ?? "");
        for (const text of wanted.rejected.messageContains) {
          if (!message.includes(text)) problems.push(`the refusal lacks ${JSON.stringify(text)}: ${message}`);
        }
      } else if (!created.ok) problems.push(`${object.kind} ${object.metadata.name}: ${created.error.message}`);
    }
    if (wanted.rejected !== undefined || problems.length > 0) return { problems, runtime: server.runtime };
    const actions = (wanted.actions ?? []).map((action) => act(server, action));
    const run = await untilDone(server, wanted.kind, wanted.name);
    await Promise.all(actions);
    if (run === undefined) return { problems: ["the run does not exist"], runtime: server.runtime };
    problems.push(...compareRun("", run, wanted));
    if (run.kind === "PipelineRun") problems.push(...(await comparePipelineRun(server, run, wanted)));
    problems.push(...(await compareLogs(server, { ...wanted.logs, ...wanted.logsBeforeStop })));
    return { problems, runtime: server.runtime };
  } finally {
    await server.stop();
  }
}

async function outcomeOf(expectFile: string): Promise<CaseOutcome> {
  const name = basename(expectFile).replace(/\.expect\.json$/, "");
  const wanted = JSON.parse(await readFile(expectFile, "utf8")) as Expectation;
  try {
    const { problems, runtime } = await runCase(expectFile.replace(/\.expect\.json$/, ".yaml"), wanted);
    if (problems.length === 0) return { name, passed: true };
    if (runtime === "process" && problems.some((problem) => problem.includes(refusal))) {
      return { name, passed: false, skipped: `needs ${wanted.needs?.join(", ")}, which plain processes lack here` };
    }
    return { name, passed: false, diff: problems.join("\n") };
  } catch (error) {
    return { name, passed: false, diff: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

export const set: ConformanceSet = {
  claim: (path) => (/^p\d+-.*\.(expect\.json|yaml)$/.test(basename(path)) ? "pipelines" : undefined),
  async *run(_setName, files) {
    const filter = process.env["TEKTITE_CONFORMANCE_CASE"];
    const waiting = files
      .filter((file) => file.endsWith(".expect.json"))
      .filter((file) => filter === undefined || basename(file).includes(filter));
    const running = new Set<Promise<{ readonly outcome: CaseOutcome; readonly self: object }>>();
    const byToken = new Map<object, Promise<{ readonly outcome: CaseOutcome; readonly self: object }>>();
    const start = (file: string) => {
      const self = {};
      const promise = outcomeOf(file).then((outcome) => ({ outcome, self }));
      running.add(promise);
      byToken.set(self, promise);
    };
    for (const file of waiting.splice(0, atOnce)) start(file);
    while (running.size > 0) {
      const { outcome, self } = await Promise.race(running);
      const finished = byToken.get(self);
      if (finished !== undefined) running.delete(finished);
      byToken.delete(self);
      const next = waiting.shift();
      if (next !== undefined) start(next);
      yield outcome;
    }
  },
};
