import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { HandOver } from "./hand-over.ts";

test("values come in the order in which they were given, and a producer waits for the consumer", async () => {
  const queue = new HandOver<string>();
  let isUsed = false;
  const first = queue.give("a").then(() => {
    isUsed = true;
  });
  void queue.give("b");
  const values = queue.taken();
  deepEqual(await values.next(), { done: false, value: "a" });
  await turn();
  equal(isUsed, false);
  deepEqual(await values.next(), { done: false, value: "b" });
  await first;
  queue.close();
  deepEqual(await values.next(), { done: true, value: undefined });
});

test("what was given before the end is still used", async () => {
  const queue = new HandOver<number>();
  void queue.give(1);
  void queue.give(2);
  queue.close();
  const got: number[] = [];
  for await (const value of queue.taken()) got.push(value);
  deepEqual(got, [1, 2]);
});

test("producers do not wait for a consumer that has gone", async () => {
  const queue = new HandOver<number>();
  const all = [queue.give(1), queue.give(2)];
  for await (const _ of queue.taken()) break;
  await Promise.all(all);
  await queue.give(3);
});
