import { deepEqual, equal } from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { WebSocket } from "ws";
import type { JsonObject, JsonValue } from "../json/value.ts";
import { MemoryLog } from "../store/memory-log.ts";
import { ObjectStore } from "../store/object-store.ts";
import { ApiServer } from "./api-server.ts";
import { bootstrapObjects } from "./bootstrap.ts";
import { customDefinition } from "./crd/custom-definition.ts";
import { startHttpsServer } from "./https-server.ts";
import { createInProcessTransport } from "./in-process-transport.ts";
import { tektonDefinitions } from "./tekton-definitions.ts";

async function newServer(): Promise<ApiServer> {
  const server = new ApiServer({ store: new ObjectStore(new MemoryLog()) });
  await bootstrapObjects(server);
  return server;
}

const admin = { username: "admin", groups: ["system:masters"] };

test("an object is created, read, patched, listed, watched and deleted without a socket", async () => {
  const transport = createInProcessTransport(await newServer(), admin);
  const path = "/api/v1/namespaces/default/configmaps";
  const created = await transport.send({ method: "POST", path, body: { metadata: { name: "a" }, data: { k: "v" } } });
  equal(created.status, 201);
  const watch = await transport.watch({ method: "GET", path, query: { watch: "true", timeoutSeconds: "1" } });
  const patched = await transport.send({
    method: "PATCH",
    path: `${path}/a`,
    headers: { "content-type": "application/merge-patch+json" },
    body: { data: { x: "y" } },
  });
  equal(patched.status, 200);
  const list = (await transport.send({ method: "GET", path })).body as { readonly items: readonly JsonObject[] };
  deepEqual(
    list.items.map((item) => item["data"]),
    [{ k: "v", x: "y" }],
  );
  equal((await transport.send({ method: "DELETE", path: `${path}/a` })).status, 200);
  const types: JsonValue[] = [];
  for await (const event of watch.items) types.push((event as JsonObject)["type"]!);
  deepEqual(types, ["ADDED", "MODIFIED", "DELETED"].slice(0, types.length));
  equal((await transport.send({ method: "GET", path: `${path}/a` })).status, 404);
});

test("the same server answers over HTTP", async () => {
  const started = await startHttpsServer(await newServer(), { host: "127.0.0.1", port: 0 });
  if (!started.ok) throw new Error(started.error);
  const base = `http://127.0.0.1:${started.value.port}`;
  const answer = await fetch(`${base}/api/v1/namespaces/default/secrets`, {
    method: "POST",
    headers: { "content-type": "application/yaml" },
    body: "metadata: {name: s}\nstringData: {a: b}\n",
  });
  equal(answer.status, 201);
  const missing = await fetch(`${base}/apis/nope/v1/things`);
  equal(missing.status, 404);
  equal(await missing.text(), "404 page not found\n");
  await started.value.close();
});

test("a watch is told over a WebSocket, one event a message", async () => {
  const server = await newServer();
  const started = await startHttpsServer(server, { host: "127.0.0.1", port: 0 });
  if (!started.ok) throw new Error(started.error);
  const path = "/api/v1/namespaces/default/configmaps";
  const socket = new WebSocket(`ws://127.0.0.1:${started.value.port}${path}?watch=1&timeoutSeconds=1`, [
    "base64url.bearer.authorization.k8s.io.dA",
    "base64.binary.k8s.io",
  ]);
  const ended = once(socket, "close");
  const events: JsonObject[] = [];
  socket.on("message", (data, isBinary) => {
    equal(isBinary, false);
    events.push(JSON.parse(String(data)) as JsonObject);
  });
  await once(socket, "open");
  equal(socket.protocol, "base64.binary.k8s.io");
  const transport = createInProcessTransport(server, admin);
  await transport.send({ method: "POST", path, body: { metadata: { name: "a" } } });
  await transport.send({ method: "DELETE", path: `${path}/a` });
  await ended;
  deepEqual(
    events.map((event) => event["type"]),
    ["ADDED", "DELETED"],
  );
  await started.value.close();
});

test("namespaced resources are written within a namespace, others without one", async () => {
  const server = new ApiServer({
    store: new ObjectStore(new MemoryLog()),
    builtinCustom: tektonDefinitions(undefined),
  });
  await bootstrapObjects(server);
  const transport = createInProcessTransport(server, admin);
  const statuses: unknown[] = [];
  for (const [method, path] of [
    ["GET", "/api/v1/configmaps"],
    ["POST", "/api/v1/configmaps"],
    ["DELETE", "/api/v1/configmaps"],
    ["GET", "/api/v1/configmaps/c"],
    ["GET", "/api/v1/namespaces/default/nodes"],
    ["GET", "/api/v1/namespaces/default"],
    ["GET", "/api/v1/namespaces/default/namespaces"],
    ["GET", "/apis/tekton.dev/v1/tasks"],
    ["GET", "/apis/tekton.dev/v1/tasks/t"],
    ["POST", "/apis/tekton.dev/v1/tasks"],
    ["GET", "/apis/triggers.tekton.dev/v1beta1/namespaces/default/clustertriggerbindings"],
  ] as const) {
    const answer = await transport.send({
      method,
      path,
      ...(method === "POST" && { body: { metadata: { name: "c" } } }),
    });
    statuses.push([`${method} ${path}`, answer.status, typeof answer.body]);
  }
  deepEqual(statuses, [
    ["GET /api/v1/configmaps", 200, "object"],
    ["POST /api/v1/configmaps", 405, "object"],
    ["DELETE /api/v1/configmaps", 405, "object"],
    ["GET /api/v1/configmaps/c", 404, "object"],
    ["GET /api/v1/namespaces/default/nodes", 404, "object"],
    ["GET /api/v1/namespaces/default", 200, "object"],
    ["GET /api/v1/namespaces/default/namespaces", 404, "object"],
    ["GET /apis/tekton.dev/v1/tasks", 200, "object"],
    ["GET /apis/tekton.dev/v1/tasks/t", 404, "string"],
    ["POST /apis/tekton.dev/v1/tasks", 404, "string"],
    ["GET /apis/triggers.tekton.dev/v1beta1/namespaces/default/clustertriggerbindings", 404, "string"],
  ]);
});

test("a deprecated version warns of every use, of sub-resources too", async () => {
  const kind = customDefinition({
    group: "g.example",
    names: { plural: "olds", singular: "old", kind: "Old", listKind: "OldList", shortNames: [], categories: [] },
    namespaced: false,
    storageVersion: "v1",
    versions: [
      {
        version: "v1",
        deprecationWarning: "g.example/v1 Old is deprecated",
        subresources: [{ name: "status", kind: "Old", verbs: ["get", "patch", "update"] }],
      },
    ],
  });
  const server = new ApiServer({ store: new ObjectStore(new MemoryLog()), builtinCustom: [kind] });
  for (const path of ["olds", "olds/a", "olds/a/status"]) {
    const answer = await server.handleAs(admin, {
      method: "GET",
      path: `/apis/g.example/v1/${path}`,
      query: new URLSearchParams(),
      headers: {},
      body: { kind: "none" },
      signal: new AbortController().signal,
    });
    deepEqual(answer.warnings, ["g.example/v1 Old is deprecated"], path);
  }
});
