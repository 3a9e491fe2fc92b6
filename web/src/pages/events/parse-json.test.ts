import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { ExactNumber, parseJson } from "./parse-json.ts";

const exact = ["12345678901234567890", "0.10", "1e400", "-0"];

for (const text of exact) {
  test(`JSON to look at: ${text} keeps its digits`, () => {
    const value = parseJson(`[${text}]`);
    ok(Array.isArray(value));
    const [number] = value;
    ok(number instanceof ExactNumber);
    equal(number.text, text);
  });
}

test("JSON to look at: everything else is as it is", () => {
  deepEqual(parseJson('{"a":[1,2.5,true,null,"x"]}'), { a: [1, 2.5, true, null, "x"] });
  equal(parseJson("{"), undefined);
  ok(Object.hasOwn(parseJson('{"__proto__":1}') as object, "__proto__"));
});
