import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { JsonValue } from "../json/value.ts";
import { compileRelaxedPath, maxResultLength, renderRelaxedPath } from "./relaxed.ts";
import { GoNilMap, GoStringMap, GoStruct, type PathValue } from "./value.ts";

/** The root that bindings see, with some body. */
function rootOf(body: JsonValue, extensions: PathValue = {}): GoStruct {
  return new GoStruct("template.event", [
    {
      name: "header",
      goName: "Header",
      value: new GoStringMap(
        new Map([
          ["X-B", "2"],
          ["X-A", "1,<"],
        ]),
      ),
    },
    { name: "body", goName: "Body", value: body },
    { name: "extensions", goName: "Extensions", value: extensions },
    {
      name: "context",
      goName: "Context",
      value: new GoStruct("template.TriggerContext", [{ name: "eventID", goName: "EventID", value: "id-1" }]),
    },
  ]);
}

/** The rendered text, or the error after `! `. */
function render(path: string, root: PathValue): string {
  const compiled = compileRelaxedPath(path);
  const result = compiled.ok ? renderRelaxedPath(compiled.value, root) : compiled;
  return result.ok ? result.value : `! ${result.error}`;
}

const groups: { about: string; body: JsonValue; cases: readonly (readonly [path: string, want: string])[] }[] = [
  {
    about: "the relaxed form",
    body: { a: { b: 1 } },
    cases: [
      ["", ""],
      ["body.a.b", "1"],
      [".body.a.b", "1"],
      ["{body.a.b}", "1"],
      ["{.body.a.b}", "1"],
      [
        "{}",
        "! unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
      ],
      [
        "{body}.a",
        "! unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
      ],
      [
        ".",
        '[{"header":{"X-A":"1,\\u003c","X-B":"2"},"body":{"a":{"b":1}},"extensions":{},"context":{"eventID":"id-1"}},{"X-A":"1,\\u003c","X-B":"2"},"1,\\u003c","2",{"a":{"b":1}},{"b":1},{"eventID":"id-1"},"id-1"]',
      ],
      [" ", "!  is not found"],
      ["body.a\n", "! unclosed action"],
      ["body.a\r.b", "! unclosed action"],
      ["body\t", "! unrecognized character in action: U+0009"],
      ["body.a(", "! a( is not found"],
      ["body,", "! unrecognized character in action: U+002C ','"],
      ["body[0],é", "! unrecognized character in action: U+002C ','"],
      ["body 😀", "! unrecognized character in action: U+1F600 '😀'"],
      ["body \u200b", "! unrecognized character in action: U+200B"],
    ],
  },
  {
    about: "fields",
    body: {
      "a.b": 1,
      "a b": 2,
      "": 3,
      "a/b-c'd(e)\"": 4,
      日本: 5,
      "0": 6,
      "*": 7,
      n: null,
      s: "x",
      l: [1],
      __proto__x: 8,
    },
    cases: [
      ["body.a\\.b", "1"],
      ["body['a\\.b']", "1"],
      ["body.a\\ b", "2"],
      ["body.['a.b']", "! a is not found"],
      ["body.a/b-c'd(e)\"", "4"],
      ["body.日本", "5"],
      ["body.0", "6"],
      ["body.\\*", "7"],
      ["body.n", "null"],
      ["body.n.x", "! x is not found"],
      ["body.s.x", "! x is not found"],
      ["body.l.length", "! length is not found"],
      ["body.constructor", "! constructor is not found"],
      ["body.hasOwnProperty", "! hasOwnProperty is not found"],
      ["body['l'][0]", "1"],
      ['body["l"]', '! invalid array index "l"'],
      ["body['l'", "! unterminated array"],
      ["body['l\n']", "! unterminated array"],
      ["Body.s", "x"],
      ["Header.X-B", "2"],
      ["Extensions", "{}"],
      ["Context.EventID", "id-1"],
      ["context.EventID", "id-1"],
      ["bODY", "! bODY is not found"],
      ["context.x", "! x is not found"],
      ["context[0]", "! template.TriggerContext is not array or slice"],
      ["header[0]", "! map[string]string is not array or slice"],
      ["header.*", '["1,\\u003c","2"]'],
      ["body.s[0]", "! string is not array or slice"],
      ["body.l[0][0]", "! float64 is not array or slice"],
      ["body.n[0]", "[]"],
    ],
  },
  {
    about: "arrays",
    body: { n: [10, 20, 30, 40, 50], m: [[1, 2], [9], [3, 4]], e: [] },
    cases: [
      ["body.n[]", "10"],
      ["body.n[-1]", "50"],
      ["body.n[5]", "! array index out of bounds: index 5, length 5"],
      ["body.n[-6]", "! array index out of bounds: index -1, length 5"],
      ["body.n[0:6]", "! array index out of bounds: index 5, length 5"],
      ["body.n[3:1]", "! starting index 3 is greater than ending index 1"],
      ["body.n[0:-6]", "! array index out of bounds: index -2, length 5"],
      ["body.n[5:]", "[]"],
      ["body.n[6:]", "! array index out of bounds: index 6, length 5"],
      ["body.n[1:4:2]", "[20,40]"],
      ["body.n[::-1]", "! step must be > 0"],
      ["body.e[::0]", "[]"],
      ["body.e[0]", "! array index out of bounds: index 0, length 0"],
      ["body.n[-]", "! array index - is not a number"],
      ["body.n[1:-]", "! array index - is not a number"],
      ["body.n[99999999999999999999]", "! array index 99999999999999999999 is not a number"],
      ["body.n[9223372036854775807]", "! array index out of bounds: index 9223372036854775807, length 5"],
      ["body.n[9007199254740993:9007199254740992]", "! array index out of bounds: index 9007199254740993, length 5"],
      ["body.n[a]", "! invalid array index a"],
      ["body.n[0,-1]", "[10,50]"],
      ["body.n[0,]", "[10,10]"],
      ["body.n[ 0 , 1 ]", "[10,20]"],
      ["body.n[0,x]", "! invalid array index x"],
      ["body.m[*][1:]", "2"],
      ["body.m[*][0]", "[1,9,3]"],
      ["body.m[0,2][1]", "[2,4]"],
      ["body['n','e'][0]", "! array index out of bounds: index 0, length 0"],
      ["body.m.*", "[[1,2],[9],[3,4]]"],
    ],
  },
  {
    about: "wildcards and recursive descent",
    body: { b: { x: [1, { x: 2 }] }, a: "hé", n: null, o: {} },
    cases: [
      ["body.*", '["hé",{"x":[1,{"x":2}]},null,{}]'],
      ["body.a.*", "[104,195,169]"],
      ["body.a.*.*", "[]"],
      ["body.a.*[0]", "! uint8 is not array or slice"],
      ["body.n.*", "[]"],
      ["body..x", '[[1,{"x":2}],2]'],
      ["body.b..*", "! unrecognized character in action: U+002A '*'"],
      ["body..", '[{"a":"hé","b":{"x":[1,{"x":2}]},"n":null,"o":{}},"hé",{"x":[1,{"x":2}]},[1,{"x":2}],{"x":2}]'],
      ["body.o..", "[]"],
      ["body.n..x", "[]"],
      ["body..y", "! y is not found"],
      ["body....", "! invalid multiple recursive descent"],
      ["body..@..", "! invalid multiple recursive descent"],
      ["body.b...x", '[[1,{"x":2}],2]'],
    ],
  },
  {
    about: "filters",
    body: {
      l: [
        { n: "a", v: 1, t: true },
        { n: "b'c", v: 2, t: false, q: null },
        { n: "<", v: 3, t: true, q: [1] },
      ],
      nums: [1, 2.5, 10],
      o: { z: 1e6 },
      nul: null,
      mixed: [1, "1", true, null],
      e: [],
    },
    cases: [
      ["body.l[?(@.v>1.0)].n", '["b\'c","\\u003c"]'],
      ["body.l[?(@.v>=2.0)].v", "[2,3]"],
      ["body.l[?(@.v<=1.0)].v", "1"],
      ["body.l[?(@.v<2.0)].v", "1"],
      ["body.l[?(@.v!=1.0)].v", "[2,3]"],
      ["body.l[?(@.v==1)].v", "! incompatible types for comparison"],
      ['body.l[?(@.n=="b\'c")].v', "2"],
      ["body.l[?(@.n=='b\\'c')].v", "2"],
      ["body.l[?(@.n>'a')].v", "2"],
      ["body.l[?(@.n > 'a' )].v", "2"],
      ["body.l[?(@.t==true)].v", "[1,3]"],
      ["body.l[?(@.t!=true)].v", "2"],
      ["body.l[?(@.t<true)].v", "! invalid type for comparison"],
      ["body.l[?(@.q)].v", "[2,3]"],
      ["body.l[?(@.q==1.0)].v", "! q is not found"],
      ["body.l[?(@.q[0])].v", "3"],
      ["body.l[?(@.n[0])].v", "[1,2,3]"],
      [
        "body.l[?(@)]",
        '[{"n":"a","t":true,"v":1},{"n":"b\'c","q":null,"t":false,"v":2},{"n":"\\u003c","q":[1],"t":true,"v":3}]',
      ],
      ["body.l[?(@.v=1.0)].v", "! unrecognized filter operator ="],
      ["body.l[?(@.v<>1.0)].v", "! unrecognized filter operator <>"],
      ["body.l[?(@.v == @.v)].v", "[1,2,3]"],
      ["body.l[?(@.* == 1.0)].v", "! can only compare one element at a time"],
      ["body.l[?(1.0 == @.*)].v", "! can only compare one element at a time"],
      ["body.l[?(@.n=~'a')].v", "! unrecognized character in action: U+007E '~'"],
      ["body.nums[?(@ >= 2.5)]", "[2.5,10]"],
      ["body.nums[?(@ > -1)]", "! incompatible types for comparison"],
      ["body.nums[?(2 == 2)]", "[1,2.5,10]"],
      ["body.nums[?(true)]", "[1,2.5,10]"],
      ["body.mixed[?(@ == 1.0)]", "! incompatible types for comparison"],
      ["body.mixed[3:][?(@ == 1.0)]", "! <nil> is not array or slice and cannot be filtered"],
      ["body.o[?(@)]", "! map[z:1e+06] is not array or slice and cannot be filtered"],
      ["body.nul[?(@)]", "! <nil> is not array or slice and cannot be filtered"],
      ["context[?(@)]", "! {id-1} is not array or slice and cannot be filtered"],
      ["header[?(@)]", "! map[X-A:1,< X-B:2] is not array or slice and cannot be filtered"],
      ["body.e[?(@.x ==)]", "! unrecognized character in action: U+003D '='"],
      ["body.e[?(@.x =)]", "! unrecognized character in action: U+003D '='"],
      ["body.e[?(=='x')]", "! unrecognized character in action: U+003D '='"],
      ["body.e[?()]", "[]"],
      ["body.e[?(@.x == 'a)]", "! unterminated filter"],
      ["body.e[?(@.x)", "! unclosed array expect ]"],
      ["body.e[?(@.x", "! unterminated filter"],
      ["body.e[?(@.x && @.y)]", "! unrecognized character in action: U+0026 '&'"],
    ],
  },
  {
    about: "literals and words",
    body: { a: [1, 2], e: [] },
    cases: [
      ["body.a 'x<'", "x\\u003c"],
      ["body.e[*] 'x'", "x"],
      ["body.a[*] 'x'", "x"],
      ["body.a[*] 42", "[42,42]"],
      ["body.a[*] +42", "[42,42]"],
      ["body.a -9223372036854775808", "-9223372036854775808"],
      ["body.a 9223372036854775808", "9223372036854776000"],
      ["body.a 4.50", "4.5"],
      ["body.a 1.", "1"],
      ["body.a -.5", "-0.5"],
      ["body.a 1.2.3", "! cannot parse number 1.2.3"],
      ["body.a +", "! cannot parse number +"],
      ["body.a ٣", "! cannot parse number ٣"],
      ["body.a true", "true"],
      ["body.a[*] false", "[false,false]"],
      ["body.e[*] false", "[]"],
      ["body.a range", ""],
      ["body.a range .x", "! x is not found"],
      ["body.a[?(@ range)]", ""],
      ["body.e[?(@ range)]", "[]"],
      ["body.a range end", "! not in range, nothing to end"],
      ["body.a word", "! unrecognized identifier word"],
      ["body.a null", "! unrecognized identifier null"],
      ["body.a _x-y", "! unrecognized identifier _x-y"],
      ["body.a 'x", "! unterminated quoted string"],
      ["body.a 'x\\'", "! unterminated quoted string"],
      ["body.a 'x\\'y'", "x'y"],
      ['body.a "x\\\'y"', '! unquote string "x\\\'y" error invalid syntax'],
      ["body.a 'a\\n\\t\\x41\\u00e9\\U0001F600\\101\\\\b'", "a\\n\\tAé😀A\\\\b"],
      ["body.a 'a\\xff'", "a\ufffd"],
      ["body.a 'a\\ud800'", "! unquote string 'a\\ud800' error invalid syntax"],
      ["body.a 'a\\400'", "! unquote string 'a\\400' error invalid syntax"],
      ["body.a 'a\\x4'", "! unquote string 'a\\x4' error invalid syntax"],
      ["body.a 'a\"b'", 'a\\"b'],
      ["body.a[0]@$ ", "1"],
      ["body@.a[1]", "2"],
      ["body$a", "! unrecognized identifier a"],
      ["body.a[0]]", "! unrecognized character in action: U+005D ']'"],
      ["body.a\\", "! unclosed action"],
    ],
  },
];

for (const { about, body, cases } of groups) {
  const root = rootOf(body);
  for (const [path, want] of cases) test(`${about}: ${JSON.stringify(path)}`, () => equal(render(path, root), want));
}

const nilMap = [
  ["extensions", "null"],
  ["extensions.x", "! x is not found"],
  ["extensions[0]", "! map[string]interface {} is not array or slice"],
  ["extensions[?(@)]", "! map[] is not array or slice and cannot be filtered"],
  ["extensions.*", "[]"],
  ["extensions..", "[]"],
] as const;
for (const [path, want] of nilMap) {
  test(`extensions that were not given: ${path}`, () => equal(render(path, rootOf(null, new GoNilMap())), want));
}

const steps = "! the path needs more than 1000000 steps on this event";
const explosions: { name: string; path: string; body: JsonValue; want: string }[] = [
  { name: "unions that double", path: `body${"[0,0]".repeat(64)}`, body: nested(64), want: steps },
  {
    name: "a filter in every item",
    path: "body[?(@..x)]",
    body: new Array(2000).fill(new Array(2000).fill([1])),
    want: steps,
  },
  {
    name: "filters whose errors do not matter",
    path: "body[?(@..[0]..[0])]",
    body: [new Array(600_000).fill([1])],
    want: steps,
  },
  { name: "the bytes of a string", path: "body.*", body: "x".repeat(2_000_000), want: steps },
  { name: "a long array", path: "body[*]", body: new Array(1_500_000).fill(0), want: steps },
  {
    name: "what a deep event repeats",
    path: "body..",
    body: nested(9000),
    want: `! the result is longer than ${maxResultLength} characters`,
  },
];
test("a long string costs a descent nothing", () => {
  equal(render("body..id", rootOf({ content: "x".repeat(2_000_000), id: 1 })), "1");
});

for (const { name, path, body, want } of explosions) {
  test(`the budget ends ${name}`, () => equal(render(path, rootOf(body)), want));
}

function nested(depth: number): JsonValue {
  let value: JsonValue = ["a".repeat(100)];
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

const pathText = fc
  .array(
    fc.constantFrom(
      "body",
      "header",
      "context",
      ".",
      "..",
      "*",
      "[",
      "]",
      "[*]",
      "[0]",
      "[-1:]",
      "[0,1]",
      "[?(",
      ")]",
      "@",
      "$",
      "'",
      '"',
      "\\",
      "x",
      "==",
      "1.0",
      "true",
      "range",
      "end",
      " ",
      "{",
      "}",
      "é",
      "\n",
      "-",
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

test("no path on any event throws or outgrows its budget", () => {
  fc.assert(
    fc.property(pathText, fc.jsonValue({ maxDepth: 4 }), (path, body) => {
      ok(render(path, rootOf(body as JsonValue)).length <= maxResultLength);
    }),
    { numRuns: 3000 },
  );
});

test("any text is a path or has an error", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 30 }), (path) => {
      deepEqual(typeof render(path, rootOf({ a: [1, "x"] })), "string");
    }),
    { numRuns: 2000 },
  );
});
