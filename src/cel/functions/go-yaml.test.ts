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
    want: { a: "1", b: 5, c: "hi", d: "2" },
  },
  {
    name: "a tag that the value does not fit",
    text: "a: !!int x",
    error: "error converting YAML to JSON: yaml: cannot decode !!str `x` as a !!int",
  },
  {
    name: "binary that is no base64",
    text: "a: !!binary x",
    error: "error converting YAML to JSON: yaml: !!binary value contains invalid base64 data",
  },
  { name: "a block whose last line is not ended", text: "a: |\n  x\n  y", want: { a: "x\ny" } },
  {
    name: "keys of single precision",
    text: "0.1: a\n123456789.0: b\n1e300: c",
    want: { "0.1": "a", "1.2345679e+08": "b", ".inf": "c" },
  },
  {
    name: "a key that is no int64",
    text: "9223372036854775808: a",
    error: 'error converting YAML to JSON: unsupported map key of type: uint64, key: 0x8000000000000000, value: "a"',
  },
  {
    name: "a null key",
    text: "~: {b: [1, x, null]}",
    error:
      'error converting YAML to JSON: unsupported map key of type: %!s(<nil>), key: <nil>, value: map[interface {}]interface {}{"b":[]interface {}{1, "x", interface {}(nil)}}',
  },
  {
    name: "a template's braces",
    text: "a: {{ b }}",
    error: 'error converting YAML to JSON: yaml: invalid map key: map[interface {}]interface {}{"b":interface {}(nil)}',
  },
  { name: "merging replaces what stands before", text: "a: 1\n<<: {a: 2, b: 3}\nb: 4", want: { a: 2, b: 4 } },
  { name: "of merged maps the first wins", text: "<<: [{a: 1}, {a: 2, b: 3}]", want: { a: 1, b: 3 } },
  {
    name: "lines within brackets and quotes may stand anywhere",
    text: 'a: [\n1\n]\nb: "x\ny"',
    want: { a: [1], b: "x y" },
  },
  { name: "what stands behind a root in brackets", text: "{a: 1}\nb: 2", want: { a: 1 } },
  { name: "what stands behind an indented root", text: "  a: 1\n b: 2", want: { a: 1 } },
  {
    name: "a root in brackets that is not closed",
    text: '{"a": 1',
    error: "error converting YAML to JSON: yaml: line 1: did not find expected ',' or '}'",
  },
  {
    name: "a version of YAML that Go does not know",
    text: "%YAML 1.2\n---\na: 1",
    error: "error converting YAML to JSON: yaml: found incompatible YAML document",
  },
  {
    name: "a control character",
    text: "a: \u0007",
    error: "error converting YAML to JSON: yaml: control characters are not allowed",
  },
  {
    name: "JSON's escaped slash",
    text: 'a: "\\/"',
    error: "error converting YAML to JSON: yaml: found unknown escape character",
  },
  {
    name: "JSON's escaped surrogates",
    text: 'x: 1\na: "\\ud83d\\ude00"',
    error: "error converting YAML to JSON: yaml: line 2: found invalid Unicode character escape code",
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
    name: "a list that wants another item",
    text: "a: [1,",
    error: "error converting YAML to JSON: yaml: line 1: did not find expected node content",
  },
  {
    name: "a list with nothing between commas",
    text: "x: 1\na: [1,,2]",
    error: "error converting YAML to JSON: yaml: line 1: did not find expected node content",
  },
  {
    name: "a list that the next key interrupts",
    text: "a: 1\nb: [1\nc: 2",
    error: "error converting YAML to JSON: yaml: line 2: did not find expected ',' or ']'",
  },
  {
    name: "two values in a map in braces",
    text: "a: {b: 1 c: 2}",
    error: "error converting YAML to JSON: yaml: did not find expected ',' or '}'",
  },
  {
    name: "a brace that closes nothing",
    text: "a: 1\n}",
    error: "error converting YAML to JSON: yaml: line 1: did not find expected key",
  },
  {
    name: "items of a list at two columns",
    text: "a:\n  - b\n - c",
    error: "error converting YAML to JSON: yaml: line 2: did not find expected key",
  },
  {
    name: "a tab before a key",
    text: "a: b\n\tc: d",
    error: "error converting YAML to JSON: yaml: line 2: found a tab character that violates indentation",
  },
  {
    name: "a tab in a block",
    text: "a: |\n\tx",
    error: "error converting YAML to JSON: yaml: line 2: found a tab character where an indentation space is expected",
  },
  {
    name: "a pattern taken for an alias",
    text: "a: *.txt",
    error: "error converting YAML to JSON: yaml: did not find expected alphabetic or numeric character",
  },
  {
    name: "an unfinished text",
    text: "a: 1\nb: 'x",
    error: "error converting YAML to JSON: yaml: line 2: found unexpected end of stream",
  },
  {
    name: "a key without value",
    text: "a: 1\nb",
    error: "error converting YAML to JSON: yaml: line 3: could not find expected ':'",
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
