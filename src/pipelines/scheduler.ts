import type { PipelineTask } from "../api/pipelines/pipeline.ts";
import type { SkippedTask } from "../api/pipelines/runs.ts";
import type { ResultReference } from "../api/pipelines/variable-reference.ts";
import { type ChildState, outcomeOf, type StopCause, stopMessage, type TaskOutcome } from "./child-state.ts";
import { hasEmptyAxis } from "./matrix.ts";
import type { GraphTask, PipelineGraph } from "./pipeline-graph.ts";
import { type ChildrenByTask, lookUp, resultVariables, substitutePipelineTask } from "./task-instance.ts";
import type { Variables } from "./variables.ts";
import { allHold } from "./when.ts";

/** Limits of a run in milliseconds; absent or 0 means none. */
export interface RunTimeouts {
  readonly pipelineMs?: number;
  readonly tasksMs?: number;
  readonly finallyMs?: number;
}

/** Everything that a scheduling decision depends on. */
export interface SchedulerInput {
  readonly graph: PipelineGraph;
  readonly children: ChildrenByTask;
  /** `spec.status` of the run. */
  readonly specStatus: string;
  readonly timeouts: RunTimeouts;
  readonly startMs: number;
  readonly finallyStartMs: number | undefined;
  readonly nowMs: number;
  /** Tasks that failed validation in an earlier pass, with the text why. */
  readonly invalidTasks: ReadonlyMap<string, string>;
}

interface TaskCounts {
  readonly succeeded: number;
  /** Without ignored ones. */
  readonly failed: number;
  readonly ignored: number;
  readonly cancelled: number;
  readonly skipped: number;
  readonly skippedByTimeout: number;
  readonly invalid: number;
  readonly incomplete: number;
}

/** What to do now, and how the run stands afterwards. */
export interface Schedule {
  /** Tasks to start, variables filled in, in list order. */
  readonly start: readonly PipelineTask[];
  readonly cancel: readonly { readonly child: ChildState; readonly message: string }[];
  readonly skipped: readonly SkippedTask[];
  readonly invalidTasks: ReadonlyMap<string, string>;
  readonly counts: TaskCounts;
  readonly dagDone: boolean;
  /** Whether finally tasks may run from now on. */
  readonly finallyPhase: boolean;
  /** Whether no finally task is left to run. */
  readonly finallyEmpty: boolean;
  readonly timedOut: "pipeline" | "tasks" | undefined;
  /** The run must end with this now. */
  readonly failure?: { readonly reason: string; readonly message: string };
  /** When time alone changes something, in milliseconds from now. */
  readonly nextDeadlineMs?: number;
}

type SkipReason = string | undefined;

/** Decides what starts, what is skipped and what is cancelled (spec: pipelines, sections 9 and 10). */
export function schedule(input: SchedulerInput): Schedule {
  return new Pass(input).run();
}

class Pass {
  readonly #input: SchedulerInput;
  readonly #outcomes = new Map<string, TaskOutcome>();
  readonly #skips = new Map<string, SkipReason>();
  readonly #variables = new Map<string, Variables>();
  readonly #invalid: Map<string, string>;
  #stopping = false;
  #failure: { readonly reason: string; readonly message: string } | undefined;

  constructor(input: SchedulerInput) {
    this.#input = input;
    this.#invalid = new Map(input.invalidTasks);
    for (const node of input.graph.byName.values()) {
      this.#outcomes.set(
        node.task.name,
        outcomeOf(input.children.get(node.task.name), node.task.onError === "continue"),
      );
    }
  }

  run(): Schedule {
    const { graph, specStatus } = this.#input;
    const pipelineTimedOut = this.#past(this.#input.startMs, this.#input.timeouts.pipelineMs);
    // A failure that is ignored stops nothing, nor does the end of a task whose failure would be.
    this.#stopping =
      this.#invalid.size > 0 ||
      graph.dag.some(
        (node) => ["failed", "cancelled"].includes(this.#outcome(node)) && node.task.onError !== "continue",
      );
    if (!this.#stopping) this.#findInvalid();
    for (const node of graph.sorted) this.#skip(node); // parents first keeps the recursion flat

    const dagDone = graph.dag.every((node) => this.#settled(node));
    const stopNow = specStatus === "Cancelled" || pipelineTimedOut;
    const finallyPhase = dagDone && !stopNow;
    const start: PipelineTask[] = [];
    if (!stopNow && this.#failure === undefined) {
      for (const node of graph.dag) if (this.#ready(node)) start.push(this.#instance(node));
      if (finallyPhase) {
        for (const node of graph.finals) {
          if (this.#outcome(node) === "waiting" && this.#finalSkip(node) === undefined)
            start.push(this.#instance(node));
        }
      }
    }
    const counts = this.#counts(dagDone);
    const tasksTimedOut = this.#tasksTimedOut();
    const timedOut = pipelineTimedOut ? "pipeline" : tasksTimedOut ? "tasks" : undefined;
    const nextDeadlineMs = this.#nextDeadlineMs(dagDone);
    return {
      start: this.#failure === undefined ? start : [],
      cancel: this.#cancellations(pipelineTimedOut),
      skipped: this.#skippedTasks(dagDone),
      invalidTasks: this.#invalid,
      counts,
      dagDone,
      finallyPhase,
      finallyEmpty: graph.finals.every((node) => !["waiting", "running"].includes(this.#outcome(node))),
      timedOut,
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
      ...(nextDeadlineMs === undefined ? {} : { nextDeadlineMs }),
    };
  }

  #outcome(node: GraphTask): TaskOutcome {
    return this.#outcomes.get(node.task.name) ?? "waiting";
  }

  #past(sinceMs: number, limitMs: number | undefined): boolean {
    return limitMs !== undefined && limitMs > 0 && this.#input.nowMs - sinceMs >= limitMs;
  }

  /** The tasks' clock stops when the finally tasks begin. */
  #tasksTimedOut(): boolean {
    const { timeouts, startMs, finallyStartMs, nowMs } = this.#input;
    const limit = timeouts.tasksMs;
    return limit !== undefined && limit > 0 && (finallyStartMs ?? nowMs) - startMs >= limit;
  }

  /** Whether nothing more will come of a DAG task. */
  #settled(node: GraphTask): boolean {
    const outcome = this.#outcome(node);
    if (outcome === "running") return false;
    if (outcome !== "waiting") return true;
    return this.#invalid.has(node.task.name) || this.#skip(node) !== undefined;
  }

  #parents(node: GraphTask): readonly GraphTask[] {
    return node.parents.flatMap((name) => {
      const parent = this.#input.graph.byName.get(name);
      return parent === undefined ? [] : [parent];
    });
  }

  #parentsDone(node: GraphTask): boolean {
    return this.#parents(node).every((parent) => this.#settled(parent));
  }

  #ready(node: GraphTask): boolean {
    return (
      this.#outcome(node) === "waiting" &&
      !this.#stopping &&
      !this.#invalid.has(node.task.name) &&
      this.#skip(node) === undefined &&
      this.#parentsDone(node)
    );
  }

  /** The first reason that applies to a DAG task that has not started. */
  #skip(node: GraphTask): SkipReason {
    const { name } = node.task;
    if (this.#skips.has(name)) return this.#skips.get(name);
    this.#skips.set(name, undefined); // a task behind itself cannot be: the graph has no cycle
    const reason = this.#outcome(node) === "waiting" && !this.#invalid.has(name) ? this.#skipReason(node) : undefined;
    this.#skips.set(name, reason);
    return reason;
  }

  #skipReason(node: GraphTask): SkipReason {
    const { specStatus } = this.#input;
    if (this.#stopping) return "PipelineRun was stopping";
    if (specStatus === "CancelledRunFinally") return "PipelineRun was gracefully cancelled";
    if (specStatus === "StoppedRunFinally") return "PipelineRun was gracefully stopped";
    if (specStatus === "Cancelled") return undefined;
    const parents = this.#parents(node);
    const done = this.#parentsDone(node);
    if (done && !this.#whenHolds(node)) return "When Expressions evaluated to false";
    if (parents.some((parent) => ![undefined, "When Expressions evaluated to false"].includes(this.#skipOf(parent)))) {
      return "Parent Tasks were skipped";
    }
    // Whoever waits for a task that still runs is left undecided, also when a timeout has passed.
    if (!done) return undefined;
    if (this.#lacksResults(node)) return "Results were missing";
    if (this.#past(this.#input.startMs, this.#input.timeouts.pipelineMs)) return "PipelineRun timeout has been reached";
    if (this.#tasksTimedOut()) return "PipelineRun Tasks timeout has been reached";
    return this.#matrixIsEmpty(node) ? "Matrix Parameters have an empty array" : undefined;
  }

  #skipOf(node: GraphTask): SkipReason {
    return this.#outcome(node) === "waiting" ? this.#skip(node) : undefined;
  }

  /** Whether a result is missing in a way that leaves the task out rather than failing the run. */
  #lacksResults(node: GraphTask): boolean {
    return this.#missing(node).some(({ task }) => this.#missingIsSkip(node, task));
  }

  #missingIsSkip(consumer: GraphTask, producer: string): boolean {
    const node = this.#input.graph.byName.get(producer);
    if (node === undefined || consumer.final) return true;
    if (consumer.task.onError === "continue") return true;
    return this.#outcome(node) === "waiting";
  }

  /** References without a value. An index beyond the end fails the run, unless it is a finally task that names it. */
  #missing(node: GraphTask): readonly ResultReference[] {
    return [...node.references, ...node.whenReferences].filter((reference) => {
      const found = lookUp(reference, this.#input.graph, this.#input.children);
      return !("value" in found) && (found.kind === "missing" || node.final);
    });
  }

  /** Finds tasks whose results should be there and are not: the run stops starting DAG tasks. */
  #findInvalid(): void {
    if (this.#input.specStatus !== "") return;
    const found = new Map<string, string>();
    for (const node of this.#input.graph.sorted) {
      if (this.#outcome(node) !== "waiting" || this.#skip(node) !== undefined || !this.#parentsDone(node)) continue;
      this.#checkIndexes(node);
      const missing = this.#missing(node)[0];
      if (missing !== undefined) found.set(node.task.name, this.#missingText(node, missing));
    }
    if (found.size === 0) return;
    for (const [name, text] of found) this.#invalid.set(name, text);
    this.#stopping = true;
    this.#skips.clear();
  }

  #missingText(consumer: GraphTask, reference: ResultReference): string {
    if (this.#outcomes.get(reference.task) === "succeeded") {
      return `task "${reference.task}" completed successfully but did not emit the result "${reference.result}", which is referenced by task "${consumer.task.name}"`;
    }
    return `Invalid task result reference: Could not find result with name ${reference.result} for pipeline task ${reference.task}`;
  }

  #checkIndexes(node: GraphTask): void {
    for (const reference of [...node.references, ...node.whenReferences]) {
      const found = lookUp(reference, this.#input.graph, this.#input.children);
      if ("value" in found || found.kind !== "outOfRange") continue;
      this.#failure ??= {
        reason: "PipelineValidationFailed",
        message: `array Result Index ${reference.index} for Task ${reference.task} Result ${reference.result} is out of bound of size ${found.size}`,
      };
    }
  }

  #variablesOf(node: GraphTask): Variables {
    const { name } = node.task;
    const known = this.#variables.get(name);
    if (known !== undefined) return known;
    const variables = resultVariables(node, this.#input.graph, this.#input.children);
    if (node.final) this.#addStatusVariables(variables);
    this.#variables.set(name, variables);
    return variables;
  }

  #whenHolds(node: GraphTask): boolean {
    if (node.task.when === undefined || node.task.when.length === 0) return true;
    const task = substitutePipelineTask({ name: node.task.name, when: node.task.when }, this.#variablesOf(node));
    const when = task.when ?? [];
    // A CEL expression that names a result which is not there cannot be evaluated; the missing result decides then.
    const { graph, children } = this.#input;
    const lacksResult = node.whenReferences.some((reference) => !("value" in lookUp(reference, graph, children)));
    if (lacksResult && when.some((expression) => expression.cel?.includes("$(tasks.") === true)) return true;
    const held = allHold(when);
    if (held.ok) return held.value;
    this.#failure ??= { reason: "CELEvaluationFailed", message: held.error };
    return true;
  }

  #matrixIsEmpty(node: GraphTask): boolean {
    if (node.task.matrix === undefined) return false;
    const task = substitutePipelineTask({ name: node.task.name, matrix: node.task.matrix }, this.#variablesOf(node));
    return hasEmptyAxis(task.matrix ?? {});
  }

  #instance(node: GraphTask): PipelineTask {
    return substitutePipelineTask(node.task, this.#variablesOf(node));
  }

  #finalSkip(node: GraphTask): SkipReason {
    if (this.#outcome(node) !== "waiting") return undefined;
    if (this.#missing(node).length > 0) return "Results were missing";
    if (!this.#whenHolds(node)) return "When Expressions evaluated to false";
    const { startMs, finallyStartMs, timeouts } = this.#input;
    if (this.#past(startMs, timeouts.pipelineMs)) return "PipelineRun timeout has been reached";
    if (finallyStartMs !== undefined && this.#past(finallyStartMs, timeouts.finallyMs)) {
      return "PipelineRun Finally timeout has been reached";
    }
    return this.#matrixIsEmpty(node) ? "Matrix Parameters have an empty array" : undefined;
  }

  #addStatusVariables(variables: Variables): void {
    const { graph, children } = this.#input;
    let failed = false;
    let skipped = false;
    for (const node of graph.dag) {
      const outcome = this.#outcome(node);
      const name = `tasks.${node.task.name}`;
      const isFailure = outcome === "failed" || outcome === "ignored" || outcome === "cancelled";
      failed ||= isFailure;
      skipped ||= outcome === "waiting";
      variables.set(`${name}.status`, outcome === "succeeded" ? "Succeeded" : isFailure ? "Failed" : "None");
      const runs = children.get(node.task.name) ?? [];
      variables.set(`${name}.reason`, (runs.find((run) => run.status !== "True") ?? runs[0])?.reason ?? "");
    }
    variables.set("tasks.status", failed ? "Failed" : skipped ? "Completed" : "Succeeded");
  }

  #skippedTasks(dagDone: boolean): readonly SkippedTask[] {
    const { graph } = this.#input;
    const skipped: SkippedTask[] = [];
    const add = (node: GraphTask, reason: SkipReason) => {
      if (reason === undefined) return;
      // A finally task tells its conditions only where they are the reason.
      const isTold = !node.final || reason === "When Expressions evaluated to false";
      const when =
        node.task.when === undefined || !isTold
          ? undefined
          : substitutePipelineTask({ name: node.task.name, when: node.task.when }, this.#variablesOf(node)).when;
      skipped.push({
        name: node.task.name,
        reason,
        ...(when === undefined || when.length === 0 ? {} : { whenExpressions: when }),
      });
    };
    for (const node of graph.dag) add(node, this.#skipOf(node));
    if (dagDone) for (const node of graph.finals) add(node, this.#finalSkip(node));
    return skipped;
  }

  #counts(dagDone: boolean): TaskCounts {
    const { graph } = this.#input;
    const counts = {
      succeeded: 0,
      failed: 0,
      ignored: 0,
      cancelled: 0,
      skipped: 0,
      skippedByTimeout: 0,
      incomplete: 0,
    };
    for (const node of graph.byName.values()) {
      const outcome = this.#outcome(node);
      if (outcome !== "waiting" && outcome !== "running") counts[outcome]++;
      else if (outcome === "running") counts.incomplete++;
      else if (!this.#invalid.has(node.task.name)) {
        const reason = node.final ? (dagDone ? this.#finalSkip(node) : undefined) : this.#skip(node);
        if (reason === undefined) counts.incomplete++;
        else {
          counts.skipped++;
          if (reason.endsWith("timeout has been reached")) counts.skippedByTimeout++;
        }
      }
    }
    return { ...counts, invalid: this.#invalid.size };
  }

  #cancellations(pipelineTimedOut: boolean): readonly { readonly child: ChildState; readonly message: string }[] {
    const { graph, children, specStatus, finallyStartMs, timeouts } = this.#input;
    const running = (nodes: readonly GraphTask[], cause: StopCause) =>
      nodes.flatMap((node) =>
        (children.get(node.task.name) ?? [])
          .filter((child) => child.status === "Unknown" && !child.cancelRequested)
          .map((child) => ({ child, message: stopMessage(child.kind, cause) })),
      );
    if (specStatus === "Cancelled") return running([...graph.dag, ...graph.finals], "cancelled");
    if (pipelineTimedOut) return running([...graph.dag, ...graph.finals], "timedOut");
    if (specStatus === "CancelledRunFinally") return running(graph.dag, "cancelled");
    if (this.#tasksTimedOut()) {
      const dag = running(graph.dag, "timedOut");
      if (dag.length > 0) return dag;
    }
    if (finallyStartMs !== undefined && this.#past(finallyStartMs, timeouts.finallyMs)) {
      return running(graph.finals, "timedOut");
    }
    return [];
  }

  #nextDeadlineMs(dagDone: boolean): number | undefined {
    const { timeouts, startMs, finallyStartMs, nowMs } = this.#input;
    const ends: number[] = [];
    const add = (since: number, limit: number | undefined) => {
      if (limit !== undefined && limit > 0 && since + limit > nowMs) ends.push(since + limit - nowMs);
    };
    add(startMs, timeouts.pipelineMs);
    if (!dagDone) add(startMs, timeouts.tasksMs);
    if (finallyStartMs !== undefined) add(finallyStartMs, timeouts.finallyMs);
    return ends.length === 0 ? undefined : Math.min(...ends);
  }
}
