import { equal } from "node:assert/strict";
import { test } from "node:test";
import { sortKeys } from "./sort-keys.ts";

const vectors = [
  {
    name: "keys at every level",
    text: '{"b":[{"d":1,"c":2}],"a":{"f":null,"e":3}}',
    want: '{"a":{"e":3,"f":null},"b":[{"c":2,"d":1}]}',
  },
  { name: "capitals before small letters", text: '{"a":1,"B":2}', want: '{"B":2,"a":1}' },
  { name: "the order of UTF-8", text: '{"\u{1f600}":1,"\uff5e":2}', want: '{"\uff5e":2,"\u{1f600}":1}' },
  {
    name: "__proto__ is an ordinary key",
    text: '{"b":1,"__proto__":{"y":1,"x":2}}',
    want: '{"__proto__":{"x":2,"y":1},"b":1}',
  },
  { name: "what has no keys", text: '[2,1,"x",null]', want: '[2,1,"x",null]' },
] as const;

for (const { name, text, want } of vectors) test(name, () => equal(JSON.stringify(sortKeys(JSON.parse(text))), want));
