import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { K8sObject } from "../api/object.ts";
import { KubeClient } from "../kube/client.ts";
import type { KubeTransport } from "../kube/transport.ts";
import { RunIndex } from "./run-index.ts";

function run(name: string, second: number): K8sObject {
  const startTime = `2026-01-01T00:00:${String(second).padStart(2, "0")}Z`;
  return {
    apiVersion: "tekton.dev/v1",
    kind: "PipelineRun",
    metadata: { namespace: "ci", name },
    status: { startTime },
  };
}

/** A server that lists these runs when it is let to. */
function server(items: readonly K8sObject[]) {
  let lists = 0;
  let gate = Promise.resolve();
  const transport = {
    send: async () => {
      lists++;
      const body = { metadata: { resourceVersion: "1" }, items: [...items] };
      await gate;
      return { status: 200, headers: {}, body };
    },
  } as unknown as KubeTransport;
  return {
    client: new KubeClient(transport),
    lists: () => lists,
    hold: () => {
      const held = Promise.withResolvers<void>();
      gate = held.promise;
      return held.resolve;
    },
  };
}

async function names(index: RunIndex): Promise<readonly string[]> {
  const listed = await index.list();
  return listed.ok ? listed.value.map(({ name }) => name) : [];
}

test("without being followed runs are read each time; followed they are read once and kept as changes say", async () => {
  const { client, lists } = server([run("old", 1), run("new", 5)]);
  const index = new RunIndex(client, "pipelineruns", "ci");
  deepEqual(await names(index), ["new", "old"]);
  deepEqual(await names(index), ["new", "old"]);
  equal(lists(), 2);
  index.follow(true);
  deepEqual(await Promise.all([names(index), names(index)]), [
    ["new", "old"],
    ["new", "old"],
  ]);
  index.apply({ type: "ADDED", object: run("newest", 9) });
  index.apply({ type: "DELETED", object: run("old", 1) });
  deepEqual(await names(index), ["newest", "new"]);
  equal(lists(), 3);
  // Changes may have been missed.
  index.follow(true);
  deepEqual(await names(index), ["new", "old"]);
  equal(lists(), 4);
});

test("changes that come while runs are read are not lost, nor kept when following begins anew meanwhile", async () => {
  const { client, lists, hold } = server([run("a", 1)]);
  const index = new RunIndex(client, "pipelineruns", "ci");
  index.follow(true);
  let release = hold();
  const first = names(index);
  index.apply({ type: "ADDED", object: run("b", 2) });
  release();
  deepEqual(await first, ["b", "a"]);
  equal(lists(), 1);
  index.follow(true);
  release = hold();
  const second = names(index);
  index.follow(true);
  release();
  deepEqual(await second, ["a"]);
  deepEqual(await names(index), ["a"]);
  equal(lists(), 3);
});
