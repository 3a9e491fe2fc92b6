import { ok } from "../result.ts";
import { jsonResult } from "./answer.ts";
import { getOverview } from "./overview.ts";
import type { Route } from "./route.ts";

export const overviewRoutes: readonly Route[] = [
  { method: "GET", path: "overview", answer: async (visit) => jsonResult(ok(await getOverview(visit))) },
];
