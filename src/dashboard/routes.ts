import type { Status } from "../api/object.ts";
import { clientFailure } from "../kube/status.ts";
import { err, type Result } from "../result.ts";
import { type CancelMode, cancelModes, cancelRun, replayEvent, rerun } from "./actions.ts";
import type { EventFilter } from "./queries.ts";
import { isRunKind, type RunKind, type RunState, runStates } from "./run-model.ts";
import { queryText, type SignedInVisit } from "./visit.ts";

/** A run as paths name it. */
export interface RunPath {
  readonly kind: RunKind;
  readonly namespace: string;
  readonly name: string;
}

/** Reads `KIND/NAMESPACE/NAME`. */
export function runPath([kind, namespace, name]: readonly string[]): RunPath | undefined {
  if (!isRunKind(kind) || namespace === undefined || namespace === "" || name === undefined || name === "")
    return undefined;
  return { kind, namespace, name };
}

const maxEventsOfPage = 200;
const defaultEventsOfPage = 50;

export function eventFilter(visit: SignedInVisit): EventFilter {
  const limit = Number(queryText(visit, "limit") ?? defaultEventsOfPage);
  return {
    namespace: visit.namespace,
    listener: queryText(visit, "listener"),
    trigger: queryText(visit, "trigger"),
    verdict: queryText(visit, "verdict"),
    repository: queryText(visit, "repository"),
    since: queryText(visit, "since"),
    until: queryText(visit, "until"),
    continue: queryText(visit, "continue"),
    limit: Number.isInteger(limit) && limit > 0 ? Math.min(limit, maxEventsOfPage) : defaultEventsOfPage,
  };
}

export function runFilter(visit: SignedInVisit): { readonly kind: RunKind; readonly state: RunState | undefined } {
  const kind = queryText(visit, "kind");
  const state = queryText(visit, "state");
  return {
    kind: isRunKind(kind) ? kind : "pipelineruns",
    state: runStates.find((candidate) => candidate === state),
  };
}

/** What an action made: where to look at it. */
export type Done =
  | { readonly kind: "event"; readonly namespace: string; readonly id: string }
  | { readonly kind: "run"; readonly run: RunPath };

/** Carries out what a POST asks for; undefined when the path names no action. */
export async function act(
  visit: SignedInVisit,
  path: readonly string[],
  form: URLSearchParams,
): Promise<Result<Done, Status> | undefined> {
  const action = path.at(-1);
  const { client } = visit.session;
  if (visit.isReadOnly) {
    return err(clientFailure(403, "Forbidden", "this dashboard was started with --read-only"));
  }
  if (path[0] === "events" && path.length === 4 && action === "replay") {
    const [, namespace = "", id = ""] = path;
    const replayed = await replayEvent(client, { namespace, id });
    return replayed.ok ? { ok: true, value: { kind: "event", namespace, id: replayed.value } } : replayed;
  }
  const run = path[0] === "runs" && path.length === 5 ? runPath(path.slice(1)) : undefined;
  if (run === undefined) return undefined;
  if (action === "cancel") {
    const mode = form.get("mode") ?? "cancel";
    if (!isCancelMode(mode)) {
      return err(clientFailure(400, "BadRequest", `mode must be one of ${cancelModes.join(", ")}`));
    }
    const cancelled = await cancelRun(client, run.kind, run, mode);
    return cancelled.ok ? { ok: true, value: { kind: "run", run } } : cancelled;
  }
  if (action === "rerun") {
    const started = await rerun(client, run.kind, run);
    if (!started.ok) return started;
    return { ok: true, value: { kind: "run", run: { ...run, name: started.value.metadata.name ?? "" } } };
  }
  return undefined;
}

function isCancelMode(text: string): text is CancelMode {
  return cancelModes.some((mode) => mode === text);
}
