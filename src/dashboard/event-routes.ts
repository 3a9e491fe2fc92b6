import { clientFailure } from "../kube/status.ts";
import { err } from "../result.ts";
import { readEventObject } from "../triggers/event-object.ts";
import { replayEvent } from "./actions.ts";
import { jsonResult } from "./answer.ts";
import { type EventFilter, getEvent, listEvents } from "./queries.ts";
import type { GetRoute, PostRoute } from "./route.ts";
import { queryText, type Visit } from "./visit.ts";

const maxEventsOfPage = 200;
const defaultEventsOfPage = 50;

export const eventRoutes: readonly (GetRoute | PostRoute)[] = [
  {
    method: "GET",
    path: "events",
    answer: async (visit) => jsonResult(await listEvents(visit.session.client, eventFilter(visit), visit.nowMs)),
  },
  {
    method: "GET",
    path: "events/:namespace/:id",
    answer: async ({ session }, { namespace = "", id = "" }) =>
      jsonResult(await getEvent(session.client, { namespace, id })),
  },
  {
    method: "GET",
    path: "events/:namespace/:id/body",
    answer: async ({ session }, { namespace = "", id = "" }) => {
      const object = await getEvent(session.client, { namespace, id });
      if (!object.ok) return jsonResult(object);
      const stored = readEventObject(object.value);
      if (!stored.ok) return jsonResult(err(clientFailure(500, "InternalError", stored.error)));
      // Always text, whatever it claims to be: the browser must not draw it.
      return { kind: "text", contentType: "text/plain; charset=utf-8", body: stored.value.event.body };
    },
  },
  {
    method: "POST",
    path: "events/:namespace/:id/replay",
    isChange: true,
    answer: async ({ session }, { namespace = "", id = "" }) => {
      const replayed = await replayEvent(session.client, { namespace, id });
      return jsonResult(replayed.ok ? { ok: true, value: { namespace, id: replayed.value } } : replayed);
    },
  },
];

function eventFilter(visit: Visit): EventFilter {
  const limit = Number(queryText(visit, "limit") ?? defaultEventsOfPage);
  return {
    namespace: visit.namespace,
    listener: queryText(visit, "listener"),
    trigger: queryText(visit, "trigger"),
    verdict: queryText(visit, "verdict"),
    repository: queryText(visit, "repository"),
    text: queryText(visit, "text"),
    since: queryText(visit, "since"),
    until: queryText(visit, "until"),
    continue: queryText(visit, "continue"),
    limit: Number.isInteger(limit) && limit > 0 ? Math.min(limit, maxEventsOfPage) : defaultEventsOfPage,
  };
}
