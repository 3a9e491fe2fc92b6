import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { parseDocument } from "yaml";
import { readWithLooseLines } from "./yaml-continuation.ts";

function read(text: string): unknown {
  const document = readWithLooseLines(
    text,
    (each) => parseDocument(each, { version: "1.1", logLevel: "silent" }),
    ({ errors }) => errors.length === 0,
  );
  return document.errors.length === 0 ? document.toJS() : document.errors[0]?.code;
}

const vectors: readonly { readonly name: string; readonly text: string; readonly want: unknown }[] = [
  { name: "a text in double quotes", text: 'a: "x\ny"\nb: 1', want: { a: "x y", b: 1 } },
  { name: "a text in single quotes", text: "a: 'it''s\ny'\nb: 1", want: { a: "it's y", b: 1 } },
  { name: "an empty line in a text", text: 'a: "x\n\ny"', want: { a: "x\ny" } },
  { name: "escapes", text: 'a: "x\\"\ny\\\nz"', want: { a: 'x" yz' } },
  { name: "a list", text: "a: [\n1,\n2\n]\nb: 3", want: { a: [1, 2], b: 3 } },
  { name: "an object in a list", text: 'a:\n  - b: {\n"c": [\n1\n]\n}\n  - d', want: { a: [{ b: { c: [1] } }, "d"] } },
  { name: "brackets within quotes", text: "a: [\n'}', \"]\",\nb]", want: { a: ["}", "]", "b"] } },
  { name: "brackets within comments", text: "a: [ # ]\n1]", want: { a: [1] } },
  { name: "behind a tag and an anchor", text: "a: &x [\n1]\nb: !!str 'c\nd'", want: { a: [1], b: "c d" } },
  {
    name: "block texts stay as they are",
    text: "a: |\n  x: [\n  y\nb:\n  - >-\n    'z\nc: [\n1]",
    want: { a: "x: [\ny\n", b: ["'z"], c: [1] },
  },
  {
    name: "brackets and quotes within words",
    text: "a: it's [\nb: x{\nc: [\n1]",
    want: { a: "it's [", b: "x{", c: [1] },
  },
  {
    name: "indentation has a bound",
    text: `a: &${"x".repeat(5_000)} [\n${"1,\n".repeat(300)}]`,
    want: "BAD_INDENT",
  },
  { name: "what is wrong all the same", text: "a: [\n1\nb: 2", want: "BAD_INDENT" },
];

for (const { name, text, want } of vectors) test(name, () => deepEqual(read(text), want));
