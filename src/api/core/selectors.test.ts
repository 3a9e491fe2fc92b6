import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { parseFieldSelector, parseLabelSelector } from "./selectors.ts";

const labels = { app: "a", tier: "2", empty: "" };

const matching: readonly (readonly [selector: string, matches: boolean])[] = [
  ["", true],
  ["app=a", true],
  ["app==b", false],
  ["app!=b", true],
  ["absent!=b", true],
  ["app in (a,b)", true],
  ["app notin (a)", false],
  ["absent notin (a)", true],
  ["app", true],
  ["!app", false],
  ["!absent", true],
  ["tier>1", true],
  ["tier<2", false],
  ["empty=", true],
  ["app=a,tier in (1, 2),!absent", true],
  ["__proto__", false],
];

for (const [selector, matches] of matching) {
  test(`"${selector}" ${matches ? "matches" : "does not match"}`, () => {
    const parsed = parseLabelSelector(selector);
    equal(parsed.ok && parsed.value(labels), matches);
  });
}

const wrong: readonly (readonly [selector: string, error: string])[] = [
  ["app in (a", "unable to parse requirement: found '', expected: ',' or ')'"],
  ["app in a", "unable to parse requirement: found 'a' expected: '('"],
  ["app ~ a", "unable to parse requirement: found '~', expected: in, notin, =, ==, !=, gt, lt"],
  ["app=a,", "found '', expected: identifier after ','"],
  [",app", "found ',', expected: !, identifier, or 'end of string'"],
  ["app=a b", "found 'b', expected: ',' or 'end of string'"],
];

for (const [selector, error] of wrong) {
  test(`"${selector}" is refused`, () => deepEqual(parseLabelSelector(selector), { ok: false, error }));
}

test("a field selector may escape what separates", () => {
  deepEqual(parseFieldSelector("metadata.name=a\\,b,status.phase!=Running"), {
    ok: true,
    value: [
      { field: "metadata.name", equal: true, value: "a,b" },
      { field: "status.phase", equal: false, value: "Running" },
    ],
  });
});
