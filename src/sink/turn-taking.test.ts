import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { TurnTaking } from "./turn-taking.ts";

/** Lets the event loop go round as often as all that can begin needs. */
async function rounds(): Promise<void> {
  for (let round = 0; round < 20; round++) await new Promise((resolve) => setImmediate(resolve));
}

test("no more runs at once than allowed, in the order of the calls", async () => {
  const turns = new TurnTaking(2);
  const begun: number[] = [];
  const gates = [0, 1, 2].map(() => Promise.withResolvers<void>());
  const runs = gates.map((gate, number) =>
    turns.run(async () => {
      begun.push(number);
      await gate.promise;
      return number;
    }),
  );
  await rounds();
  deepEqual(begun, [0, 1]);
  gates[1]?.resolve();
  await rounds();
  deepEqual(begun, [0, 1, 2]);
  for (const gate of gates) gate.resolve();
  deepEqual(await Promise.all(runs), [0, 1, 2]);
});

const bursts = [
  { name: "few requests hold nothing up", arriving: 7, waitedMs: 0, begun: 30, begunAfter: 30 },
  { name: "a burst goes first", arriving: 8, waitedMs: 0, begun: 0, begunAfter: 0 },
  { name: "a burst goes first until the patience ends", arriving: 8, waitedMs: 1_999, begun: 0, begunAfter: 0 },
  { name: "in a burst that lasts work begins now and then", arriving: 8, waitedMs: 2_001, begun: 1, begunAfter: 2 },
];

for (const { name, arriving, waitedMs, begun, begunAfter } of bursts) {
  test(name, async () => {
    let nowMs = 0;
    const turns = new TurnTaking(100, () => nowMs);
    for (let request = 0; request < arriving; request++) turns.arriving();
    let count = 0;
    const runs = Array.from({ length: 30 }, () => turns.run(async () => count++));
    nowMs = waitedMs;
    await rounds();
    equal(count, begun);
    for (let request = 0; request < 8; request++) {
      turns.arriving();
      turns.arrived();
    }
    await rounds();
    equal(count, begunAfter);
    for (let request = 0; request < arriving; request++) turns.arrived();
    await Promise.all(runs);
    equal(count, 30);
  });
}
