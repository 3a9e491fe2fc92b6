import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { pathSegments } from "./visit.ts";

test("paths are decoded segment by segment", () => {
  deepEqual(pathSegments("/runs/a%2Fb/"), ["runs", "a/b"]);
  deepEqual(pathSegments("/"), []);
  equal(pathSegments("/%zz"), undefined);
});
