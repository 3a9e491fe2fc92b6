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

test("what comes begins once all that wait have got a turn, in the order of the calls", async () => {
  const turns = new TurnTaking(2);
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const run = (name: string) =>
    turns.run(async () => {
      order.push(name);
      await gate.promise;
    });
  const begin = (name: string, runs: number) =>
    turns.begin(() => {
      order.push(`begins ${name}`);
      for (let number = 0; number < runs; number++) void run(`${name}${number}`);
    });
  begin("a", 3);
  begin("b", 0);
  begin("c", 1);
  await rounds();
  deepEqual(order, ["begins a", "a0", "a1"]);
  gate.resolve();
  await rounds();
  deepEqual(order.slice(3), ["begins b", "begins c", "a2", "c0"]);
});

test("what begins has waited since it was announced", async () => {
  let nowMs = 0;
  const turns = new TurnTaking(100, { nowMs: () => nowMs });
  for (let request = 0; request < 8; request++) turns.arriving();
  let count = 0;
  turns.begin(() => {
    for (let run = 0; run < 2; run++) void turns.run(async () => count++);
  });
  nowMs = 1_999;
  await rounds();
  equal(count, 0);
  nowMs = 2_001;
  for (let start = 1; start <= 2; start++) {
    for (let request = 0; request < 8; request++) {
      turns.arriving();
      turns.arrived();
    }
    await rounds();
    equal(count, start);
  }
});

test("a burst goes on over the moments in which few requests are being taken in", async () => {
  let nowMs = 0;
  const turns = new TurnTaking(100, { nowMs: () => nowMs });
  let count = 0;
  const run = turns.run(async () => count++);
  for (const lull of [0, 9, 9]) {
    nowMs += lull;
    for (let request = 0; request < 8; request++) turns.arriving();
    for (let request = 0; request < 8; request++) turns.arrived();
    equal(turns.isBurst, true);
    await rounds();
    equal(count, 0);
  }
  nowMs += 10;
  equal(turns.isBurst, false);
  await run;
  equal(count, 1);
});

test("when much is in line a request is let in for each piece of work that begins, also in a burst", async () => {
  const turns = new TurnTaking(1, { crowd: 2 });
  equal(turns.room(), undefined);
  const gate = Promise.withResolvers<void>();
  for (let number = 0; number < 3; number++) turns.begin(() => void turns.run(() => gate.promise));
  for (let request = 0; request < 8; request++) turns.arriving();
  const isIn: boolean[] = [];
  for (let request = 0; request < 2; request++) void turns.room()?.then((is) => isIn.push(is));
  await rounds();
  deepEqual(isIn, [true]);
  gate.resolve();
  await rounds();
  deepEqual(isIn, [true, true]);
  equal(turns.room(), undefined);
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
    const turns = new TurnTaking(100, { nowMs: () => nowMs });
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
    nowMs += 10;
    await Promise.all(runs);
    equal(count, 30);
  });
}
