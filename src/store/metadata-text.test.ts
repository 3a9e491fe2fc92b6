import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { metadataOfText } from "./metadata-text.ts";

const vectors: readonly { readonly name: string; readonly text: string; readonly metadata: unknown }[] = [
  {
    name: "after kind and apiVersion",
    text: '{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","labels":{"x":"}"}},"spec":{}}',
    metadata: { name: "a", labels: { x: "}" } },
  },
  {
    name: "quotes and backslashes in texts",
    text: '{"kind":"Pod","apiVersion":"v1","metadata":{"annotations":{"a\\"}":"\\\\"},"name":"b"}}',
    metadata: { annotations: { 'a"}': "\\" }, name: "b" },
  },
  {
    name: "of a custom kind",
    text: '{"apiVersion":"x/v1","kind":"X","metadata":{"name":"c"},"metadata2":{}}',
    metadata: { name: "c" },
  },
  {
    name: "not first: another field may hold the same words",
    text: '{"data":{"metadata":{"name":"d"}}}',
    metadata: undefined,
  },
  { name: "within a text", text: '{"kind":"\\"metadata\\":{","apiVersion":"v1"}', metadata: undefined },
  { name: "absent", text: '{"kind":"Pod"}', metadata: undefined },
];

for (const { name, text, metadata } of vectors) {
  test(`metadata of a text: ${name}`, () => deepEqual(metadataOfText(text), metadata));
}
