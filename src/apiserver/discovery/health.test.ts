import { equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { MemoryLog } from "../../store/memory-log.ts";
import { ObjectStore } from "../../store/object-store.ts";
import { ApiServer } from "../api-server.ts";

test("checks that are left out are told, and those that do not exist", async () => {
  const server = new ApiServer({ store: new ObjectStore(new MemoryLog()) });
  const answer = await server.handle({
    method: "GET",
    path: "/livez",
    query: new URLSearchParams("verbose&exclude=ping&exclude=pong"),
    headers: {},
    body: { kind: "bytes", bytes: new Uint8Array() },
    signal: AbortSignal.abort(),
  });
  ok(answer.kind === "text");
  const lines = String(answer.body).split("\n");
  equal(lines[0], "[+]ping excluded: ok");
  equal(lines[1], "[+]log ok");
  equal(lines.at(-3), 'warn: some health checks cannot be excluded: no matches for "pong"');
  equal(lines.at(-2), "livez check passed");
});
