import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeGoJson } from "./go-decode.ts";
import { setRawJson } from "./sjson-set.ts";

const vectors = [
  { json: "{}", path: "k", want: '{"k":9}' },
  { json: "{}", path: "a.b.c", want: '{"a":{"b":{"c":9}}}' },
  { json: '{"a":{"b":1}}', path: "a.c", want: '{"a":{"b":1,"c":9}}' },
  { json: '{ "a" : 1 }', path: "a", want: '{ "a" : 9 }' },
  { json: '{"a":1 }', path: "b", want: '{"a":1 ,"b":9}' },
  { json: '{"a":1}', path: "a.y", want: '{"a":{"y":9}}' },
  { json: '{"a":1}', path: "a.1", want: '{"a":[null,9]}' },
  { json: '{"a":1}', path: "a.-1", want: '{"a":{"-1":9}}' },
  { json: "{}", path: "a.2", want: '{"a":[null,null,9]}' },
  { json: "{}", path: "a.-1", want: '{"a":[9]}' },
  { json: "{}", path: "-1", want: '{"-1":9}' },
  { json: '{"a":[1, 2]}', path: "a.-1", want: '{"a":[1, 2,9]}' },
  { json: '{"a":[1,2]}', path: "a.0", want: '{"a":[9,2]}' },
  { json: '{"a":[1, 2]}', path: "a.3", want: '{"a":[1,2,null,9]}' },
  { json: '{"a":[]}', path: "a.1", want: '{"a":[null,9]}' },
  { json: '{"a":[[1]]}', path: "a.0.-1", want: '{"a":[[1,9]]}' },
  { json: "{}", path: "5", want: '{"5":9}' },
  { json: "", path: "5", want: "[null,null,null,null,null,9]" },
  { json: "", path: "a", want: '{"a":9}' },
  { json: "{}", path: "a.:5", want: '{"a":{"5":9}}' },
  { json: "{}", path: ":5.x", want: '{"5":{"x":9}}' },
  { json: "{}", path: "a\\.b.c", want: '{"a.b":{"c":9}}' },
  { json: '{"a.b":1}', path: "a\\.b", want: '{"a.b":9}' },
  { json: "{}", path: "a\\*", want: '{"a*":9}' },
  { json: "{}", path: "a.", want: '{"a":[9]}' },
  { json: '{"a":[1]}', path: "a.", want: '{"a":[1,9]}' },
  { json: "{}", path: ".a", want: '{"":{"a":9}}' },
  { json: "{}", path: "a..b", want: '{"a":[{"b":9}]}' },
  { json: "{}", path: "a b", want: '{"a b":9}' },
  { json: "{}", path: 'q"<', want: '{"q\\"\\u003c":9}' },
  { json: "{}", path: "__proto__.x", want: '{"__proto__":{"x":9}}' },
  { json: '{"a":1,"a":2}', path: "a", want: '{"a":9,"a":2}' },
  { json: '{"\\u0061":1}', path: "a", want: '{"\\u0061":9}' },
  { json: "12", path: "a", want: '{"a":9}' },
  { json: "not json", path: "a", want: '{"a":9}' },
  { json: "{}", path: "a*", want: "{}" },
  { json: '{"xb":0,"ab":1,"ac":2}', path: "a*", want: '{"xb":0,"ab":9,"ac":2}' },
  { json: '{"abc":1}', path: "a?c", want: '{"abc":9}' },
  { json: '{"a*c":1,"abc":2}', path: "a\\*?", want: '{"a*c":9,"abc":2}' },
  { json: '{"a":[{"x":1},{"x":2},{}]}', path: "a.#.x", want: '{"a":[{"x":9},{"x":9},{}]}' },
  { json: '{"a":[1,2]}', path: "a.#", want: '{"a":[1,2]}' },
  { json: '{"a":{"b":1}}', path: "a|b", want: '{"a":{"b":1}}' },
  { json: "{}", path: "@x", want: "{}" },
  { json: "{}", path: "a.#.x", want: "{}" },
];

for (const { json, path, want } of vectors) {
  test(`sets ${path} in ${json}`, () => deepEqual(setRawJson(json, path, "9"), { ok: true, value: want }));
}

const errors = [
  { json: "{}", path: "", error: "path cannot be empty" },
  { json: '{"a":[1]}', path: "a.x", error: "cannot set array element for non-numeric key 'x'" },
  { json: '{"a":[1]}', path: "a.:5", error: "cannot set array element for non-numeric key '5'" },
  { json: "{}", path: "a.999999999", error: "array indexes add up to more than 100000" },
  { json: "[[]]", path: "0.60000.60000", error: "array indexes add up to more than 100000" },
];

for (const { json, path, error } of errors) {
  test(`refuses ${path} in ${json}`, () => deepEqual(setRawJson(json, path, "9"), { ok: false, error }));
}

test("whatever the path, JSON stays JSON", () => {
  const path = fc
    .array(fc.constantFrom("a", "b", ".", "\\", "*", "?", "#", "|", "@", ":", "-1", "1", "é", '"'), { maxLength: 8 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(
      path,
      path,
      fc.constantFrom("{}", '{"a":[1,{"b":2}]}', "[]", "3", ' {"a":{"1":2}} '),
      (first, second, json) => {
        const once = setRawJson(json, first, '{"b":[1]}');
        const twice = once.ok ? setRawJson(once.value, second, "null") : once;
        if (twice.ok) return decodeGoJson(twice.value).ok;
        return true;
      },
    ),
    { numRuns: 2000 },
  );
});
