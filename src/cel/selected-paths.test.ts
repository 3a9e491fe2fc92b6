import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { selectedPaths } from "./selected-paths.ts";

const vectors = [
  { source: "body.ref == 'x' && body.a.b.startsWith('y')", want: ["body.ref", "body.a.b"] },
  { source: "has(body.maybe) || body.sure", want: ["body.sure"] },
  { source: "body.commits.exists(c, c.id == body.after)", want: ["body.commits"] },
  { source: "header.match('X', 'y')", want: [] },
  { source: "body.list[0].name == extensions.x", want: ["body.list", "extensions.x"] },
  { source: "body.", want: [] },
];

for (const { source, want } of vectors) test(`paths of ${source}`, () => deepEqual(selectedPaths(source), want));
