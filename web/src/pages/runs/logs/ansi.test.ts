import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { ansiSpans, plainStyle, plainText, styleAtEnd } from "./ansi.ts";

const esc = "\u001b";

const looks = [
  { name: "plain text", line: "hello", want: [["hello", undefined]] },
  {
    name: "one of 16 colours",
    line: `${esc}[32mok${esc}[0m.`,
    want: [
      ["ok", "ansi-green"],
      [".", undefined],
    ],
  },
  { name: "a bright colour", line: `${esc}[91mno`, want: [["no", "ansi-red"]] },
  {
    name: "the end of a colour",
    line: `${esc}[31ma${esc}[39mb`,
    want: [
      ["a", "ansi-red"],
      ["b", undefined],
    ],
  },
  { name: "256 colours, the first 16", line: `${esc}[38;5;2mx`, want: [["x", "ansi-green"]] },
  { name: "256 colours, the cube", line: `${esc}[38;5;208mx`, want: [["x", "rgb(255 135 0)"]] },
  { name: "256 colours, greys", line: `${esc}[38;5;232mx`, want: [["x", "rgb(8 8 8)"]] },
  { name: "true colours", line: `${esc}[38;2;1;2;300mx`, want: [["x", "rgb(1 2 255)"]] },
  { name: "a background is left out with its parameters", line: `${esc}[48;5;31;32mx`, want: [["x", "ansi-green"]] },
  { name: "other sequences", line: `${esc}[2K${esc}]0;title\u0007x${esc}[1A`, want: [["x", undefined]] },
  { name: "a progress bar shows its last state", line: "10%\r50%\r100%", want: [["100%", undefined]] },
  { name: "markup is text", line: "<script>", want: [["<script>", undefined]] },
];

for (const { name, line, want } of looks) {
  test(`a line with ${name}`, () => {
    deepEqual(
      ansiSpans(line).map(({ text, style }) => [text, style.color]),
      want,
    );
    equal(plainText(line), want.map(([text]) => text).join(""));
  });
}

test("bold, faint, italic and underlined begin and end", () => {
  const spans = ansiSpans(`${esc}[1;3;4ma${esc}[22;23;24mb${esc}[2mc`);
  deepEqual(
    spans.map(({ style }) => [style.isBold, style.isFaint, style.isItalic, style.isUnderlined]),
    [
      [true, false, true, true],
      [false, false, false, false],
      [false, true, false, false],
    ],
  );
});

test("a look goes on over the end of a line", () => {
  const left = styleAtEnd(`${esc}[33mwarning:`, plainStyle);
  deepEqual(
    ansiSpans(`more${esc}[0m`, left).map(({ style }) => style.color),
    ["ansi-yellow"],
  );
  equal(styleAtEnd(`more${esc}[0m`, left), plainStyle);
});
