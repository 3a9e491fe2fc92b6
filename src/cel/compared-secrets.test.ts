import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { comparedSecrets } from "./compared-secrets.ts";

const vectors = [
  { source: "header.canonical('X').compareSecret('key', 'name')", want: [{ name: "name", key: "key" }] },
  { source: "has(body.a) && [1].all(x, 'a'.compareSecret('k', 'n', 'ns'))", want: [{ name: "n", key: "k" }] },
  { source: "'a'.compareSecret(body.key, 'name')", want: [] },
  { source: "'a' == 'b'", want: [] },
  { source: "body.", want: [] },
];

for (const { source, want } of vectors) test(`secrets of ${source}`, () => deepEqual(comparedSecrets(source), want));
