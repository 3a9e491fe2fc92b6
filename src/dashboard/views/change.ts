import type { RunKind } from "../run-model.ts";

/** Resources that decide what becomes of events. */
export const configurationResources = [
  "triggers",
  "triggerbindings",
  "triggertemplates",
  "interceptors",
  "clustertriggerbindings",
  "clusterinterceptors",
] as const;

/** One thing that changed, as `/api/changes` tells it. */
export interface Change {
  readonly resource: "eventlisteners" | "triggerevents" | RunKind | (typeof configurationResources)[number];
  readonly change: "added" | "updated" | "deleted";
  readonly namespace: string;
  readonly name: string;
  /** Of runs. */
  readonly state?: string;
  /** Of events: each trigger's verdict so far. */
  readonly verdicts?: readonly { readonly trigger: string; readonly state: string }[];
}
