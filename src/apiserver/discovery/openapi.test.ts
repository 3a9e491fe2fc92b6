import { equal, match } from "node:assert/strict";
import { test } from "node:test";
import { MemoryLog } from "../../store/memory-log.ts";
import { ObjectStore } from "../../store/object-store.ts";
import { ApiServer } from "../api-server.ts";
import type { PipelineResponse } from "../pipeline.ts";
import { openApiProtobufAccept } from "./openapi-protobuf.ts";

const server = new ApiServer({ store: new ObjectStore(new MemoryLog()) });

function ask(path: string, headers: Readonly<Record<string, string>>): Promise<PipelineResponse> {
  return server.handle({
    method: "GET",
    path,
    query: new URLSearchParams(),
    headers,
    body: { kind: "bytes", bytes: new Uint8Array() },
    signal: AbortSignal.abort(),
  });
}

const documents = [
  { path: "/openapi/v3", accept: "*/*" },
  { path: "/openapi/v3/api/v1", accept: "application/json" },
  { path: "/openapi/v2", accept: "application/json" },
  { path: "/openapi/v2", accept: openApiProtobufAccept },
];

for (const { path, accept } of documents)
  test(`${path} as ${accept} is not sent again to who has it`, async () => {
    const first = await ask(path, { accept });
    const etag = first.headers?.["etag"] ?? "";
    match(etag, /^"[0-9A-F]{128}"$/);
    equal(first.status, 200);
    const second = await ask(path, { accept, "if-none-match": etag });
    equal(second.status, 304);
    equal((await ask(path, { accept, "if-none-match": '"other"' })).status, 200);
  });
