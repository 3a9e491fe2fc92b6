import { equal } from "node:assert/strict";
import { test } from "node:test";
import { LiteralReplacer, maskingReplacements, type Replacement } from "./literal-replacer.ts";

const vectors: readonly {
  readonly name: string;
  readonly replacements: readonly Replacement[];
  readonly text: string;
  readonly want: string;
}[] = [
  { name: "leaves text alone without replacements", replacements: [], text: "abc", want: "abc" },
  { name: "hides a value", replacements: maskingReplacements(["s3cret"]), text: "a s3cret b", want: "a *** b" },
  { name: "hides neighbours", replacements: maskingReplacements(["ab"]), text: "ababxab", want: "******x***" },
  {
    name: "takes the longest",
    replacements: maskingReplacements(["abc", "abcdef"]),
    text: "abcdef abcx",
    want: "*** ***x",
  },
  {
    name: "keeps a beginning that goes on otherwise",
    replacements: maskingReplacements(["aab"]),
    text: "aaaab aac",
    want: "aa*** aac",
  },
  { name: "ignores blank values", replacements: maskingReplacements(["", " \n"]), text: "a b", want: "a b" },
  {
    name: "hides each longer line of a value, and the value without its last newline",
    replacements: maskingReplacements(["-----BEGIN\n{\nabcdefgh\n"]),
    text: "x abcdefgh -----BEGIN {",
    want: "x *** *** {",
  },
  {
    name: "puts paths back",
    replacements: [
      { find: "/pods/1/workspace", replace: "/workspace" },
      { find: "/pods/1", replace: "/" },
    ],
    text: "at /pods/1/workspace/src in /pods/1.",
    want: "at /workspace/src in /.",
  },
];

for (const { name, replacements, text, want } of vectors) {
  test(name, () => {
    // However the text is cut, the outcome is the same.
    for (let size = 1; size <= text.length; size++) {
      const replacer = new LiteralReplacer(replacements);
      let out = "";
      for (let at = 0; at < text.length; at += size) out += replacer.push(Buffer.from(text.slice(at, at + size)));
      equal(out + replacer.flush(), want, `cut into ${size}`);
    }
  });
}
