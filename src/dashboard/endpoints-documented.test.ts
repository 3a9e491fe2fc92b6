import { deepEqual } from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..", "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

/** Answered by the server itself, before the tables of endpoints. */
const ownEndpoints = ["session", "sign-in", "sign-out", "changes"];

test("docs/dashboard.md names every endpoint, and none that is not there", () => {
  const routes = globSync("src/dashboard/*-routes.ts", { cwd: root }).flatMap((file) => {
    const source = read(file);
    const patterns = [...source.matchAll(/\bpath: "([^"]+)"/g)].map(([, path = ""]) => path);
    const ofRuns = [...source.matchAll(/\b(?:reads|changes)Run\("([^"]*)"/g)].map(
      ([, path = ""]) => `runs/:kind/:namespace/:name${path}`,
    );
    return [...patterns, ...ofRuns];
  });
  const documented = [...read("docs/dashboard.md").matchAll(/^\| `(?:GET|POST) \/api\/([^`]+)` \|/gm)].map(
    ([, path = ""]) => path,
  );
  const variable = (path: string) => path.replaceAll(/(^|\/)(?::\w+|[A-Z]+)(?=\/|$)/g, "$1*");
  deepEqual(documented.map(variable).sort(), [...routes, ...ownEndpoints].map(variable).sort());
});
