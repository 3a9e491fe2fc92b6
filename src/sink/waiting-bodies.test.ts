import { equal, rejects } from "node:assert/strict";
import { test } from "node:test";
import { EventBody } from "../triggers/trigger-event.ts";
import { WaitingBodies } from "./waiting-bodies.ts";

const stored = (reads: string[]) => ({
  bodies: async (ids: readonly string[]) => {
    reads.push(ids.join("+"));
    return new Map(ids.filter((id) => id !== "gone").map((id) => [id, Buffer.from(`{"id":"${id}"}`)]));
  },
});

test("bodies beyond the bound come from the journal, once for those who need it at the same time", async () => {
  const reads: string[] = [];
  const bodies = new WaitingBodies(stored(reads), 20);
  const claim = (id: string) => bodies.keep(id, new EventBody(`{"id":"${id}"}`)).claim();
  const first = claim("a");
  const second = claim("b");
  const third = claim("c");
  equal((await first.read()).text, '{"id":"a"}');
  equal((await second.read()).text, '{"id":"b"}');
  equal(reads.join(), "");
  const read = await third.read();
  equal(read.text, '{"id":"c"}');
  equal(await third.read(), read);
  equal(reads.join(), "c");
  first.release();
  first.release();
  await claim("d").read();
  equal(reads.join(), "c");
  await claim("e").read();
  equal(reads.join(), "c,e");
  await Promise.all(["f", "g"].map((id) => claim(id).read()));
  equal(reads.join(), "c,e,f+g");
});

test("behind the last trigger that claims it a body is given up, and read from the journal after all", async () => {
  const reads: string[] = [];
  const bodies = new WaitingBodies(stored(reads), 10);
  const body = bodies.keep("a", new EventBody('{"id":"a"}'));
  const [one, other] = [body.claim(), body.claim()];
  one.release();
  equal((await one.read()).text, '{"id":"a"}');
  equal(reads.join(), "");
  other.release();
  equal((await one.read()).text, '{"id":"a"}');
  equal(reads.join(), "a");
  await bodies.keep("b", new EventBody('{"id":"b"}')).claim().read();
  equal(reads.join(), "a");
});

test("an event that no trigger claims takes nothing of the bound", async () => {
  const reads: string[] = [];
  const bodies = new WaitingBodies(stored(reads), 10);
  bodies.keep("a", new EventBody('{"id":"a"}'));
  await bodies.keep("b", new EventBody('{"id":"b"}')).claim().read();
  equal(reads.join(), "");
});

test("a body that is nowhere is told", async () => {
  const bodies = new WaitingBodies(stored([]), 0);
  await rejects(bodies.keep("gone", new EventBody("{}")).claim().read(), /body of event gone is gone from the journal/);
});
