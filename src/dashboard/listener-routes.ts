import { ok } from "../result.ts";
import { jsonResult } from "./answer.ts";
import { getListener, listListeners } from "./listener-queries.ts";
import { listObjectEvents } from "./object-events.ts";
import type { Route } from "./route.ts";

export const listenerRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "listeners",
    answer: async ({ client, namespace }) => {
      const listeners = await listListeners(client, namespace);
      return jsonResult(listeners.ok ? ok({ items: listeners.value }) : listeners);
    },
  },
  {
    method: "GET",
    path: "listeners/:namespace/:name",
    answer: async ({ client }, { namespace = "", name = "" }) =>
      jsonResult(await getListener(client, { namespace, name })),
  },
  {
    method: "GET",
    path: "listeners/:namespace/:name/events",
    answer: async ({ client }, { namespace = "", name = "" }) => {
      const events = await listObjectEvents(client, { kind: "EventListener", namespace, name });
      return jsonResult(events.ok ? ok({ items: events.value }) : events);
    },
  },
];
