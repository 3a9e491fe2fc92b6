import { equal } from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { childName } from "./child-name.ts";

const md5 = (text: string) => createHash("md5").update(text).digest("hex");
const long = "a".repeat(60);

const vectors = [
  { name: "short names are joined", parent: "run", suffix: "-task", want: "run-task" },
  { name: "63 characters still fit", parent: "p".repeat(58), suffix: "-task", want: `${"p".repeat(58)}-task` },
  { name: "a long parent is cut and hashed", parent: long, suffix: "-pod", want: `${"a".repeat(27)}${md5(long)}-pod` },
  {
    name: "a long suffix is hashed with the parent",
    parent: long,
    suffix: `-${"b".repeat(40)}`,
    want: `${"a".repeat(31)}${md5(`${long}-${"b".repeat(40)}`)}`,
  },
  {
    name: "a short parent leaves room for the start of a long suffix",
    parent: "abc",
    suffix: `-${"b".repeat(26)}-${"c".repeat(40)}`,
    want: `abc${md5(`abc-${"b".repeat(26)}-${"c".repeat(40)}`)}-${"b".repeat(26)}`,
  },
];

for (const { name, parent, suffix, want } of vectors) {
  test(name, () => equal(childName(parent, suffix), want));
}
