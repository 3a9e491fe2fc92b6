import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { Evaluation, emptyActivation } from "../evaluation.ts";
import { parseGoYaml } from "./go-yaml.ts";

const vectors = [
  { name: "words of YAML 1.1", text: "a: yes\nb: Off\nc: ~\nd: y", want: { a: true, b: false, c: null, d: true } },
  {
    name: "bases of integers",
    text: "a: 010\nb: 0o10\nc: 0b11\nd: 0x1F\ne: -0x2\nf: 1_000",
    want: { a: 8, b: 8, c: 3, d: 31, e: -2, f: 1000 },
  },
  { name: "what is no octal is a decimal", text: "a: 09\nb: 0o9", want: { a: 9, b: "0o9" } },
  {
    name: "floats",
    text: "a: .5\nb: 1.\nc: 1e3\nd: 12345678901234567890",
    want: { a: 0.5, b: 1, c: 1000, d: 12345678901234567000 },
  },
  { name: "dates and times stay text", text: "a: 2023-01-01\nb: 12:30:45", want: { a: "2023-01-01", b: "12:30:45" } },
  { name: "quoted text is text", text: "a: 'yes'\nb: \"1\"", want: { a: "yes", b: "1" } },
  {
    name: "tags",
    text: "a: !!str 1\nb: !!int '5'\nc: !!binary aGk=\nd: !mine 2",
    want: { a: "1", b: 5, c: "hi", d: 2 },
  },
  { name: "keys become text", text: "1.5: a\n010: b\nno: c", want: { "1.5": "a", "8": "b", false: "c" } },
  { name: "the last of repeated keys counts", text: "a: 1\na: 2", want: { a: 2 } },
  {
    name: "aliases and merges",
    text: "a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  k: 3",
    want: { a: { k: 1, l: 2 }, b: { k: 3, l: 2 } },
  },
  { name: "only the first document counts", text: "a: 1\n---\nb: [", want: { a: 1 } },
  { name: "nothing is an empty map", text: "# nothing", want: {} },
  { name: "__proto__ is an ordinary key", text: "__proto__: {x: 1}", want: JSON.parse('{"__proto__": {"x": 1}}') },
  {
    name: "a list is refused",
    text: "- a",
    error:
      "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}",
  },
  {
    name: "the first line has no number",
    text: "a: b: c",
    error: "error converting YAML to JSON: yaml: mapping values are not allowed in this context",
  },
  {
    name: "later lines have one",
    text: "a: 1\n b: 2",
    error: "error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context",
  },
  {
    name: "an unfinished list ends on the next line",
    text: "a: [1, 2",
    error: "error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'",
  },
  {
    name: "an unfinished text",
    text: "a: 1\nb: 'x",
    error: "error converting YAML to JSON: yaml: line 2: found unexpected end of stream",
  },
  {
    name: "a key without value",
    text: "a: 1\nb",
    error: "error converting YAML to JSON: yaml: line 2: could not find expected ':'",
  },
  {
    name: "a reserved character",
    text: "a: @x",
    error: "error converting YAML to JSON: yaml: found character that cannot start any token",
  },
  {
    name: "an unknown alias",
    text: "a: *x",
    error: "error converting YAML to JSON: yaml: unknown anchor 'x' referenced",
  },
  { name: "not a number", text: "a: .nan", error: "error converting YAML to JSON: json: unsupported value: NaN" },
] as const;

for (const vector of vectors) {
  test(vector.name, () => {
    const parsed = parseGoYaml(vector.text, new Evaluation(emptyActivation, { cost: 100_000 }));
    if ("error" in vector) deepEqual(parsed, { ok: false, error: vector.error });
    else deepEqual(parsed.ok && JSON.parse(JSON.stringify(parsed.value)), vector.want);
  });
}
