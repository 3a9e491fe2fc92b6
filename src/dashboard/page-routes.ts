import { stringify } from "yaml";
import type { Status } from "../api/object.ts";
import { clientFailure } from "../kube/status.ts";
import { eventApi, readEventObject } from "../triggers/event-object.ts";
import { refusalOf } from "./actions.ts";
import type { Answer } from "./answer.ts";
import type { Markup } from "./html.ts";
import { eventPage } from "./pages/event-page.ts";
import { eventsPage } from "./pages/events-page.ts";
import { problemPage } from "./pages/layout.ts";
import { logPage } from "./pages/log-page.ts";
import { overviewPage } from "./pages/overview-page.ts";
import { runPage } from "./pages/run-page.ts";
import { runsPage } from "./pages/runs-page.ts";
import { getEvent, getOverview, getRun, listEvents, listRunEvents, listRuns } from "./queries.ts";
import { act, eventFilter, type RunPath, runFilter, runPath } from "./routes.ts";
import { openRunLog } from "./run-log-lines.ts";
import { isActive, runResources } from "./run-model.ts";
import { linkTo, queryText, type SignedInVisit } from "./visit.ts";

/** Answers `GET` of a page. */
export async function answerPageGet(visit: SignedInVisit): Promise<Answer> {
  const { path, session, namespace, nowMs } = visit;
  const { client } = session;
  const [first, ...rest] = path;
  if (first === undefined) return okPage(overviewPage(visit, await getOverview(client, namespace, nowMs)));
  if (first === "events" && rest.length === 0) {
    const filter = eventFilter(visit);
    return okPage(eventsPage(visit, filter, await listEvents(client, filter, nowMs)));
  }
  if (first === "events" && (rest.length === 2 || (rest.length === 3 && rest[2] === "body"))) {
    return answerEvent(visit, { namespace: rest[0] ?? "", id: rest[1] ?? "" }, rest.length === 3);
  }
  if (first === "runs" && rest.length === 0) {
    const filter = runFilter(visit);
    return okPage(runsPage(visit, filter, await listRuns(client, filter.kind, namespace)));
  }
  const run = first === "runs" ? runPath(rest) : undefined;
  if (run !== undefined && rest.length === 3) return answerRun(visit, run);
  if (run !== undefined && rest.length === 4 && rest[3] === "logs") return answerLog(visit, run);
  if (run !== undefined && rest.length === 4 && rest[3] === "yaml") return answerYaml(visit, run);
  return problem(visit, clientFailure(404, "NotFound", "there is no such page"));
}

/** Answers `POST` of a form on a page: does it and leads to what came of it. */
export async function answerPagePost(visit: SignedInVisit, form: URLSearchParams): Promise<Answer> {
  const done = await act(visit, visit.path, form);
  if (done === undefined) return problem(visit, clientFailure(404, "NotFound", "there is no such page"));
  if (!done.ok) return problem(visit, done.error);
  const { value } = done;
  if (value.kind === "event") return { kind: "redirect", to: linkTo(visit, ["events", value.namespace, value.id]) };
  const { kind, namespace, name } = value.run;
  return { kind: "redirect", to: linkTo(visit, ["runs", kind, namespace, name]) };
}

export function problem(visit: SignedInVisit, status: Status): Answer {
  return { kind: "page", status: status.code ?? 500, content: problemPage(visit, status, visit) };
}

function okPage(content: Markup): Answer {
  return { kind: "page", status: 200, content };
}

async function answerEvent(
  visit: SignedInVisit,
  key: { readonly namespace: string; readonly id: string },
  isBodyOnly: boolean,
): Promise<Answer> {
  const { client } = visit.session;
  const [object, refused] = await Promise.all([
    getEvent(client, key),
    isBodyOnly ? undefined : refusalOf(client, "create", eventApi, key.namespace),
  ]);
  if (!object.ok) return problem(visit, object.error);
  const stored = readEventObject(object.value);
  if (!stored.ok) return problem(visit, clientFailure(500, "InternalError", stored.error));
  // Always text, whatever it claims to be: the browser must not draw it.
  if (isBodyOnly) return { kind: "text", contentType: "text/plain; charset=utf-8", body: stored.value.event.body };
  return okPage(eventPage(visit, stored.value, refused));
}

async function answerRun(visit: SignedInVisit, key: RunPath): Promise<Answer> {
  const { client } = visit.session;
  const resource = runResources[key.kind];
  const [run, events, cancel, rerun] = await Promise.all([
    getRun(client, key.kind, key),
    listRunEvents(client, key.kind, key),
    refusalOf(client, "patch", resource, key.namespace),
    refusalOf(client, "create", resource, key.namespace),
  ]);
  return run.ok
    ? okPage(runPage(visit, run.value, { events, refusals: { cancel, rerun } }))
    : problem(visit, run.error);
}

/** The run as text, without the bookkeeping of who set which field. */
async function answerYaml(visit: SignedInVisit, key: RunPath): Promise<Answer> {
  const run = await visit.session.client.get(runResources[key.kind], key);
  if (!run.ok) return problem(visit, run.error);
  const { managedFields: _fields, ...metadata } = run.value.metadata;
  return { kind: "text", contentType: "text/plain; charset=utf-8", body: stringify({ ...run.value, metadata }) };
}

async function answerLog(visit: SignedInVisit, run: RunPath): Promise<Answer> {
  const gone = new AbortController();
  const current = await getRun(visit.session.client, run.kind, run);
  if (!current.ok) return problem(visit, current.error);
  const opened = await openRunLog(visit.session.client, {
    ...run,
    task: queryText(visit, "task"),
    isFollowing: isActive(current.value),
    signal: AbortSignal.any([gone.signal, visit.session.ended]),
  });
  if (!opened.ok) return problem(visit, opened.error);
  return logPage(visit, run, { pieces: opened.value, stop: () => gone.abort() });
}
