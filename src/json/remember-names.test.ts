import { equal } from "node:assert/strict";
import { test } from "node:test";
import { rememberNames } from "./remember-names.ts";

test("a name is worked out once, unless it is long or there are too many", () => {
  let asked = 0;
  const isShort = rememberNames((name) => {
    asked++;
    return name.length < 3;
  });
  for (let time = 0; time < 3; time++) equal(isShort("ab"), true);
  equal(asked, 1);
  for (let time = 0; time < 3; time++) equal(isShort("x".repeat(101)), false);
  equal(asked, 4);
  for (let number = 0; number < 3_000; number++) equal(isShort(`n-${number}`), false);
  asked = 0;
  equal(isShort("n-100"), false);
  equal(asked, 0);
  equal(isShort("n-2500"), false);
  equal(asked, 1);
});
