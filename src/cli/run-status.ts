import type { K8sObject } from "../api/object.ts";
import { conditionsOf } from "../api/object-fields.ts";

/** The `Succeeded` condition of a TaskRun or PipelineRun. */
interface RunCondition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export function succeededCondition(run: K8sObject): RunCondition | undefined {
  return conditionsOf(run).find(({ type }) => type === "Succeeded");
}

/** The STATUS column of tkn: `Succeeded`, `Failed(StepFailed)`, `Cancelled(TaskRunCancelled)`, `Running`. */
export function statusText(run: K8sObject): string {
  const condition = succeededCondition(run);
  if (condition === undefined) return "---";
  const { status, reason } = condition;
  const cancelled = /Cancelled$/.test(reason);
  const word = status === "True" ? "Succeeded" : status === "Unknown" ? "Running" : cancelled ? "Cancelled" : "Failed";
  return reason === "" || reason === word ? word : `${word}(${reason})`;
}
