import { deepEqual, equal, notEqual } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compileSubstitution } from "./substitution.ts";
import { SubstitutionCache } from "./substitution-cache.ts";

const vectors: { value: string; literals: string[]; expressions: string[] }[] = [
  { value: "plain", literals: ["plain"], expressions: [] },
  { value: "$(a)", literals: ["", ""], expressions: ["$(a)"] },
  { value: "x$(a)y$(b)z", literals: ["x", "y", "z"], expressions: ["$(a)", "$(b)"] },
  { value: "$($(a))", literals: ["$(", ")"], expressions: ["$(a)"] },
  { value: "$(a.$(b))", literals: ["$(a.", ")"], expressions: ["$(b)"] },
  { value: "$(a $(b)", literals: ["$(a ", ""], expressions: ["$(b)"] },
  { value: "$(a[?(@.x)])", literals: ["", ""], expressions: ["$(a[?(@.x)])"] },
  { value: "$(a[?(@.x==')')])", literals: ["", "])"], expressions: ["$(a[?(@.x==')')"] },
  { value: "$(a", literals: ["$(a"], expressions: [] },
  { value: "$(a(b)", literals: ["$(a(b)"], expressions: [] },
  { value: "$$(a)$ ) (", literals: ["$", "$ ) ("], expressions: ["$(a)"] },
  { value: "$()", literals: ["", ""], expressions: ["$()"] },
  { value: "$(a)$(a)", literals: ["", "", ""], expressions: ["$(a)", "$(a)"] },
];

for (const { value, literals, expressions } of vectors) {
  test(`finds the expressions of ${value}`, () => {
    const compiled = compileSubstitution(value);
    deepEqual(
      { literals: compiled.literals, expressions: compiled.expressions.map(({ text }) => text) },
      { literals, expressions },
    );
  });
}

const headers = [
  { value: "$(header.x-gitHub-EVENT)", field: "X-Github-Event" },
  { value: "$(header.ETag)", field: "Etag" },
  { value: "$(header.x_under)", field: "X_under" },
  { value: "$(header.x-1a-b)", field: "X-1a-B" },
  { value: "$(header.x-a[0])", field: "x-a" },
  { value: "$(header.x-é)", field: "x-é" },
  { value: "$(header['x-a'])", field: "x-a" },
  { value: "$({header.x-a})", field: "x-a" },
  { value: "$(.header.x-a)", field: "x-a" },
  { value: "$(Header.x-a)", field: "x-a" },
];
for (const { value, field } of headers) {
  test(`reads the header ${field} in ${value}`, () => {
    const path = compileSubstitution(value).expressions[0]?.path;
    deepEqual(path?.ok && path.value.path?.[1], { kind: "field", name: field });
  });
}

test("literals and expressions make up the value again", () => {
  fc.assert(
    fc.property(
      fc
        .array(fc.constantFrom("$(", ")", "(", "$", "a", "header.", "[", "'"), { maxLength: 12 })
        .map((parts) => parts.join("")),
      (value) => {
        const { literals, expressions } = compileSubstitution(value);
        equal(literals.map((literal, i) => literal + (expressions[i]?.text ?? "")).join(""), value);
      },
    ),
  );
});

test("the cache keeps the values used last", () => {
  const cache = new SubstitutionCache(2);
  const first = cache.get("$(a)");
  cache.get("$(b)");
  equal(cache.get("$(a)"), first);
  cache.get("$(c)");
  equal(cache.get("$(a)"), first);
  const long = "x".repeat(20_000);
  notEqual(cache.get(long), cache.get(long));
});
