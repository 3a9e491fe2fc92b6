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
  const first = bodies.keep("a", new EventBody('{"id":"a"}'));
  const second = bodies.keep("b", new EventBody('{"id":"b"}'));
  const third = bodies.keep("c", new EventBody('{"id":"c"}'));
  equal((await first.read()).text, '{"id":"a"}');
  equal((await second.read()).text, '{"id":"b"}');
  equal(reads.join(), "");
  const read = await third.read();
  equal(read.text, '{"id":"c"}');
  equal(await third.read(), read);
  equal(reads.join(), "c");
  first.release();
  first.release();
  await bodies.keep("d", new EventBody('{"id":"d"}')).read();
  equal(reads.join(), "c");
  await bodies.keep("e", new EventBody('{"id":"e"}')).read();
  equal(reads.join(), "c,e");
  await Promise.all(["f", "g"].map((id) => bodies.keep(id, new EventBody(`{"id":"${id}"}`)).read()));
  equal(reads.join(), "c,e,f+g");
});

test("a body that is nowhere is told", async () => {
  const bodies = new WaitingBodies(stored([]), 0);
  await rejects(bodies.keep("gone", new EventBody("{}")).read(), /body of event gone is gone from the journal/);
});
