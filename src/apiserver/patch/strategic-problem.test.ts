import { equal } from "node:assert/strict";
import { test } from "node:test";
import type { JsonValue } from "../../json/value.ts";
import { MemoryLog } from "../../store/memory-log.ts";
import { ObjectStore } from "../../store/object-store.ts";
import { ApiServer } from "../api-server.ts";
import { bootstrapObjects } from "../bootstrap.ts";
import { createInProcessTransport } from "../in-process-transport.ts";

const server = new ApiServer({ store: new ObjectStore(new MemoryLog()) });
await bootstrapObjects(server);
const transport = createInProcessTransport(server, { username: "admin", groups: ["system:masters"] });
const path = "/api/v1/namespaces/default/configmaps";
await transport.send({ method: "POST", path, body: { metadata: { name: "c" } } });

const vectors: readonly { readonly patch: JsonValue; readonly strict?: boolean; readonly want: string }[] = [
  { patch: { data: { a: 1000000 } }, want: '"map[data:map[a:1000000]]": cannot convert int64 to string' },
  {
    patch: { data: { a: { b: [true] } } },
    want: '"map[data:map[a:map[b:[true]]]]": cannot convert map[string]interface {} to string',
  },
  { patch: { data: "x" }, want: '"map[data:x]": cannot restore map from string' },
  { patch: { immutable: "x" }, want: '"map[immutable:x]": cannot convert string to bool' },
  {
    patch: { metadata: { finalizers: 5 } },
    want: '"map[metadata:map[finalizers:5]]": cannot restore slice from int64',
  },
  { patch: { foo: 5 }, strict: true, want: '"map[foo:5]": strict decoding error: unknown field "foo"' },
];
for (const { patch, strict, want } of vectors)
  test(`a strategic merge of ${JSON.stringify(patch)} is refused`, async () => {
    const answer = await transport.send({
      method: "PATCH",
      path: `${path}/c`,
      query: strict === true ? { fieldValidation: "Strict" } : {},
      headers: { "content-type": "application/strategic-merge-patch+json" },
      body: patch,
    });
    equal(answer.status, 422);
    equal((answer.body as { message: string }).message, ` "" is invalid: patch: Invalid value: ${want}`);
  });
