import type { Status } from "../../api/object.ts";
import type { RunSummary } from "../run-model.ts";

/** One record of `GET /api/runs/KIND/NAMESPACE/NAME/logs?format=json`: lines of a step as they come, in the end `end`. */
export type LogRecord =
  /** No lines: here the step's output begins. */
  | { readonly kind: "lines"; readonly source: LogSource; readonly lines: readonly string[] }
  | { readonly kind: "problem"; readonly source: LogSource; readonly status: Status }
  /** The run as it was last seen. */
  | { readonly kind: "end"; readonly run: RunSummary };

/** The step that lines are of. */
export interface LogSource {
  readonly task: string;
  readonly taskRun: string;
  readonly step: string;
  /** 0 is the first; a task with retries may have more. */
  readonly attempt: number;
}
