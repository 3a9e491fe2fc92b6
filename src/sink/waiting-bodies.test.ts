import { equal, rejects } from "node:assert/strict";
import { test } from "node:test";
import { EventBody } from "../triggers/trigger-event.ts";
import { type BodyClaim, WaitingBodies } from "./waiting-bodies.ts";

const stored = (reads: string[]) => ({
  bodies: async (ids: readonly string[]) => {
    reads.push(ids.join("+"));
    return new Map(ids.filter((id) => id !== "gone").map((id) => [id, Buffer.from(`{"id":"${id}"}`)]));
  },
});

/** The only claim on the body of an event. */
function claimOf(bodies: WaitingBodies, id: string): BodyClaim {
  const body = bodies.keep(id, new EventBody(`{"id":"${id}"}`));
  const claim = body.claim();
  body.release();
  return claim;
}

test("bodies beyond the bound come from the journal, once for those who need it at the same time", async () => {
  const reads: string[] = [];
  const bodies = new WaitingBodies(stored(reads), 20);
  const claim = (id: string) => claimOf(bodies, id);
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
  other.release();
  equal((await one.read()).text, '{"id":"a"}');
  equal(reads.join(), "");
  body.release();
  equal((await one.read()).text, '{"id":"a"}');
  equal(reads.join(), "a");
  await claimOf(bodies, "b").read();
  equal(reads.join(), "a");
});

test("an event that no trigger claims takes nothing of the bound", async () => {
  const reads: string[] = [];
  const bodies = new WaitingBodies(stored(reads), 10);
  bodies.keep("a", new EventBody('{"id":"a"}')).release();
  await claimOf(bodies, "b").read();
  equal(reads.join(), "");
});

test("a body that is nowhere is told", async () => {
  const bodies = new WaitingBodies(stored([]), 0);
  await rejects(claimOf(bodies, "gone").read(), /body of event gone is gone from the journal/);
});
