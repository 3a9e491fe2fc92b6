import { deepEqual, ok } from "node:assert/strict";
import { test } from "node:test";
import { runCrashTest } from "../scripts/crashtest.ts";

test("no accepted event is lost or run twice when the process is killed again and again", async () => {
  const report = await runCrashTest({ kills: 3, senders: 4, maxLifeMs: 700, log: () => {} });
  deepEqual(report.lost, []);
  deepEqual(report.duplicated, []);
  ok(report.accepted > 50, `only ${report.accepted} events were accepted`);
});
