import { equal } from "node:assert/strict";
import { test } from "node:test";
import { highestMatching, isConstraint, spelledFor } from "./version-constraint.ts";

const versions = ["0.1", "0.9.0", "0.10.0", "1.0.0", "weird"];
const vectors: readonly { readonly constraint: string; readonly want: string | undefined }[] = [
  { constraint: ">= 0.1", want: "1.0.0" },
  { constraint: "<1.0", want: "0.10.0" },
  { constraint: ">= 0.1, < 0.10.0", want: "0.9.0" },
  { constraint: "!= 1.0.0", want: "0.10.0" },
  { constraint: "= 0.1.0", want: "0.1" },
  { constraint: "> 1.0", want: undefined },
  { constraint: ">= x", want: undefined },
];
for (const { constraint, want } of vectors) {
  test(constraint, () => {
    equal(isConstraint(constraint), true);
    equal(highestMatching(versions, constraint), want);
  });
}

test("each hub spells versions its way", () => {
  equal(spelledFor("artifact", "0.6"), "0.6.0");
  equal(spelledFor("artifact", "0.6.1"), "0.6.1");
  equal(spelledFor("tekton", "0.6.0"), "0.6");
  equal(spelledFor("tekton", "0.6.1"), "0.6.1");
  equal(isConstraint("0.6.1"), false);
});
