import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { WaitingRequests } from "./waiting-requests.ts";

test("requests are let in in their order", async () => {
  const requests = new WaitingRequests();
  const order: string[] = [];
  const waiting = ["a", "b", "c"].map(async (name) => order.push(`${name} ${await requests.wait()}`));
  equal(requests.count, 3);
  for (let count = 2; count >= 0; count--) {
    requests.letIn();
    equal(requests.count, count);
  }
  requests.letIn();
  await Promise.all(waiting);
  deepEqual(order, ["a true", "b true", "c true"]);
});

test("who has waited too long is not let in, nor who finds too many there", async () => {
  const impatient = new WaitingRequests(1);
  equal(await impatient.wait(), false);
  equal(impatient.count, 0);
  const requests = new WaitingRequests();
  const waiting = Array.from({ length: 256 }, () => requests.wait());
  equal(await requests.wait(), false);
  for (let request = 0; request < 256; request++) requests.letIn();
  equal((await Promise.all(waiting)).includes(false), false);
});
