import { equal } from "node:assert/strict";
import { test } from "node:test";
import { startMemoryApiServer } from "./testdata/memory-api-server.ts";

const { admin, as } = await startMemoryApiServer();
const core = { group: "", version: "v1" };
const put = await admin.create(
  { ...core, resource: "serviceaccounts" },
  { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "robot", namespace: "default" } },
);
if (!put.ok) throw new Error(put.error.message);
const transport = as({ username: "admin", groups: ["system:masters"] });

const vectors = [
  { method: "GET", path: "serviceaccounts/robot/token" },
  { method: "PUT", path: "serviceaccounts/robot/token" },
  { method: "GET", path: "pods/p/eviction" },
  { method: "GET", path: "pods/p/binding" },
  { method: "DELETE", path: "pods/p/exec" },
  { method: "POST", path: "pods/p/log" },
  { method: "POST", path: "pods/p/status" },
] as const;

for (const { method, path } of vectors)
  test(`${method} of ${path} is not allowed: the right to do it is not the right to act`, async () => {
    const answer = await transport.send({ method, path: `/api/v1/namespaces/default/${path}`, body: {} });
    equal(answer.status, 405);
  });

test("a token is created with POST", async () => {
  const path = "/api/v1/namespaces/default/serviceaccounts/robot/token";
  equal((await transport.send({ method: "POST", path, body: { spec: {} } })).status, 201);
});
