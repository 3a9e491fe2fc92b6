import { deepEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { endpointNames, sessionEndpoints } from "./endpoints.ts";

test("docs/dashboard.md names every endpoint, and none that is not there", async () => {
  const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "dashboard.md"), "utf8");
  const documented = [...page.matchAll(/^\| `(GET|POST) \/api\/([^`]+)` \|/gm)].map(
    ([, method, path = ""]) => `${method} ${path.replaceAll(/[A-Z]+/g, "*")}`,
  );
  const ofSession = [...sessionEndpoints].map((path) => `${path.startsWith("sign") ? "POST" : "GET"} ${path}`);
  const own = (await endpointNames()).map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, "*")}`);
  deepEqual(documented.sort(), [...own, ...ofSession].sort());
});
