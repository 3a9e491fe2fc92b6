import type { Status } from "../api/object.ts";
import type { LocalEndpoints } from "../dashboard/local-endpoints.ts";
import type { RunKind, RunSummary } from "../dashboard/run-model.ts";
import { err, ok, type Result } from "../result.ts";

/** A run as endpoints name it. */
export interface RunKey {
  readonly kind: RunKind;
  readonly namespace: string;
  readonly name: string;
}

/** One line that a step wrote; task and step are empty when it is about the run as a whole. */
interface StepLine {
  readonly task: string;
  readonly step: string;
  readonly line: string;
}

export interface FollowOptions {
  /** Go on until the run has ended; otherwise only what there is now. */
  readonly follow: boolean;
  readonly onLines: (lines: readonly StepLine[]) => void;
}

/**
 * Hands over the logs of a PipelineRun (or of one TaskRun) as they come: the steps of a task one after another, tasks
 * side by side while the run goes on, failed attempts before the present one. Resolves with the run's last state,
 * undefined when it was interrupted; fails where the account may not look at the tasks.
 */
export async function followRun(
  endpoints: LocalEndpoints,
  run: RunKey,
  { follow, onLines }: FollowOptions,
): Promise<Result<RunSummary | undefined, Status>> {
  const records = await endpoints.follow("runs/:kind/:namespace/:name/logs?format=json", {
    ...run,
    follow: String(follow),
  });
  if (!records.ok) return err(records.error);
  for await (const record of records.value) {
    if (record.kind === "end") return ok(record.run);
    const { task, step } = record.source;
    const lines = record.kind === "lines" ? record.lines : [`(${record.status.message})`];
    onLines(lines.map((line) => ({ task, step, line })));
  }
  return ok(undefined);
}
