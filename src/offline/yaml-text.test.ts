import { deepEqual, doesNotMatch, equal } from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { goYamlTags } from "../json/go-yaml-tags.ts";
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
  "2001-01-01",
  "0o17",
  "0O17",
  "0X1f",
  "1e1_0",
  "multi\nline\n",
  "- a",
  "# no comment",
  "",
];

for (const text of hostile) {
  test(`YAML: ${JSON.stringify(text)} stays a text`, () => {
    const printed = yamlText({ value: text, list: [text], [text]: "key" });
    doesNotMatch(printed, /[\u0085\u2028\u2029\ufeff\u001b]/);
    for (const customTags of [undefined, goYamlTags]) {
      const read: unknown = parse(printed, { version: "1.1", ...(customTags && { customTags }) });
      deepEqual(read, { value: text, list: [text], [text]: "key" });
    }
  });
}

test("lines for people hold no control characters", () => {
  equal(visibleLine("a\u001b[2J\r\u2028\u202e\tb"), "a\\u001b[2J\\u000d\\u2028\\u202e\tb");
});
