import { jsonResult } from "./answer.ts";
import { getOverview } from "./overview.ts";
import { listListeners } from "./queries.ts";
import type { GetRoute } from "./route.ts";

export const overviewRoutes: readonly GetRoute[] = [
  {
    method: "GET",
    path: "overview",
    answer: async (visit) => ({
      kind: "json",
      status: 200,
      body: await getOverview(visit),
    }),
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
