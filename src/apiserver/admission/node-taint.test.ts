import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../json/value.ts";
import { MemoryLog } from "../../store/memory-log.ts";
import { ObjectStore } from "../../store/object-store.ts";
import { ApiServer } from "../api-server.ts";
import { createInProcessTransport } from "../in-process-transport.ts";
import { NodeTaint } from "./node-taint.ts";

test("a Node is registered with its status, not ready yet, and found by whether Pods may come to it", async () => {
  const server = new ApiServer({ store: new ObjectStore(new MemoryLog()), admission: [new NodeTaint()] });
  const transport = createInProcessTransport(server, { username: "admin", groups: [] });
  const made = await transport.send({
    method: "POST",
    path: "/api/v1/nodes",
    body: {
      metadata: { name: "n1" },
      spec: { taints: [{ key: "a", effect: "NoExecute" }] },
      status: { capacity: { cpu: "4" }, conditions: [{ type: "Ready", status: "True" }] },
    },
  });
  const { spec, status } = made.body as { readonly spec: JsonObject; readonly status: JsonObject };
  deepEqual(spec["taints"], [
    { key: "a", effect: "NoExecute" },
    { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" },
  ]);
  deepEqual([status["capacity"], status["allocatable"]], [{ cpu: "4" }, { cpu: "4" }]);
  for (const [unschedulable, want] of [
    ["false", 1],
    ["true", 0],
  ] as const) {
    const query = { fieldSelector: `spec.unschedulable=${unschedulable}` };
    const listed = await transport.send({ method: "GET", path: "/api/v1/nodes", query });
    deepEqual((listed.body as { readonly items: readonly unknown[] }).items.length, want);
  }
});
