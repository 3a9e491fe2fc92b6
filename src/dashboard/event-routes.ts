import type { K8sObject, Status } from "../api/object.ts";
import type { KubeClient } from "../kube/client.ts";
import { clientFailure } from "../kube/status.ts";
import { exportTest } from "../offline/event-export.ts";
import { err, ok, type Result } from "../result.ts";
import type { StoredEvent } from "../triggers/event-journal.ts";
import { readEventObject } from "../triggers/event-object.ts";
import { replayEvent } from "./actions.ts";
import { jsonResult } from "./answer.ts";
import { eventView } from "./event-detail.ts";
import { type EventFilter, getEvent, listEvents } from "./queries.ts";
import type { GetRoute, PostRoute } from "./route.ts";
import type { TestCaseView } from "./views/event-view.ts";
import { queryText, type Visit } from "./visit.ts";

const maxEventsOfPage = 200;
const defaultEventsOfPage = 50;
const maxReplays = 20;

export const eventRoutes: readonly (GetRoute | PostRoute)[] = [
  {
    method: "GET",
    path: "events",
    answer: async (visit) => jsonResult(await listEvents(visit.session.client, eventFilter(visit), visit.nowMs)),
  },
  {
    method: "GET",
    path: "events/:namespace/:id",
    answer: async ({ session, nowMs }, { namespace = "", id = "" }) => {
      const stored = await readStored(session.client, { namespace, id });
      if (!stored.ok) return jsonResult(stored);
      const { object, event } = stored.value;
      const replays = await listEvents(session.client, { namespace, replayOf: id, limit: maxReplays }, nowMs);
      const found = replays.ok ? replays.value.items.map(({ id, receivedAt }) => ({ id, receivedAt })) : [];
      return { kind: "json", status: 200, body: eventView(object, event, found) };
    },
  },
  {
    method: "GET",
    path: "events/:namespace/:id/test",
    answer: async ({ session }, { namespace = "", id = "" }) => {
      const stored = await readStored(session.client, { namespace, id });
      if (!stored.ok) return jsonResult(stored);
      const { text, bodyFile } = exportTest(stored.value.event);
      const body: TestCaseView = { text, bodyFile };
      return { kind: "json", status: 200, body };
    },
  },
  {
    method: "GET",
    path: "events/:namespace/:id/body",
    answer: async ({ session }, { namespace = "", id = "" }) => {
      const stored = await readStored(session.client, { namespace, id });
      if (!stored.ok) return jsonResult(stored);
      // Always text, whatever it claims to be: the browser must not draw it.
      return { kind: "text", contentType: "text/plain; charset=utf-8", body: stored.value.event.event.body };
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

/** An event as the API shows it, and read. */
export async function readStored(
  client: KubeClient,
  key: { readonly namespace: string; readonly id: string },
): Promise<Result<{ readonly object: K8sObject; readonly event: StoredEvent }, Status>> {
  const object = await getEvent(client, key);
  if (!object.ok) return object;
  const event = readEventObject(object.value);
  return event.ok
    ? ok({ object: object.value, event: event.value })
    : err(clientFailure(500, "InternalError", event.error));
}

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
