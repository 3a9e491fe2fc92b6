import type { Status } from "../../api/object.ts";
import type { VerdictState } from "../event-model.ts";
import type { RunSummary } from "../run-model.ts";
import type { ListenerSummary } from "./listener-view.ts";

/** The events of the last 24 hours. */
export interface EventCounts {
  readonly total: number;
  /** `none`: no trigger looked at them. */
  readonly byVerdict: Readonly<Record<VerdictState | "none", number>>;
  /** Events in each of the last 60 minutes, oldest first. */
  readonly perMinute: readonly number[];
}

/** `GET /api/overview`: a part that the account may not see is a Status. */
export interface OverviewView {
  readonly listeners: readonly ListenerSummary[] | Status;
  readonly events:
    | {
        readonly all: EventCounts;
        /** By `namespace/name`; a listener that none came to is left out. */
        readonly byListener: Readonly<Record<string, EventCounts>>;
      }
    | Status;
  readonly runs:
    | { readonly active: readonly RunSummary[]; readonly failed: readonly RunSummary[]; readonly total: number }
    | Status;
}
