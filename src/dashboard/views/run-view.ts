import type { Condition } from "../../api/object-fields.ts";
import type { RunState, RunSummary } from "../run-model.ts";

/** `GET /api/runs`. */
export interface RunList {
  readonly items: readonly RunSummary[];
}

/** All that the page of a run shows: `GET /api/runs/KIND/NAMESPACE/NAME`. */
export interface RunDetail extends RunSummary {
  /** The tasks of the pipeline, DAG tasks first; one entry for a TaskRun. */
  readonly graph: readonly GraphTask[];
  /** What was made for each task: several of a matrix; one that stands for it when nothing was made. */
  readonly tasks: readonly RunTask[];
  readonly params: readonly NamedValue[];
  readonly results: readonly NamedValue[];
  readonly workspaces: readonly NamedValue[];
  readonly conditions: readonly Condition[];
  /** Tasks that are not run, and why, as the status has them. */
  readonly skipped: readonly NamedValue[];
  readonly labels: Readonly<Record<string, string>>;
  /** The PipelineRun that a TaskRun belongs to. */
  readonly pipelineRun: string | undefined;
  /** The run that this one repeats. */
  readonly rerunOf: string | undefined;
  readonly serviceAccount: string | undefined;
  /** Of a TaskRun's present attempt. */
  readonly pod: string | undefined;
  /** `spec.status`: how the run has been asked to end. */
  readonly askedToEnd: string | undefined;
}

export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** `unknown`: a run was made for the task, and is gone. */
export type TaskState = RunState | "skipped" | "unknown";

/** A task of the pipeline, with what its runs come to. */
export interface GraphTask {
  readonly task: string;
  readonly displayName: string | undefined;
  /** The Task, Pipeline or custom task that it refers to. */
  readonly definition: string | undefined;
  readonly isFinally: boolean;
  readonly isMatrix: boolean;
  readonly state: TaskState;
  /** Tasks that it waits for, by `runAfter` or because it uses their results. */
  readonly after: readonly string[];
  readonly retries: number;
}

/** A TaskRun, a custom run or a PipelineRun of a task, or what stands for one that was not made. */
export interface RunTask {
  readonly task: string;
  readonly state: TaskState;
  /** Of the object, which `name` names. */
  readonly kind: "TaskRun" | "CustomRun" | "PipelineRun";
  readonly name: string | undefined;
  /** The name of an object that was made, and has been deleted or cannot be read. */
  readonly gone: string | undefined;
  readonly displayName: string | undefined;
  readonly reason: string;
  readonly message: string;
  readonly startedAt: string | undefined;
  readonly completedAt: string | undefined;
  readonly isFinally: boolean;
  /** The params by which runs of a matrix differ. */
  readonly combination: readonly NamedValue[];
  /** When expressions with their values, for a task that was skipped; else as the pipeline writes them. */
  readonly when: readonly string[];
  readonly results: readonly NamedValue[];
  readonly steps: readonly RunStep[];
  readonly sidecars: readonly RunStep[];
  /** Earlier attempts, which failed. */
  readonly attempts: readonly TaskAttempt[];
}

export interface TaskAttempt {
  /** The first is 1. */
  readonly number: number;
  readonly reason: string;
  readonly message: string;
  readonly startedAt: string | undefined;
  readonly completedAt: string | undefined;
  readonly steps: readonly RunStep[];
}

export interface RunStep {
  readonly name: string;
  readonly state: "waiting" | "running" | "succeeded" | "failed" | "skipped";
  readonly reason: string;
  readonly exitCode: number | undefined;
  readonly startedAt: string | undefined;
  readonly completedAt: string | undefined;
}
