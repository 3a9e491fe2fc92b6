import { equal } from "node:assert/strict";
import { test } from "node:test";
import { ansiLine } from "./ansi.ts";

const vectors = [
  { name: "plain text is escaped", line: "a <b> & c", want: "a &lt;b&gt; &amp; c" },
  {
    name: "a colour until it is reset",
    line: "\u001b[31mred\u001b[0m plain",
    want: '<span class="ansi-red">red</span> plain',
  },
  { name: "markup inside colour is escaped", line: "\u001b[32m<i>", want: '<span class="ansi-green">&lt;i&gt;</span>' },
  { name: "bold and bright", line: "\u001b[1;94mx", want: '<span class="ansi-blue bold">x</span>' },
  { name: "parameters of 256 colours are no codes", line: "\u001b[38;5;31mx", want: "x" },
  { name: "true colours keep what follows", line: "\u001b[38;2;31;32;33;1mx", want: '<span class="bold">x</span>' },
  { name: "other sequences are left out", line: "\u001b[2K\u001b]0;title\u0007done\u001b[1A", want: "done" },
  { name: "a carriage return starts anew", line: "10%\r20%", want: "20%" },
  { name: "a broken sequence does no harm", line: "\u001b[", want: "\ufffd" + "[" },
];

for (const { name, line, want } of vectors) {
  test(name, () => equal(ansiLine(line).text, want));
}
