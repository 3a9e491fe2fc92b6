import type { Status } from "../api/object.ts";
import type { Result } from "../result.ts";
import { jsonResult } from "./answer.ts";
import { getOverview, listListeners } from "./queries.ts";
import type { GetRoute } from "./route.ts";
import type { OverviewView } from "./views/overview-view.ts";

export const overviewRoutes: readonly GetRoute[] = [
  {
    method: "GET",
    path: "overview",
    answer: async ({ session, namespace, nowMs }) => {
      const { listeners, events, runs } = await getOverview(session.client, namespace, nowMs);
      const body: OverviewView = {
        listeners: valueOrStatus(listeners),
        events: valueOrStatus(events),
        runs: valueOrStatus(runs),
      };
      return { kind: "json", status: 200, body };
    },
  },
  {
    method: "GET",
    path: "listeners",
    answer: async ({ session, namespace }) => {
      const listeners = await listListeners(session.client, namespace);
      return jsonResult(listeners.ok ? { ok: true, value: { items: listeners.value } } : listeners);
    },
  },
];

function valueOrStatus<T>(result: Result<T, Status>): T | Status {
  return result.ok ? result.value : result.error;
}
