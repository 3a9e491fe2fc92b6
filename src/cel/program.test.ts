import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseCel } from "./cel-parse.ts";
import { plainEnvironment } from "./environments.ts";
import { type Activation, emptyActivation } from "./evaluation.ts";
import { explain } from "./explain.ts";
import { compileCel, ProgramCache } from "./program.ts";
import { CelFailure, type JsonMap } from "./values.ts";

const event: Activation = {
  variables: {
    body: { ref: "refs/heads/main", n: 2, on: true, nothing: null, list: [3, 1, 2], labels: [{ name: "lgtm" }] },
    header: { "X-Github-Event": ["push"] },
    extensions: {},
    requestURL: "/hook?a=b",
  },
};

function failureOf(source: string): string | undefined {
  const program = compileCel(source);
  if (!program.ok) return program.error.message;
  const outcome = program.value.evaluate(event);
  return outcome instanceof CelFailure ? outcome.message : undefined;
}

const failures = [
  {
    name: "points at an operator",
    source: "1 + 1.0",
    want: "1:3: found no matching overload for '_+_' applied to '(int, double)'\n | 1 + 1.0\n | ..^",
  },
  {
    name: "marks wide characters with wide marks",
    source: "'日本' + 1",
    want: "1:6: found no matching overload for '_+_' applied to '(string, int)'\n | '日本' + 1\n | .．．..^",
  },
  {
    name: "shows the line of a later error",
    source: "1 ==\n  'a'",
    want: "1:3: found no matching overload for '_==_' applied to '(int, string)'\n | 1 ==\n | ..^",
  },
  {
    name: "counts lines",
    source: "true &&\n\tnope",
    want: "2:2: undeclared reference to 'nope' (in container '')\n |  nope\n | .^",
  },
  {
    name: "names an unknown method and its unknown arguments in source order",
    source: "nope.x(y)",
    want: "1:1: undeclared reference to 'nope' (in container '')\n | nope.x(y)\n | ^\nERROR: <input>:1:7: undeclared reference to 'x' (in container '')\n | nope.x(y)\n | ......^\nERROR: <input>:1:8: undeclared reference to 'y' (in container '')\n | nope.x(y)\n | .......^",
  },
  {
    name: "reads a reserved word as such",
    source: "body.if == var",
    want: "1:12: reserved identifier: var\n | body.if == var\n | ...........^",
  },
  {
    name: "wants an identifier in macros that make lists",
    source: "body.list.map(1, 2)",
    want: "1:15: argument is not an identifier\n | body.list.map(1, 2)\n | ..............^",
  },
  {
    name: "wants a simple name in other macros",
    source: "body.list.all(1, true)",
    want: "1:15: argument must be a simple name\n | body.list.all(1, true)\n | ..............^",
  },
  {
    name: "keeps the name of the accumulator to itself",
    source: "[1].exists(__result__, true)",
    want: "1:12: iteration variable overwrites accumulator variable\n | [1].exists(__result__, true)\n | ...........^",
  },
  {
    name: "does not look into an unknown message",
    source: ".nope{a: b}",
    want: "1:6: undeclared reference to '.nope' (in container '')\n | .nope{a: b}\n | .....^",
  },
  {
    name: "constructs no variables",
    source: "body{}",
    want: "1:5: 'map' is not a type\n | body{}\n | ....^",
  },
  {
    name: "constructs no loop variables",
    source: "[1].map(x, x{})",
    want: "1:13: 'int' is not a type\n | [1].map(x, x{})\n | ............^",
  },
  {
    name: "constructs no types that are no messages",
    source: "int{value: 1}",
    want: "1:4: 'int' is not a message type\n | int{value: 1}\n | ...^\nERROR: <input>:1:10: unexpected failed resolution of 'int'\n | int{value: 1}\n | .........^",
  },
  {
    name: "names the element type of an empty list",
    source: "[].first",
    want: "1:3: type 'list(_var0)' does not support field selection\n | [].first\n | ..^",
  },
  {
    name: "finds a macro's misuse before the syntax error behind it",
    source: "has(1) +",
    want: "1:5: invalid argument to has() macro\n | has(1) +\n | ....^",
  },
  {
    name: "does not know optional syntax",
    source: "body.?a",
    want: "1:5: unsupported syntax '.?'\n | body.?a\n | ....^",
  },
];

for (const { name, source, want } of failures) {
  test(name, () => ok(failureOf(source)?.startsWith(`ERROR: <input>:${want}`), failureOf(source) ?? "no failure"));
}

const deep = (count: number) => `${"(".repeat(count)}1${")".repeat(count)}`;
const limits = [
  { name: "takes 249 parentheses", source: deep(249), want: undefined },
  {
    name: "refuses 250 parentheses",
    source: deep(250),
    want: "ERROR: <input>:-1:0: expression recursion limit exceeded: 250",
  },
  {
    name: "refuses a long chain of sums",
    source: Array(251).fill("1").join("+"),
    want: "ERROR: <input>:-1:0: expression recursion limit exceeded: 250",
  },
  { name: "takes a long chain of conditions", source: Array(5000).fill("true").join("&&"), want: undefined },
  {
    name: "refuses a source that is too long",
    source: `'${"a".repeat(100_000)}'`,
    want: "ERROR: <input>:-1:0: expression code point size exceeds limit: size: 100002, limit 100000",
  },
  {
    name: "bounds nested loops",
    source: "lists.range(1000).all(a, lists.range(1000).all(b, lists.range(1000).all(c, a + b + c >= 0)))",
    want: "evaluation cost exceeds the limit of 5000000",
  },
  {
    name: "bounds strings",
    source: `'${"a".repeat(3000)}'${".replace('a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')".repeat(3)}`,
    want: "a text of length",
  },
  {
    name: "reads a duration of many digits in linear time",
    source: `duration('${"0".repeat(90_000)}x')`,
    want: "type conversion error from 'string' to 'google.protobuf.Duration'",
  },
  {
    name: "bounds documents within documents",
    source: `'a'${".replace('a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')".repeat(4)}.parseYAML()`,
    want: "evaluation cost exceeds",
  },
  {
    name: "bounds replacements by pattern",
    source: `'${"a".repeat(3000)}'${".translate('', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')".repeat(3)}`,
    want: "evaluation cost exceeds",
  },
  {
    name: "does not double the work of nested sortBy",
    source: `[2, 1]${".sortBy(x, x)".repeat(60)} == [1, 2]`,
    want: undefined,
  },
];

for (const { name, source, want } of limits) {
  test(name, () => {
    const failure = failureOf(source);
    ok(want === undefined ? failure === undefined : failure?.startsWith(want), failure?.slice(0, 200) ?? "no failure");
  });
}

const failing = [
  { source: "body.missing.x", want: "no such key: missing" },
  { source: "google.protobuf.FloatValue{value: 1.5} == 1.5", want: undefined },
  {
    source: "google.protobuf.Int32Value{value: 2147483648}",
    want: "field type conversion error for google.protobuf.Int32Value.value value type: integer overflow",
  },
  {
    source: "google.protobuf.UInt32Value{value: 4294967296u}",
    want: "field type conversion error for google.protobuf.UInt32Value.value value type: unsigned integer overflow",
  },
  {
    source: "google.protobuf.Duration{nanos: -2147483649}",
    want: "field type conversion error for google.protobuf.Duration.nanos value type: integer overflow",
  },
  { source: "body.ref.x", want: "no such key: x" },
  { source: "has(body.nothing.x)", want: undefined },
  { source: "body.list[3]", want: "index out of bounds: 3" },
  { source: "body.list['a']", want: "unsupported index type 'string' in list" },
  { source: "body.on && body.ref", want: "no such overload" },
  { source: "body.missing || true", want: undefined },
  { source: "body.list.exists(x, x.y == 1)", want: "no such key: y" },
  { source: "body.ref.all(x, true)", want: "got 'types.String', expected iterable type" },
  { source: "body.ref.charAt(body.n)", want: "no such overload: charAt(string, double)" },
  { source: "int('4.2')", want: "type conversion error from 'string' to 'int'" },
  { source: "'a'.matches('\\\\')", want: "error parsing regexp: trailing backslash at end of expression: ``" },
  { source: "int('00000000000000000000000007') == 7", want: undefined },
  { source: "int('10000000000000000000')", want: "type conversion error from 'string' to 'int'" },
  { source: "uint('18446744073709551616')", want: "type conversion error from 'string' to 'uint'" },
  {
    source: "duration('100000000000000000000ns')",
    want: "type conversion error from 'string' to 'google.protobuf.Duration'",
  },
  { source: "'a'.matches('(')", want: "error parsing regexp: missing closing ): `(`" },
  { source: "body.list[null]", want: "invalid qualifier type: types.Null" },
  { source: "body.list[body.nothing]", want: "invalid qualifier type: <nil>" },
  { source: "body[body.list]", want: "invalid qualifier type: []interface {}" },
  { source: "body[body.labels[0]]", want: "invalid qualifier type: map[string]interface {}" },
  { source: "[null].map(x, body.list[x])", want: "invalid qualifier type: types.Null" },
  { source: "body.list[18446744073709551615u]", want: "unsupported index value 18446744073709551615 in list" },
  { source: "body.list[1e30]", want: "unsupported index value 1e+30 in list" },
  { source: "duration('9223372036s') + duration('1s')", want: "integer overflow" },
  { source: "timestamp('2023-02-03T24:00:00Z')", want: 'invalid RFC 3339 timestamp "2023-02-03T24:00:00Z"' },
  {
    source: "timestamp('2023-02-30T00:00:00Z')",
    want: "type conversion error from 'string' to 'google.protobuf.Timestamp'",
  },
  {
    source: "timestamp('2023-02-03T23:59:60Z')",
    want: "type conversion error from 'string' to 'google.protobuf.Timestamp'",
  },
  { source: "body.n.getHours()", want: "no such overload: getHours" },
  { source: "body.ref.getHours()", want: "no such overload" },
  { source: "timestamp(0).getHours('../x')", want: "time: invalid location name" },
];

for (const { source, want } of failing) {
  test(`${source}: ${want ?? "no failure"}`, () => equal(failureOf(source), want));
}

test("bounds the time of what costs cannot foresee", () => {
  const program = compileCel("body.text.translate('a.*b|a', 'x').size()");
  ok(program.ok);
  let nowMs = 0;
  const time = { limitMs: 100, nowMs: () => nowMs++ };
  const outcome = program.value.evaluate({ variables: { body: { text: "a".repeat(500) } } }, { time });
  ok(outcome instanceof CelFailure);
  equal(outcome.message, "evaluation takes longer than 100 ms");
});

test("names the stage that failed", () => {
  const stages = ["1 +", "nope", "int('a')"].map((source) => {
    const program = compileCel(source);
    return program.ok ? "none" : program.error.stage;
  });
  deepEqual(stages, ["parse", "check", "program"]);
});

test("parses without looking at names", () => {
  equal(parseCel("unknown(name, 1) && x.y"), undefined);
  ok(parseCel("1 +")?.startsWith("ERROR: <input>:1:4: Syntax error"));
});

test("a plain condition knows the standard library and nothing else", () => {
  const value = compileCel("'a' in ['a', 'b'] && size('x') == 1", plainEnvironment);
  equal(value.ok && value.value.evaluate(emptyActivation), true);
  for (const source of ["body.x", "'a'.charAt(0) == 'a'", "'{}'.parseJSON()"])
    equal(compileCel(source, plainEnvironment).ok, false);
});

test("a cache keeps programs and failures, and forgets what was not used for longest", () => {
  const cache = new ProgramCache(2);
  const first = cache.get("1");
  const broken = cache.get("1 +");
  equal(cache.get("1"), first);
  equal(cache.get("1 +"), broken);
  cache.get("2");
  equal(cache.get("1 +"), broken);
  cache.get("1");
  ok(cache.get("1") !== first);
});

test("keys such as __proto__ are ordinary keys", () => {
  for (const source of [
    "has(body.__proto__)",
    "has(body.constructor)",
    "'toString' in body",
    "header.match('__proto__', 'x')",
  ]) {
    const program = compileCel(source);
    equal(program.ok && program.value.evaluate(event), false, source);
  }
});

test("explains a result by its parts", () => {
  const program = compileCel(
    "body.ref == 'x' && body.n > 1.0 || body.missing.y && body.labels.exists(l, l.name == 'a')",
  );
  ok(program.ok);
  const parts = explain(program.value, event).map(({ source, outcome }) => [
    source,
    outcome instanceof CelFailure ? outcome.message : outcome,
  ]);
  deepEqual(parts, [
    ["body.ref == 'x'", false],
    ["body.ref", "refs/heads/main"],
    ["body.n > 1.0", true],
    ["body.n", 2],
    ["body.missing.y", "no such key: missing"],
    ["body.labels.exists(l, l.name == 'a')", false],
    ["body.labels", [{ name: "lgtm" }]],
  ]);
});

test("does not show what is compared with a secret", () => {
  const program = compileCel("header.canonical('X-Token').compareSecret('k', 'n')");
  ok(program.ok);
  ok(
    explain(program.value, event).every(
      ({ source }) => !source.startsWith("header.canonical('X-Token')") || source.includes("compareSecret"),
    ),
  );
});

const words = [
  "body",
  "header",
  ".",
  "ref",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  "1",
  "'a'",
  "+",
  "-",
  "*",
  "&&",
  "||",
  "!",
  "?",
  ":",
  ",",
  "in",
  "map",
  "all",
  "x",
  "has",
  "matches",
  "'('",
  "size",
  "==",
  "<",
  "list",
  "n",
  " ",
  "\n",
  "0u",
  "1.5",
  "b'\\xff'",
  "format",
  "parseYAML",
  "'%s'",
  "sortBy",
  "split",
  "replace",
  "math",
  "greatest",
  "日",
];

test("no source makes compiling or evaluating throw", () => {
  const source = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(source, (text) => {
      const program = compileCel(text);
      if (program.ok) program.value.evaluate(event, { costLimit: 10_000 });
    }),
    { numRuns: 3000 },
  );
});

const library = [
  "body.a + body.b",
  "body.a - body.b",
  "body.a / body.b",
  "body.a < body.b",
  "body.a == body.b",
  "body.a in body.b",
  "body.a[body.b]",
  "body.a.map(x, x + body.b)",
  "body.a.filter(x, x == body.b)",
  "body.a.sort()",
  "body.a.sortBy(x, x)",
  "body.a.distinct()",
  "body.a.flatten(3)",
  "body.a.join(body.b)",
  "body.a.split(body.b)",
  "body.a.replace(body.b, 'xy')",
  "body.a.matches(body.b)",
  "body.a.translate(body.b, '<$1>')",
  "body.a.parseJSON()",
  "body.a.parseYAML()",
  "body.a.parseURL()",
  "body.a.format([body.b, body.b])",
  "'%s %d %f %e %x %b'.format([body.a, body.b, body.a, body.b, body.a, body.b])",
  "json.encode(body)",
  "body.marshalJSON()",
  "base64.decode(body.a)",
  "timestamp(body.a).getHours(body.b)",
  "duration(body.a)",
  "int(body.a)",
  "double(body.a)",
  "string(body.a)",
  "bytes(body.a)",
  "bool(body.a)",
  "body.a.truncate(3)",
  "body.match(body.a, body.b)",
  "body.a.reverse()",
  "body.a.trim()",
  "body.a.lastIndexOf(body.b)",
  "math.greatest(body.a, body.b)",
  "math.round(body.a)",
  "sets.contains(body.a, body.b)",
  "strings.quote(body.a)",
  "{body.a: body.b}",
  "body.a.substring(1)",
];

test("no event makes an expression throw", () => {
  const programs = library.map((source) => {
    const program = compileCel(source);
    ok(program.ok, program.ok ? "" : program.error.message);
    return program.value;
  });
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 3 }),
      fc.jsonValue({ maxDepth: 3 }),
      fc.nat(library.length - 1),
      (a, b, index) => {
        const variables = { body: { a, b } as JsonMap, header: {}, extensions: {}, requestURL: "/" };
        programs[index]?.evaluate({ variables }, { costLimit: 50_000 });
      },
    ),
    { numRuns: 5000 },
  );
});

test("comparing is symmetric, sorting a permutation", () => {
  const same = compileCel("(body.a == body.b) == (body.b == body.a)");
  const sorted = compileCel("body.a.sort().size() == body.a.size() && body.a.sort().sort() == body.a.sort()");
  ok(same.ok && sorted.ok);
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 2 }), fc.jsonValue({ maxDepth: 2 }), (a, b) => {
      equal(same.value.evaluate({ variables: { body: { a, b } as JsonMap } }), true);
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.string()), (a) => {
      equal(sorted.value.evaluate({ variables: { body: { a } } }), true);
    }),
  );
});
