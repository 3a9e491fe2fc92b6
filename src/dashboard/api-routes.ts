import type { JsonObject } from "../json/value.ts";
import type { Answer } from "./answer.ts";
import type { ChangeFeeds } from "./change-feeds.ts";
import { changeStream } from "./change-stream.ts";
import { configurationRoutes } from "./configuration-routes.ts";
import { eventRoutes } from "./event-routes.ts";
import { overviewRoutes } from "./overview-routes.ts";
import { permissionRoutes } from "./permission-routes.ts";
import { playgroundRoutes } from "./playground-routes.ts";
import { type GetRoute, matchPath, type PostRoute, refusal } from "./route.ts";
import { runRoutes } from "./run-routes.ts";
import type { Visit } from "./visit.ts";

/** All endpoints below `/api` for those who have signed in (docs/dashboard.md). */
const routes: readonly (GetRoute | PostRoute)[] = [
  ...overviewRoutes,
  ...configurationRoutes,
  ...eventRoutes,
  ...runRoutes,
  ...permissionRoutes,
  ...playgroundRoutes,
];

/** Answers `GET /api/...`. */
export async function answerGet(
  visit: Visit,
  { feeds, lastId }: { readonly feeds: ChangeFeeds; readonly lastId: string | undefined },
): Promise<Answer> {
  if (visit.path.join("/") === "changes") {
    return changeStream(feeds, visit.session, { namespace: visit.namespace, lastId });
  }
  for (const route of routes) {
    const values = route.method === "GET" ? matchPath(route.path, visit.path) : undefined;
    if (route.method === "GET" && values !== undefined) return route.answer(visit, values);
  }
  return unknownEndpoint();
}

/** Answers `POST /api/...`. */
export async function answerPost(visit: Visit, body: JsonObject): Promise<Answer> {
  for (const route of routes) {
    const values = route.method === "POST" ? matchPath(route.path, visit.path) : undefined;
    if (route.method !== "POST" || values === undefined) continue;
    if (route.isChange && visit.isReadOnly) {
      return refusal(403, "Forbidden", "this dashboard was started with --read-only");
    }
    return route.answer(visit, values, body);
  }
  return unknownEndpoint();
}

function unknownEndpoint(): Answer {
  return refusal(404, "NotFound", "there is no such endpoint (docs/dashboard.md lists them)");
}
