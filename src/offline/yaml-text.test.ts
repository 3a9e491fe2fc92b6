import { deepEqual, doesNotMatch, equal } from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { visibleLine, yamlText } from "./yaml-text.ts";

const hostile = [
  "a\u2028b: c",
  "a\u2029kind: Evil\nb",
  "x\u0085---\nkind: Evil",
  "\ufeffz",
  "\u001b[31mred",
  "yes",
  "0x10",
  "1:30",
  "multi\nline\n",
  "- a",
  "# no comment",
  "",
];

for (const text of hostile) {
  test(`YAML: ${JSON.stringify(text)} stays a text`, () => {
    const printed = yamlText({ value: text, list: [text], [text]: "key" });
    doesNotMatch(printed, /[\u0085\u2028\u2029\ufeff\u001b]/);
    deepEqual(parse(printed, { version: "1.1" }), { value: text, list: [text], [text]: "key" });
  });
}

test("lines for people hold no control characters", () => {
  equal(visibleLine("a\u001b[2J\r\u2028\u202e\tb"), "a\\u001b[2J\\u000d\\u2028\\u202e\tb");
});
