import { deepEqual, equal, ok } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadManifests } from "./load-manifests.ts";

const secret = "{apiVersion: v1, kind: Secret, metadata: {name: s}}";

const cases: readonly { name: string; files: Readonly<Record<string, string>>; want: readonly string[] | RegExp }[] = [
  { name: "by name", files: { "b.yaml": secret, "a.yml": secret.replace("s}", "t}") }, want: ["t", "s"] },
  {
    name: "bodies of events are no objects",
    files: { "a.json": '{"ref":"x"}', "b.json": "[1]", "c.yaml": secret },
    want: ["s"],
  },
  {
    name: "JSON that means to be an object",
    files: { "a.json": '{"kind":"Secret"}' },
    want: /a\.json: .*apiVersion is missing/,
  },
  { name: "JSON that is broken", files: { "a.json": '{"ref":' }, want: /a\.json: document 1, line 1/ },
  { name: "YAML that is something else", files: { "a.yaml": "ref: x" }, want: /a\.yaml: .*apiVersion is missing/ },
  {
    name: "a kustomization",
    files: { "kustomization.yaml": "resources: [a.yaml]", "a.yaml": secret },
    want: /this folder is a kustomization; its manifests come from `kubectl kustomize .*`, and - reads them/,
  },
  { name: "a Helm chart", files: { "Chart.yaml": "name: x", "a.yaml": secret }, want: /a Helm chart.*helm template/ },
  { name: "no file", files: { "a.txt": "" }, want: /no \.yaml, \.yml or \.json file in this folder/ },
];
for (const { name, files, want } of cases) {
  test(`objects of a folder: ${name}`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "tektite-manifests-"));
    t.after(() => rmSync(folder, { recursive: true }));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    const loaded = await loadManifests([folder]);
    if (want instanceof RegExp) {
      equal(loaded.ok, false);
      ok(!loaded.ok && want.test(loaded.error), loaded.ok ? "" : loaded.error);
    } else {
      deepEqual(loaded.ok && loaded.value.map(({ object }) => object.metadata.name), want);
    }
  });
}
