import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { LogSource } from "../../../../../src/dashboard/views/run-log.ts";
import { LogSearch, splitMatches } from "./log-search.ts";
import { LogStore } from "./log-store.ts";

const source: LogSource = { task: "t", taskRun: "r", step: "s", attempt: 0 };

test("lines with the text are found portion by portion, whatever their colours, also in what comes later", () => {
  const store = new LogStore();
  store.put({ kind: "lines", source, lines: ["an Error", "fine", "\u001b[31mer\u001b[0mror", "fine"] });
  const search = new LogSearch(store, "error");
  equal(search.advance(2), true);
  deepEqual(search.lines, [1]);
  equal(search.advance(100), false);
  deepEqual(search.lines, [1, 3]);
  store.put({ kind: "lines", source: { ...source, step: "next" }, lines: ["ERROR again"] });
  equal(search.advance(100), false);
  equal(search.advance(100), false);
  deepEqual(search.lines, [1, 3, 5]);
});

const splits = [
  { name: "in the middle", text: "an error here", wanted: "error", want: ["an ", "*error", " here"] },
  { name: "in another case, twice", text: "ErrorERROR", wanted: "error", want: ["*Error", "*ERROR"] },
  { name: "nowhere", text: "fine", wanted: "error", want: ["fine"] },
  { name: "of nothing", text: "fine", wanted: "", want: ["fine"] },
  { name: "in an empty line", text: "", wanted: "x", want: [""] },
  { name: "in a text whose lower case is longer", text: "İx", wanted: "x", want: ["*İx"] },
];

for (const { name, text, wanted, want } of splits) {
  test(`matches ${name}`, () => {
    deepEqual(
      splitMatches(text, wanted).map((part) => (part.isMatch ? `*${part.text}` : part.text)),
      want,
    );
  });
}
