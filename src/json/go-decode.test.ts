import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeGoJson, decodeGoJsonObject } from "./go-decode.ts";
import { encodeGoJson } from "./go-encode.ts";
import { findSyntaxError } from "./go-syntax.ts";
import type { JsonValue } from "./value.ts";

const invalid = [
  { text: "", error: "unexpected end of JSON input" },
  { text: " \n", error: "unexpected end of JSON input" },
  { text: "[1", error: "unexpected end of JSON input" },
  { text: '{"a"', error: "unexpected end of JSON input" },
  { text: '{"a":', error: "unexpected end of JSON input" },
  { text: '{"a":1,', error: "unexpected end of JSON input" },
  { text: '"abc', error: "unexpected end of JSON input" },
  { text: "x", error: "invalid character 'x' looking for beginning of value" },
  { text: "[1,]", error: "invalid character ']' looking for beginning of value" },
  { text: '{"a":}', error: "invalid character '}' looking for beginning of value" },
  { text: '{"a":1,}', error: "invalid character '}' looking for beginning of object key string" },
  { text: "{a:1}", error: "invalid character 'a' looking for beginning of object key string" },
  { text: "{'a':1}", error: "invalid character '\\'' looking for beginning of object key string" },
  { text: '{"a" 1}', error: "invalid character '1' after object key" },
  { text: '{"a":1 "b"}', error: "invalid character '\"' after object key:value pair" },
  { text: '{"a":1]', error: "invalid character ']' after object key:value pair" },
  { text: "[1 2]", error: "invalid character '2' after array element" },
  { text: "[1}", error: "invalid character '}' after array element" },
  { text: "1 2", error: "invalid character '2' after top-level value" },
  { text: "01", error: "invalid character '1' after top-level value" },
  { text: "{}\u0000", error: "invalid character '\\x00' after top-level value" },
  { text: '"a\nb"', error: "invalid character '\\n' in string literal" },
  { text: '"a\tb"', error: "invalid character '\\t' in string literal" },
  { text: '"\u0000"', error: "invalid character '\\x00' in string literal" },
  { text: '"\\x"', error: "invalid character 'x' in string escape code" },
  { text: '"\\', error: "invalid character ' ' in string escape code" },
  { text: '"\\u00zz"', error: "invalid character 'z' in \\u hexadecimal character escape" },
  { text: '"\\u12', error: "invalid character ' ' in \\u hexadecimal character escape" },
  { text: "tree", error: "invalid character 'e' in literal true (expecting 'u')" },
  { text: "fals", error: "invalid character ' ' in literal false (expecting 'e')" },
  { text: "nil", error: "invalid character 'i' in literal null (expecting 'u')" },
  { text: "-", error: "invalid character ' ' in numeric literal" },
  { text: "-a", error: "invalid character 'a' in numeric literal" },
  { text: "1.", error: "invalid character ' ' after decimal point in numeric literal" },
  { text: "1.e", error: "invalid character 'e' after decimal point in numeric literal" },
  { text: "1e", error: "invalid character ' ' in exponent of numeric literal" },
  { text: "1e+x", error: "invalid character 'x' in exponent of numeric literal" },
  { text: "0x10", error: "invalid character 'x' after top-level value" },
  { text: "1e5.5", error: "invalid character '.' after top-level value" },
  { text: "\ufeff{}", error: "invalid character 'ï' looking for beginning of value" },
  { text: "é", error: "invalid character 'Ã' looking for beginning of value" },
  { text: "\u2028", error: "invalid character 'â' looking for beginning of value" },
  { text: "\\", error: "invalid character '\\\\' looking for beginning of value" },
  { text: "\u0007", error: "invalid character '\\a' looking for beginning of value" },
  { text: "\u007f", error: "invalid character '\\x7f' looking for beginning of value" },
  { text: "NaN", error: "invalid character 'N' looking for beginning of value" },
  { text: "[".repeat(10_001), error: "invalid character '[' exceeded max depth" },
  { text: '{"a":'.repeat(10_001), error: "invalid character '{' exceeded max depth" },
  { text: "1e999", error: "json: cannot unmarshal number 1e999 into Go value of type float64" },
  { text: '{"a":[-1e400,1e999]}', error: "json: cannot unmarshal number -1e400 into Go value of type float64" },
  {
    text: `[${"9".repeat(400)}]`,
    error: `json: cannot unmarshal number ${"9".repeat(400)} into Go value of type float64`,
  },
];

for (const { text, error } of invalid) {
  test(`decodes ${JSON.stringify(text.slice(0, 20))} to an error`, () => {
    deepEqual(decodeGoJson(text), { ok: false, error });
    deepEqual(decodeGoJson(Buffer.from(text)), { ok: false, error });
  });
}

const valid: { name: string; text: string | Uint8Array; want: string; exact?: string }[] = [
  { name: "the last of repeated keys wins", text: '{"a":{"x":1},"a":2}', want: '{"a":2}' },
  { name: "__proto__ is a key", text: '{"__proto__":{"x":1}}', want: '{"__proto__":{"x":1}}' },
  { name: "__proto__ is a key on the slow path", text: '{"__proto__":"\\ud800"}', want: '{"__proto__":"�"}' },
  { name: "a lone high surrogate", text: '"x\\ud800y"', want: '"x�y"' },
  { name: "a lone low surrogate", text: '"\\uDC00"', want: '"�"' },
  { name: "pairs", text: '{"\\ud83d\\ude00":["\\uD83D\\uDE00"]}', want: '{"😀":["😀"]}' },
  { name: "a lone surrogate in a key", text: '{"\\ud800":1,"\\udfff":2}', want: '{"�":2}' },
  { name: "an escaped backslash before a lone low", text: '["\\\\ud83d\\ude00"]', want: '["\\\\ud83d�"]' },
  { name: "two highs and a low", text: '"\\ud83d\\ud83d\\ude00"', want: '"�😀"' },
  { name: "a lone surrogate in the text itself", text: '"\ud800"', want: '"�"' },
  { name: "an overlong sequence: one replacement a byte", text: Buffer.from("22c0af22", "hex"), want: '"��"' },
  { name: "a truncated sequence", text: Buffer.from("22e282e282ac22", "hex"), want: '"��€"' },
  { name: "an encoded surrogate", text: Buffer.from("22eda08022", "hex"), want: '"���"' },
  { name: "bytes above U+10FFFF", text: Buffer.from("22f490808022", "hex"), want: '"����"' },
  { name: "a stray byte in a key", text: Buffer.from('{"kÿ":1}', "latin1"), want: '{"k�":1}' },
  { name: "escapes", text: '"\\b\\f\\n\\r\\t\\"\\\\\\/\\u0041"', want: '"\\b\\f\\n\\r\\t\\"\\\\/A"' },
  { name: "minus zero", text: "[-0,-0.0]", want: "[-0,-0]", exact: "[0,-0]" },
  { name: "an underflow", text: "1e-400", want: "0" },
  { name: "a long exponent that fits", text: "0.00001e+0000300", want: "1e+295" },
  {
    name: "the largest int64",
    text: "[9223372036854775807]",
    want: "[9223372036854776000]",
    exact: "[9223372036854775807]",
  },
  { name: "beyond int64", text: "9223372036854775808", want: "9223372036854776000" },
  { name: "2^53 + 1", text: "9007199254740993", want: "9007199254740992", exact: "9007199254740993" },
  { name: "2^53 + 1 with a fraction", text: "9007199254740993.0", want: "9007199254740992" },
  { name: "white space", text: ' {\t"b" :\r\n[ ] , "a":{ } } ', want: '{"a":{},"b":[]}' },
  {
    name: "slow and fast agree on nesting",
    text: `["\\ud800",${"[".repeat(9998)}${"]".repeat(9998)}]`,
    want: `["�",${"[".repeat(9998)}${"]".repeat(9998)}]`,
  },
  {
    name: "the deepest allowed",
    text: "[".repeat(10_000) + "]".repeat(10_000),
    want: "[".repeat(10_000) + "]".repeat(10_000),
  },
  { name: "brackets in strings do not nest", text: `"${"[".repeat(30_000)}"`, want: `"${"[".repeat(30_000)}"` },
];

for (const { name, text, want, exact = want } of valid) {
  test(`decodes ${name}`, () => {
    const double = decodeGoJson(text);
    equal(double.ok && encodeGoJson(double.value), want);
    const objects = decodeGoJson(text, { integers: "exact" });
    equal(objects.ok && encodeGoJson(objects.value), exact);
  });
}

const objects = [
  { text: "null", want: null },
  { text: "{}", want: {} },
  { text: "[]", error: "json: cannot unmarshal array into Go value of type map[string]interface {}" },
  { text: '"x"', error: "json: cannot unmarshal string into Go value of type map[string]interface {}" },
  { text: "1", error: "json: cannot unmarshal number into Go value of type map[string]interface {}" },
  { text: "1e999", error: "json: cannot unmarshal number into Go value of type map[string]interface {}" },
  { text: " [1e999]", error: "json: cannot unmarshal array into Go value of type map[string]interface {}" },
  { text: '{"a":1e999}', error: "json: cannot unmarshal number 1e999 into Go value of type float64" },
  { text: "true", error: "json: cannot unmarshal bool into Go value of type map[string]interface {}" },
];

for (const { text, want, error } of objects) {
  test(`decodes ${text} as an object`, () => {
    deepEqual(decodeGoJsonObject(text), error === undefined ? { ok: true, value: want } : { ok: false, error });
  });
}

test("every JSON value survives being written and read, and is then written the same", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const text = encodeGoJson(value as JsonValue);
      const once = decodeGoJson(text);
      equal(once.ok && encodeGoJson(once.value), text);
    }),
  );
});

test("any bytes decode or give an error, and the two accounts of the syntax agree", () => {
  const jsonish = fc
    .array(
      fc.constantFrom(
        "{",
        "}",
        "[",
        "]",
        '"',
        ":",
        ",",
        "1",
        "-",
        ".",
        "e",
        "\\",
        "u",
        "true",
        "null",
        " ",
        "a",
        "\ud800",
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(jsonish, (text) => {
      const problem = findSyntaxError(Buffer.from(text, "utf8"));
      let accepted = true;
      try {
        JSON.parse(text);
      } catch {
        accepted = false;
      }
      equal(problem === undefined, accepted);
    }),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      decodeGoJson(bytes);
      decodeGoJsonObject(bytes, { integers: "exact" });
    }),
  );
});

test("the short way through JSON.parse gives what the long way gives", () => {
  const number = fc.constantFrom(
    "1e999",
    "-1e99",
    "1.5E+308",
    "9007199254740993",
    "-0",
    "-0.0",
    "1e-999",
    "12",
    `${"9".repeat(310)}`,
  );
  const text = fc
    .tuple(number, number, fc.json(), fc.constantFrom("", " ", "\n"), fc.constantFrom("\\ud800", "\\uD83D\\uDE00", "a"))
    .map(([a, b, json, space, string]) => `[${space}${a},{"x":${space}${b},"y":"${string}","z":${json}}]`);
  fc.assert(
    fc.property(text, fc.constantFrom("double" as const, "exact" as const), (text, integers) => {
      deepEqual(decodeGoJson(text, { integers }), decodeGoJson(` ${text}`, { integers })); // a space takes the long way
    }),
    { numRuns: 1000 },
  );
});

test("numbers that need care are found wherever they stand", () => {
  for (let length = 0; length < 320; length++) {
    const before = `{"a":"${"1 ".repeat(length)}`;
    for (const { digits, integers } of [
      { digits: "9007199254740993", integers: "exact" },
      { digits: "9".repeat(310), integers: "double" },
    ] as const) {
      const text = `${before}","b":-${digits}}`;
      deepEqual(decodeGoJson(text, { integers }), decodeGoJson(` ${text}`, { integers }));
    }
  }
});
