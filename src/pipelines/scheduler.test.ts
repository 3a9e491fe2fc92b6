import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ParamValue } from "../api/pipelines/param.ts";
import type { PipelineSpec, PipelineTask } from "../api/pipelines/pipeline.ts";
import { type ChildState, outcomeOf } from "./child-state.ts";
import { pipelineCondition } from "./pipeline-condition.ts";
import { pipelineGraph } from "./pipeline-graph.ts";
import { type RunTimeouts, type Schedule, schedule } from "./scheduler.ts";

/** How a task of the model behaves once it is started. */
interface Behaviour {
  /** Of one attempt. */
  readonly durationMs: number;
  /** Attempts that fail before the last one. */
  readonly retries: number;
  /** How the last attempt of each of its runs ends; several are those of a matrix. */
  readonly ends: readonly ("True" | "False")[];
  /** Whether it writes its result `r`. */
  readonly writes: boolean;
}

interface Model {
  readonly spec: PipelineSpec;
  readonly behaviours: ReadonlyMap<string, Behaviour>;
  readonly timeouts: RunTimeouts;
  readonly specStatus: string;
  /** When `specStatus` is set, in milliseconds after the start. */
  readonly askedAtMs: number;
}

const inlineTask = { results: [{ name: "r" }], steps: [{ image: "i", script: "true" }] };

/** A task: edges only to earlier ones, so that there is no cycle. */
function taskAt(
  index: number,
  earlier: number,
  final: boolean,
): fc.Arbitrary<{ task: PipelineTask; behaviour: Behaviour }> {
  const others = Array.from({ length: earlier }, (_, other) => `t${other}`);
  const some: fc.Arbitrary<readonly string[]> =
    others.length === 0 ? fc.constant([]) : fc.subarray(others, { maxLength: Math.min(3, others.length) });
  return fc
    .record({
      runAfter: final ? fc.constant([]) : some,
      consumes: some,
      when: fc.constantFrom("none", "true", "false"),
      ignores: fc.boolean(),
      durationMs: fc.integer({ min: 1, max: 500 }),
      fails: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 }),
      isMatrix: fc.integer({ min: 0, max: 3 }),
      retries: fc.constantFrom(0, 0, 1, 2),
      writes: fc.integer({ min: 0, max: 5 }),
    })
    .map((draw) => {
      const isMatrix = draw.isMatrix === 0;
      const ends = draw.fails.map((fails) => (fails === 0 ? "False" : "True") as "True" | "False");
      return {
        task: {
          name: `${final ? "f" : "t"}${index}`,
          taskSpec: inlineTask,
          ...(draw.runAfter.length === 0 ? {} : { runAfter: draw.runAfter }),
          params: draw.consumes.map((other) => ({ name: other, value: `$(tasks.${other}.results.r)` })),
          ...(isMatrix ? { matrix: { params: [{ name: "m", value: ends.map((_, at) => `${at}`) }] } } : {}),
          ...(draw.when === "none" ? {} : { when: [{ input: draw.when, operator: "in", values: ["true"] }] }),
          ...(draw.ignores && draw.retries === 0 ? { onError: "continue" } : {}),
          ...(draw.retries === 0 ? {} : { retries: draw.retries }),
        },
        behaviour: {
          durationMs: draw.durationMs,
          retries: draw.retries,
          ends: isMatrix ? ends : ends.slice(0, 1),
          writes: draw.writes > 0,
        },
      };
    });
}

const model: fc.Arbitrary<Model> = fc
  .record({ tasks: fc.integer({ min: 1, max: 9 }), finals: fc.integer({ min: 0, max: 3 }) })
  .chain(({ tasks, finals }) =>
    fc.record({
      dag: fc.tuple(...Array.from({ length: tasks }, (_, index) => taskAt(index, index, false))),
      last: fc.tuple(...Array.from({ length: finals }, (_, index) => taskAt(index, tasks, true))),
      pipelineMs: fc.constantFrom(undefined, undefined, 300, 900),
      tasksMs: fc.constantFrom(undefined, undefined, 200, 600),
      finallyMs: fc.constantFrom(undefined, undefined, 100),
      specStatus: fc.constantFrom("", "", "", "Cancelled", "CancelledRunFinally", "StoppedRunFinally"),
      askedAtMs: fc.integer({ min: 0, max: 800 }),
    }),
  )
  .map(({ dag, last, pipelineMs, tasksMs, finallyMs, specStatus, askedAtMs }) => ({
    spec: { tasks: dag.map(({ task }) => task), finally: last.map(({ task }) => task) },
    behaviours: new Map([...dag, ...last].map(({ task, behaviour }) => [task.name, behaviour])),
    timeouts: {
      ...(pipelineMs === undefined ? {} : { pipelineMs }),
      ...(tasksMs === undefined ? {} : { tasksMs }),
      ...(finallyMs === undefined ? {} : { finallyMs }),
    },
    specStatus,
    askedAtMs,
  }));

interface History {
  readonly started: readonly string[];
  readonly last: Schedule;
  readonly condition: ReturnType<typeof pipelineCondition>;
}

/** Plays a run through and checks each step of the scheduler on the way. */
function play({ spec, behaviours, timeouts, specStatus, askedAtMs }: Model): History {
  const graph = pipelineGraph(spec);
  const children = new Map<string, ChildState[]>();
  /** By run: when its attempt ends, and how many follow. */
  const endings = new Map<string, { readonly endMs: number; readonly retries: number }>();
  const started: string[] = [];
  let invalidTasks: ReadonlyMap<string, string> = new Map();
  let finallyStartMs: number | undefined;
  let nowMs = 0;
  for (let pass = 0; pass < 200; pass++) {
    const asked = nowMs >= askedAtMs ? specStatus : "";
    const state = schedule({
      graph,
      children,
      specStatus: asked,
      timeouts,
      startMs: 0,
      finallyStartMs,
      nowMs,
      invalidTasks,
    });
    invalidTasks = state.invalidTasks;
    const failed = [...children].some(
      ([name, runs]) =>
        name.startsWith("t") &&
        ["failed", "cancelled"].includes(outcomeOf(runs, graph.byName.get(name)?.task.onError === "continue")),
    );
    for (const task of state.start) {
      const node = graph.byName.get(task.name);
      ok(node !== undefined);
      ok(!started.includes(task.name), `${task.name} starts twice`);
      started.push(task.name);
      if (node.final) ok(state.dagDone, "a finally task starts before the others are done");
      else {
        ok(!failed, `${task.name} starts after a failure`);
        for (const parent of node.parents) {
          const runs = children.get(parent);
          const settled =
            runs === undefined
              ? state.skipped.some(({ name }) => name === parent)
              : runs.every((run) => run.status !== "Unknown");
          ok(settled, `${task.name} starts before ${parent} is done`);
        }
      }
      for (const param of task.params ?? []) ok(!String(param.value).includes("$("), "a result is not filled in");
      const { ends = ["True"], durationMs = 1, retries = 0 } = behaviours.get(task.name) ?? {};
      const runs = ends.map(
        (_, at): ChildState => ({
          name: `${task.name}-${at}`,
          apiVersion: "tekton.dev/v1",
          kind: "TaskRun",
          status: "Unknown",
          reason: "Running",
          cancelRequested: false,
          cancelledByTimeout: false,
          results: new Map(),
        }),
      );
      children.set(task.name, runs);
      for (const [at, run] of runs.entries()) endings.set(run.name, { endMs: nowMs + durationMs * (at + 1), retries });
    }
    for (const { child, message } of state.cancel) {
      ok(!child.cancelRequested, `${child.name} is cancelled twice`);
      change(children, {
        ...child,
        status: "False",
        reason: "TaskRunCancelled",
        cancelRequested: true,
        cancelledByTimeout: message.endsWith("timed out."),
      });
      endings.delete(child.name);
    }
    if (state.finallyPhase && graph.finals.length > 0) finallyStartMs ??= nowMs;
    const condition = pipelineCondition(state, {
      runName: "run",
      specStatus: asked,
      pipelineTimeout: "",
      tasksTimeout: "",
    });
    if (condition.status !== "Unknown" && state.start.length === 0) return { started, last: state, condition };
    if (state.start.length > 0 || state.cancel.length > 0) continue;
    const events = [
      ...[...endings.values()].map(({ endMs }) => endMs),
      ...(state.nextDeadlineMs === undefined ? [] : [nowMs + state.nextDeadlineMs]),
    ];
    if (specStatus !== "" && asked === "") events.push(askedAtMs);
    ok(events.length > 0, "the run hangs");
    nowMs = Math.max(nowMs, Math.min(...events));
    for (const [name, { endMs, retries }] of endings) {
      if (endMs > nowMs) continue;
      const [task = "", at = "0"] = name.split("-");
      const { ends = [], writes = false, durationMs = 1 } = behaviours.get(task) ?? {};
      if (retries > 0) {
        endings.set(name, { endMs: nowMs + durationMs, retries: retries - 1 });
        continue;
      }
      endings.delete(name);
      const child = children.get(task)?.[Number(at)];
      ok(child !== undefined);
      const status = ends[Number(at)] ?? "True";
      change(children, {
        ...child,
        status,
        reason: status === "True" ? "Succeeded" : "StepFailed",
        results: new Map(writes ? [["r", "value"]] : []),
      });
    }
  }
  throw new Error("the run does not end");
}

/** Puts a run in the place of what it was. */
function change(children: Map<string, ChildState[]>, run: ChildState): void {
  const [task = ""] = run.name.split("-");
  children.set(
    task,
    (children.get(task) ?? []).map((each) => (each.name === run.name ? run : each)),
  );
}

test("random pipelines: order, no task twice, finally runs, every run ends", () => {
  fc.assert(
    fc.property(model, (drawn) => {
      const { started, last, condition } = play(drawn);
      const names = [...(drawn.spec.tasks ?? []), ...(drawn.spec.finally ?? [])].map((task) => task.name);
      const stoppedAtOnce =
        condition.reason === "PipelineRunTimeout" && last.timedOut === "pipeline"
          ? true
          : condition.reason === "Cancelled" && !last.finallyPhase;
      if (stoppedAtOnce) return;
      const settled = [...started, ...last.skipped.map(({ name }) => name), ...last.invalidTasks.keys()];
      deepEqual([...settled].sort(), [...names].sort());
    }),
    { numRuns: 2_000 },
  );
});

const child = (
  name: string,
  status: ChildState["status"],
  results: Readonly<Record<string, ParamValue>> = {},
): ChildState => ({
  name,
  apiVersion: "tekton.dev/v1",
  kind: "TaskRun",
  status,
  reason: status === "True" ? "Succeeded" : "StepFailed",
  cancelRequested: false,
  cancelledByTimeout: false,
  results: new Map(Object.entries(results)),
});

const run = (spec: PipelineSpec, children: Readonly<Record<string, ChildState>>) =>
  schedule({
    graph: pipelineGraph(spec),
    children: new Map(Object.entries(children).map(([name, state]) => [name, [state]])),
    specStatus: "",
    timeouts: {},
    startMs: 0,
    finallyStartMs: undefined,
    nowMs: 1,
    invalidTasks: new Map(),
  });

const task = (name: string, more: Partial<PipelineTask> = {}): PipelineTask => ({
  name,
  taskSpec: inlineTask,
  ...more,
});
const uses = (producer: string) => ({ params: [{ name: "p", value: `$(tasks.${producer}.results.r)` }] });
const never = { when: [{ input: "a", operator: "in", values: ["b"] }] };

const skips = [
  {
    name: "a task after a when-skipped one runs",
    spec: { tasks: [task("a", never), task("b", { runAfter: ["a"] })] },
    children: {},
    start: ["b"],
    skipped: { a: "When Expressions evaluated to false" },
  },
  {
    name: "a task that needs a result of a when-skipped one is left out, and who comes after it",
    spec: { tasks: [task("a", never), task("b", uses("a")), task("c", { runAfter: ["b"] })] },
    children: {},
    start: [],
    skipped: {
      a: "When Expressions evaluated to false",
      b: "Results were missing",
      c: "Parent Tasks were skipped",
    },
  },
  {
    name: "a failure stops what has not started",
    spec: { tasks: [task("a"), task("b", { runAfter: ["a"] })], finally: [task("f")] },
    children: { a: child("a", "False") },
    start: ["f"],
    skipped: { b: "PipelineRun was stopping" },
  },
  {
    name: "an ignored failure does not",
    spec: { tasks: [task("a", { onError: "continue" }), task("b", { runAfter: ["a"] })] },
    children: { a: child("a", "False") },
    start: ["b"],
    skipped: {},
  },
  {
    name: "an unwritten result of an ignored failure leaves a consumer out whose own failure is ignored",
    spec: { tasks: [task("a", { onError: "continue" }), task("b", { ...uses("a"), onError: "continue" })] },
    children: { a: child("a", "False") },
    start: [],
    skipped: { b: "Results were missing" },
  },
  {
    name: "a finally task without its result is left out",
    spec: { tasks: [task("a")], finally: [task("f", uses("a")), task("g")] },
    children: { a: child("a", "True") },
    start: ["g"],
    skipped: { f: "Results were missing" },
  },
  {
    name: "a finally task that names an item beyond the end of a result is left out",
    spec: {
      tasks: [task("a")],
      finally: [task("f", { params: [{ name: "p", value: "$(tasks.a.results.r[2])" }] }), task("g")],
    },
    children: { a: child("a", "True", { r: ["x"] }) },
    start: ["g"],
    skipped: { f: "Results were missing" },
  },
  {
    name: "a matrix over an empty list is left out",
    spec: { tasks: [task("a", { matrix: { params: [{ name: "x", value: [] }] } })] },
    children: {},
    start: [],
    skipped: { a: "Matrix Parameters have an empty array" },
  },
];

for (const { name, spec, children, start, skipped } of skips) {
  test(name, () => {
    const state = run(spec, children);
    deepEqual(
      state.start.map((each) => each.name),
      start,
    );
    deepEqual(Object.fromEntries(state.skipped.map((each) => [each.name, each.reason])), skipped);
  });
}

const failures = [
  {
    name: "an item beyond the end of a result",
    spec: {
      tasks: [task("a"), task("b", { params: [{ name: "p", value: "$(tasks.a.results.r[2])" }] }), task("c")],
      finally: [task("f")],
    },
    reason: "PipelineValidationFailed",
  },
  {
    name: "a condition of a finally task that cannot be evaluated",
    spec: { tasks: [task("a")], finally: [task("f"), task("g", { when: [{ cel: "'text'" }] })] },
    reason: "CELEvaluationFailed",
  },
];

for (const { name, spec, reason } of failures) {
  test(`${name} ends the run: nothing starts any more`, () => {
    const state = run(spec, { a: child("a", "True", { r: ["x"] }) });
    equal(state.failure?.reason, reason);
    deepEqual(state.start, []);
  });
}

test("conditions are told of skipped tasks, of finally tasks only where they are the reason", () => {
  const holds = { when: [{ input: "a", operator: "in", values: ["a"] }] };
  const spec = {
    tasks: [task("a", never), task("b", { ...holds, ...uses("a") })],
    finally: [task("f", never), task("g", { ...holds, ...uses("a") })],
  };
  deepEqual(
    run(spec, {}).skipped.map(({ name, whenExpressions }) => [name, whenExpressions]),
    [
      ["a", never.when],
      ["b", holds.when],
      ["f", never.when],
      ["g", undefined],
    ],
  );
});

test("an unwritten result of an ignored failure fails the run where its consumer's failure counts", () => {
  const spec = { tasks: [task("a", { onError: "continue" }), task("b", uses("a"))], finally: [task("f")] };
  const state = run(spec, { a: child("a", "False") });
  deepEqual(
    [...state.invalidTasks],
    [["b", "Invalid task result reference: Could not find result with name r for pipeline task a"]],
  );
  deepEqual(
    state.start.map((each) => each.name),
    ["f"],
  );
});

test("a timeout leaves tasks undecided that wait for one that runs", () => {
  const spec = { tasks: [task("a"), task("b", { runAfter: ["a"] }), task("c")] };
  const state = schedule({
    graph: pipelineGraph(spec),
    children: new Map([["a", [child("a", "Unknown")]]]),
    specStatus: "",
    timeouts: { pipelineMs: 5 },
    startMs: 0,
    finallyStartMs: undefined,
    nowMs: 9,
    invalidTasks: new Map(),
  });
  equal(state.timedOut, "pipeline");
  deepEqual(
    state.skipped.map((each) => [each.name, each.reason]),
    [["c", "PipelineRun timeout has been reached"]],
  );
});

const outcomes: readonly { name: string; children: readonly ChildState[]; outcome: string }[] = [
  { name: "one that runs", children: [child("a", "False"), child("b", "Unknown")], outcome: "running" },
  { name: "one that failed", children: [child("a", "True"), child("b", "False")], outcome: "failed" },
  {
    name: "one that was cancelled, beside one that failed",
    children: [{ ...child("a", "False"), reason: "TaskRunCancelled" }, child("b", "False")],
    outcome: "cancelled",
  },
  {
    name: "one that a timeout of the run cancelled",
    children: [{ ...child("a", "False"), reason: "TaskRunCancelled", cancelledByTimeout: true }, child("b", "True")],
    outcome: "failed",
  },
];
for (const { name, children, outcome } of outcomes) {
  test(`a matrix with ${name} is ${outcome}`, () => equal(outcomeOf(children, false), outcome));
}

test("a result that a succeeded task did not write fails the run, finally runs", () => {
  const spec = { tasks: [task("a"), task("b", uses("a")), task("c", { runAfter: ["b"] })], finally: [task("f")] };
  const first = run(spec, { a: child("a", "True") });
  deepEqual(
    first.start.map((each) => each.name),
    ["f"],
  );
  const last = schedule({
    graph: pipelineGraph(spec),
    children: new Map([
      ["a", [child("a", "True")]],
      ["f", [child("f", "True")]],
    ]),
    specStatus: "",
    timeouts: {},
    startMs: 0,
    finallyStartMs: 1,
    nowMs: 2,
    invalidTasks: first.invalidTasks,
  });
  const condition = pipelineCondition(last, { runName: "r", specStatus: "", pipelineTimeout: "", tasksTimeout: "" });
  equal(condition.reason, "PipelineValidationFailed");
  equal(
    condition.message,
    'Tasks Completed: 2 (Failed: 0, Cancelled 0), Skipped: 1, Failed Validation: 1 (task "a" completed successfully but did not emit the result "r", which is referenced by task "b")',
  );
});
