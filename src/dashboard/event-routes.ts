import { exportRequest, exportTest } from "../offline/event-export.ts";
import { ok } from "../result.ts";
import type { StoredEvent } from "../triggers/event-journal.ts";
import { type EndpointAnswer, jsonResult } from "./answer.ts";
import { eventView } from "./event-detail.ts";
import { eventSummary } from "./event-model.ts";
import { type EventFilter, followEvents, getEvent, listEvents, readStored } from "./event-queries.ts";
import { replayEvent } from "./replay-event.ts";
import { type Route, refusal } from "./route.ts";
import type { EventPage, TestCaseView } from "./views/event-view.ts";
import { isFullView, queryText, type Visit } from "./visit.ts";

const maxEventsOfPage = 200;
const defaultEventsOfPage = 50;
const maxReplays = 20;

export const eventRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "events",
    answer: (visit) => (queryText(visit, "follow") === "true" ? followedEvents(visit) : eventPage(visit)),
  },
  {
    method: "GET",
    path: "events/:namespace/:id",
    answer: async (visit, { namespace = "", id = "" }) => {
      const { client, nowMs } = visit;
      if (isFullView(visit)) return jsonResult(await getEvent(client, { namespace, id }));
      const stored = await readStored(client, { namespace, id });
      if (!stored.ok) return jsonResult(stored);
      const { object, event } = stored.value;
      const replays = await listEvents(client, { namespace, replayOf: id, limit: maxReplays }, nowMs);
      const found = (replays.ok ? replays.value.items : [])
        .map(eventSummary)
        .map(({ id, receivedAt }) => ({ id, receivedAt }));
      return jsonResult(ok(eventView(object, event, found)));
    },
  },
  {
    method: "GET",
    path: "events/:namespace/:id/test",
    answer: (visit, key) =>
      onStored(visit, key, (event) => {
        const { text, bodyFile } = exportTest(event);
        return jsonResult(ok({ text, bodyFile } satisfies TestCaseView));
      }),
  },
  {
    method: "GET",
    path: "events/:namespace/:id/request",
    answer: (visit, key) => onStored(visit, key, (event) => plainText(exportRequest(event))),
  },
  {
    method: "GET",
    path: "events/:namespace/:id/body",
    answer: (visit, key) => onStored(visit, key, ({ event }) => plainText(event.body)),
  },
  {
    method: "POST",
    path: "events/:namespace/:id/replay",
    isChange: true,
    answer: async ({ client }, { namespace = "", id = "" }, { listener }) => {
      if (listener !== undefined && typeof listener !== "string") {
        return refusal(400, "BadRequest", "listener must be the name of an EventListener");
      }
      const replayed = await replayEvent(client, { namespace, id }, listener);
      return jsonResult(replayed.ok ? ok({ namespace, id: replayed.value }) : replayed);
    },
  },
];

async function eventPage(visit: Visit): Promise<EndpointAnswer> {
  const limit = Number(queryText(visit, "limit") ?? defaultEventsOfPage);
  const isFull = isFullView(visit);
  const page = await listEvents(
    visit.client,
    {
      ...eventFilter(visit),
      continue: queryText(visit, "continue"),
      limit: Number.isInteger(limit) && limit > 0 ? Math.min(limit, maxEventsOfPage) : defaultEventsOfPage,
      isFull,
    },
    visit.nowMs,
  );
  if (!page.ok || isFull) return jsonResult(page);
  const { items, continue: next } = page.value;
  return jsonResult(ok({ items: items.map(eventSummary), continue: next } satisfies EventPage));
}

async function followedEvents(visit: Visit): Promise<EndpointAnswer> {
  const records = await followEvents(visit.client, eventFilter(visit), visit);
  return records.ok ? { kind: "records", records: records.value } : jsonResult(records);
}

async function onStored(
  { client }: Visit,
  { namespace = "", id = "" }: Readonly<Record<string, string>>,
  answer: (event: StoredEvent) => EndpointAnswer,
): Promise<EndpointAnswer> {
  const stored = await readStored(client, { namespace, id });
  return stored.ok ? answer(stored.value.event) : jsonResult(stored);
}

/** Always plain text, whatever it claims to be: the browser must not draw it. */
function plainText(body: Uint8Array): EndpointAnswer {
  return { kind: "text", contentType: "text/plain; charset=utf-8", body };
}

function eventFilter(visit: Visit): EventFilter {
  return {
    namespace: visit.namespace,
    listener: queryText(visit, "listener"),
    trigger: queryText(visit, "trigger"),
    verdict: queryText(visit, "verdict"),
    repository: queryText(visit, "repository"),
    text: queryText(visit, "text"),
    since: queryText(visit, "since"),
    until: queryText(visit, "until"),
  };
}
