import { deepEqual, equal, match } from "node:assert/strict";
import { test } from "node:test";
import { parseManifests } from "./manifests.ts";

const broken = [
  {
    name: "a tab as indentation",
    text: "apiVersion: v1\nkind: Secret\nmetadata:\n\tname: x\n",
    want: /^f\.yaml: document 1, line 4, column 1: /,
  },
  {
    name: "a duplicate key",
    text: "apiVersion: v1\nkind: A\nkind: B\nmetadata: {name: x}\n",
    want: /^f\.yaml: document 1, line 3, column 1: /,
  },
  {
    name: "no kind, in the second document",
    text: "apiVersion: v1\nkind: A\nmetadata: {name: x}\n---\n\napiVersion: v1\nmetadata: {name: y}\n",
    want: /^f\.yaml: document 2, line 6: kind is missing/,
  },
  {
    name: "no name",
    text: "apiVersion: v1\nkind: A\nmetadata: {}\n",
    want: /^f\.yaml: document 1, line 1: metadata\.name is missing in this A/,
  },
  {
    name: "a number as name",
    text: "apiVersion: v1\nkind: A\nmetadata: {name: 5}\n",
    want: /metadata\.name must be text/,
  },
  {
    name: "aliases of aliases",
    text: `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [${"*a,".repeat(10)}]\nc: &c [${"*b,".repeat(10)}]\nd: &d [${"*c,".repeat(10)}]\ne: [*d,*d]\n`,
    want: /^f\.yaml: document 1, line 1: the aliases in this document make more than 1000 copies/,
  },
  {
    name: "an anchor within itself",
    text: "apiVersion: v1\nkind: A\nmetadata: {name: x}\ndata: &a [*a]\n",
    want: /^f\.yaml: document 1, line 1: the document is nested too deeply, or an anchor contains itself/,
  },
  { name: "an alias alone", text: "a: *x\n", want: /^f\.yaml: document 1, line 1: Unresolved alias .*: x/ },
  { name: "a merge of a number", text: "<<: 5\n", want: /^f\.yaml: document 1, line 1: Merge sources must be maps/ },
  { name: "a list", text: "- a\n- b\n", want: /a Kubernetes object was expected/ },
];

for (const { name, text, want } of broken) {
  test(`manifests: ${name} is told with its place`, () => {
    const parsed = parseManifests("f.yaml", text);
    equal(parsed.ok, false);
    if (!parsed.ok) match(parsed.error, want);
  });
}

test("manifests: YAML 1.1 as kubectl reads it", () => {
  const text =
    "apiVersion: v1\nkind: A\nmetadata: {name: x}\ndata: {a: yes, b: 0644, c: 12:30, d: 2001-01-01, e: 9007199254740993, f: on}\n";
  const parsed = parseManifests("f.yaml", text);
  equal(parsed.ok, true);
  if (!parsed.ok) return;
  deepEqual(parsed.value[0]?.object["data"], {
    a: true,
    b: 420,
    c: "12:30",
    d: "2001-01-01",
    e: 9007199254740993n,
    f: true,
  });
});

test("manifests: a List is its items, empty documents are nothing", () => {
  const text =
    "---\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: A, metadata: {name: x}}\n- {apiVersion: v1, kind: B, metadata: {name: z}}\n";
  const parsed = parseManifests("f.yaml", text);
  deepEqual(parsed.ok && parsed.value.map(({ object }) => object.kind), ["A", "B"]);
});

test("manifests: the line of a field", () => {
  const text = "apiVersion: v1\nkind: A\nmetadata: {name: x}\nspec:\n  triggers:\n    - name: a\n    - name: b\n";
  const parsed = parseManifests("f.yaml", text);
  equal(parsed.ok && parsed.value[0]?.lineOf("spec.triggers[1].name"), 7);
  equal(parsed.ok && parsed.value[0]?.lineOf("spec.triggers[1].missing"), 7);
});
