import type { Status } from "../api/object.ts";
import { clientFailure } from "../kube/status.ts";
import { err, type Result } from "../result.ts";
import { type Answer, jsonResult } from "./answer.ts";
import type { ChangeFeeds } from "./change-feeds.ts";
import { changeStream } from "./change-stream.ts";
import { getEvent, getOverview, getRun, listEvents, listListeners, listRuns, type Overview } from "./queries.ts";
import { act, type Done, eventFilter, runFilter, runPath } from "./routes.ts";
import { type LogPiece, openRunLog } from "./run-log-lines.ts";
import { queryText, type SignedInVisit } from "./visit.ts";

/** Answers `GET /api/...` (docs/dashboard.md); `path` is what follows `/api`. */
export async function answerApiGet(
  visit: SignedInVisit,
  path: readonly string[],
  { feeds, lastId }: { readonly feeds: ChangeFeeds; readonly lastId: string | undefined },
): Promise<Answer> {
  const { session, namespace, nowMs } = visit;
  const { client } = session;
  const [first, ...rest] = path;
  if (first === "events" && rest.length === 2) {
    const [eventNamespace = "", id = ""] = rest;
    return jsonResult(await getEvent(client, { namespace: eventNamespace, id }));
  }
  if (first === "runs" && rest.length > 0) {
    const run = runPath(rest);
    if (run !== undefined && rest.length === 3) return jsonResult(await getRun(client, run.kind, run));
    if (run !== undefined && rest.length === 4 && rest[3] === "logs") return runLog(visit, run);
  }
  if (rest.length > 0) return unknownEndpoint();
  switch (first) {
    case "session": {
      const { userName, csrfToken } = session;
      return { kind: "json", status: 200, body: { userName, csrfToken, readOnly: visit.isReadOnly } };
    }
    case "overview":
      return { kind: "json", status: 200, body: overviewBody(await getOverview(client, namespace, nowMs)) };
    case "listeners":
      return jsonResult(listOf(await listListeners(client, namespace)));
    case "events":
      return jsonResult(await listEvents(client, eventFilter(visit), nowMs));
    case "runs": {
      const { kind, state } = runFilter(visit);
      const runs = await listRuns(client, kind, namespace);
      if (!runs.ok) return jsonResult(runs);
      const items = state === undefined ? runs.value : runs.value.filter((run) => run.state === state);
      return { kind: "json", status: 200, body: { items } };
    }
    case "changes":
      return changeStream(feeds, session, { namespace, lastId });
    default:
      return unknownEndpoint();
  }
}

/** Answers `POST /api/...`. */
export async function answerApiPost(
  visit: SignedInVisit,
  path: readonly string[],
  form: URLSearchParams,
): Promise<Answer> {
  const done = await act(visit, path, form);
  if (done === undefined) return unknownEndpoint();
  return done.ok ? { kind: "json", status: 200, body: doneBody(done.value) } : jsonResult(done);
}

export function unknownEndpoint(): Answer {
  return jsonResult(err(clientFailure(404, "NotFound", "there is no such endpoint (docs/dashboard.md lists them)")));
}

function doneBody(done: Done): unknown {
  return done.kind === "run" ? done.run : { namespace: done.namespace, id: done.id };
}

function listOf<T>(result: Result<readonly T[], Status>): Result<{ readonly items: readonly T[] }, Status> {
  return result.ok ? { ok: true, value: { items: result.value } } : result;
}

/** Each part that the account may not see has a Status in its place. */
function overviewBody({ listeners, events, runs }: Overview): unknown {
  return {
    listeners: listeners.ok ? { items: listeners.value } : listeners.error,
    events: events.ok ? events.value : events.error,
    runs: runs.ok ? runs.value : runs.error,
  };
}

async function runLog(
  visit: SignedInVisit,
  run: { readonly kind: "pipelineruns" | "taskruns"; readonly namespace: string; readonly name: string },
): Promise<Answer> {
  const gone = new AbortController();
  const opened = await openRunLog(visit.session.client, {
    ...run,
    task: queryText(visit, "task"),
    isFollowing: queryText(visit, "follow") === "true",
    signal: AbortSignal.any([gone.signal, visit.session.ended]),
  });
  if (!opened.ok) return jsonResult(opened);
  return {
    kind: "stream",
    contentType: "text/plain; charset=utf-8",
    ...(queryText(visit, "download") === "true" ? { fileName: `${run.name}.log` } : {}),
    write: async (to) => {
      to.signal.addEventListener("abort", () => gone.abort());
      let prefix = "";
      for await (const piece of opened.value) {
        prefix = piece.kind === "step" ? `[${piece.task} : ${piece.step}] ` : prefix;
        const text = pieceText(piece);
        if (text !== undefined) await to.write(`${prefix}${text}\n`);
        if (to.signal.aborted) return;
      }
    },
  };
}

function pieceText(piece: LogPiece): string | undefined {
  switch (piece.kind) {
    case "step":
      return undefined;
    case "line":
      return piece.text;
    case "problem":
      return `(${piece.status.message})`;
    default:
      return piece satisfies never;
  }
}
