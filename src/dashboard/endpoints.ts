import type { JsonObject } from "../json/value.ts";
import type { EndpointAnswer } from "./answer.ts";
import { matchPath, type Route, refusal } from "./route.ts";
import type { Visit } from "./visit.ts";

/** The tables of endpoints by the first segment below `/api`; each is loaded when it is first asked for. */
const tables: Readonly<Record<string, () => Promise<readonly Route[]>>> = {
  configuration: async () => (await import("./configuration-routes.ts")).configurationRoutes,
  doctor: async () => (await import("./configuration-routes.ts")).configurationRoutes,
  events: async () => (await import("./event-routes.ts")).eventRoutes,
  listeners: async () => (await import("./listener-routes.ts")).listenerRoutes,
  namespaces: async () => (await import("./permission-routes.ts")).permissionRoutes,
  overview: async () => (await import("./overview-routes.ts")).overviewRoutes,
  permissions: async () => (await import("./permission-routes.ts")).permissionRoutes,
  playground: async () => (await import("./playground-routes.ts")).playgroundRoutes,
  runs: async () => (await import("./run-routes.ts")).runRoutes,
  yaml: async () => (await import("./configuration-routes.ts")).configurationRoutes,
};

/** How an endpoint is asked. */
export type EndpointCall =
  | { readonly method: "GET" }
  | {
      readonly method: "POST";
      readonly body: JsonObject;
      /** Nothing may be changed. */
      readonly isReadOnly: boolean;
    };

/**
 * Answers an endpoint (docs/dashboard.md) with the rights of who asks. The page gets here over HTTP with a session, the
 * commands through `LocalEndpoints`.
 */
export async function answerEndpoint(visit: Visit, call: EndpointCall): Promise<EndpointAnswer> {
  for (const route of await routesBelow(visit.path[0] ?? "")) {
    const values = route.method === call.method ? matchPath(route.path, visit.path) : undefined;
    if (values === undefined) continue;
    if (route.method === "GET") return route.answer(visit, values);
    if (call.method === "GET") continue;
    if (route.isChange && call.isReadOnly) {
      return refusal(403, "Forbidden", "this dashboard was started with --read-only");
    }
    return route.answer(visit, values, call.body);
  }
  return refusal(404, "NotFound", "there is no such endpoint (docs/dashboard.md lists them)");
}

async function routesBelow(first: string): Promise<readonly Route[]> {
  const load = Object.hasOwn(tables, first) ? tables[first] : undefined;
  return load === undefined ? [] : load();
}

/** Endpoints that are about a browser's session, which the server answers itself. */
export const sessionEndpoints: ReadonlySet<string> = new Set(["sign-in", "sign-out", "session", "changes"]);

/** All other endpoints, their paths as patterns: `events/:namespace/:id`. */
export async function endpointNames(): Promise<readonly Pick<Route, "method" | "path">[]> {
  const loaded = await Promise.all(Object.values(tables).map((load) => load()));
  return [...new Set(loaded.flat())];
}
