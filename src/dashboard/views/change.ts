import type { RunKind } from "../run-model.ts";

/** One thing that changed, as `/api/changes` tells it. */
export interface Change {
  readonly resource: "eventlisteners" | "triggerevents" | RunKind;
  readonly change: "added" | "updated" | "deleted";
  readonly namespace: string;
  readonly name: string;
  /** Of runs. */
  readonly state?: string;
  /** Of events: each trigger's verdict so far. */
  readonly verdicts?: readonly { readonly trigger: string; readonly state: string }[];
}
