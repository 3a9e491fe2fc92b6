import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { startMemoryApiServer } from "../testdata/memory-api-server.ts";

const transport = (await startMemoryApiServer()).as({ username: "admin", groups: ["system:masters"] });
const path = "/api/v1/namespaces/default/configmaps";

async function create(name: string): Promise<string> {
  const answer = await transport.send({ method: "POST", path, body: { metadata: { name } } });
  return (answer.body as { readonly metadata: { readonly resourceVersion: string } }).metadata.resourceVersion;
}

await create("a");
const version = await create("b");
await create("c");

const vectors = [
  { name: "a page of version 0 is the whole list", query: { limit: "1", resourceVersion: "0" }, want: "a b c" },
  { name: "a page of a version is of that state", query: { limit: "9", resourceVersion: version }, want: "a b" },
  { name: "the first page of one goes on", query: { limit: "1", resourceVersion: version }, want: "a …" },
  { name: "a list of a version is no older", query: { resourceVersion: version }, want: "a b c" },
  {
    name: "a page that may be newer is of the present state",
    query: { limit: "9", resourceVersion: version, resourceVersionMatch: "NotOlderThan" },
    want: "a b c",
  },
];

for (const { name, query, want } of vectors)
  test(name, async () => {
    const { body } = await transport.send({ method: "GET", path, query });
    const { items, metadata } = body as {
      readonly items: readonly { readonly metadata: { readonly name: string } }[];
      readonly metadata: { readonly continue?: string };
    };
    const names = items.map((item) => item.metadata.name);
    deepEqual([...names, ...(metadata.continue === undefined ? [] : ["…"])].join(" "), want);
  });
