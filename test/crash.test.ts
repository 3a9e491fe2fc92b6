import { deepEqual, ok } from "node:assert/strict";
import { test } from "node:test";
import { type CrashWorld, runCrashTest } from "../scripts/crashtest.ts";

const vectors: readonly { readonly name: string; readonly world: CrashWorld }[] = [
  { name: "the process is killed again and again", world: "up" },
  { name: "the disk is full in between", world: "up-disk-full" },
  { name: "PostgreSQL is stopped in between", world: "up-postgres" },
  { name: "a sink's API server comes and goes", world: "remote-sink" },
];

for (const { name, world } of vectors) {
  test(`no accepted event is lost or run twice when ${name}`, async () => {
    const report = await runCrashTest({ world, kills: 3, senders: 4, maxLifeMs: 700, log: () => {} });
    deepEqual(report.lost, []);
    deepEqual(report.duplicated, []);
    ok(report.accepted > 50, `only ${report.accepted} events were accepted`);
  });
}
