import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { Artifacts } from "../api/pipelines/runs.ts";
import { artifactText, mergeArtifacts, parseArtifacts } from "./artifacts.ts";

const texts: readonly { readonly text: string; readonly want: Artifacts | undefined }[] = [
  { text: "", want: undefined },
  { text: "[]", want: undefined },
  { text: "{}", want: {} },
  { text: '{"outputs": "x", "inputs": [1]}', want: {} },
  {
    text: '{"outputs": [{"name": "i", "buildOutput": true, "values": [{"uri": "u", "digest": {"b": "2", "a": "1", "c": 3}}]}]}',
    want: { outputs: [{ name: "i", buildOutput: true, values: [{ digest: { a: "1", b: "2" }, uri: "u" }] }] },
  },
];
for (const { text, want } of texts) test(`reads ${text}`, () => deepEqual(parseArtifacts(text), want));

test("artifacts of one name become one, values once each", () => {
  const merged = mergeArtifacts([
    { outputs: [{ name: "i", values: [{ uri: "a" }] }] },
    { outputs: [{ name: "i", buildOutput: true, values: [{ uri: "a" }, { uri: "b" }] }, { name: "j" }] },
  ]);
  deepEqual(merged, {
    outputs: [
      { name: "i", buildOutput: true, values: [{ uri: "a" }, { uri: "b" }] },
      { name: "j", values: [] },
    ],
  });
  equal(artifactText(merged, { direction: "outputs", artifact: "i" }), '[{"uri":"a"},{"uri":"b"}]');
  equal(artifactText(merged, { direction: "inputs", artifact: "i" }), undefined);
});
