import { equal, ok } from "node:assert/strict";
import { test } from "node:test";
import type { Environment } from "./checker.ts";
import { kubernetesFunctions } from "./environments.ts";
import { mergeDeclarations } from "./function-table.ts";
import { compileCel } from "./program.ts";
import { dynType } from "./types.ts";
import { CelFailure, type JsonMap } from "./values.ts";

const environment: Environment = {
  variables: new Map([["o", dynType]]),
  functions: mergeDeclarations(kubernetesFunctions),
  hasOptionals: true,
};
const o = { a: { b: "x" }, list: [1n], empty: "" } as unknown as JsonMap;

const holds: readonly string[] = [
  "o.?a.b.value() == 'x'",
  "o.?a.c == optional.none()",
  "o.?z.b.c.orValue('d') == 'd'",
  "o.?a.?b == optional.of('x')",
  "o[?'a'].b.hasValue()",
  "o.list[?0].value() == 1 && !o.list[?1].hasValue()",
  "o.?list[0].value() == 1",
  "o.?a.b.or(optional.of('y')).value() == 'x'",
  "o.?a.b.orValue(string(1 / 0)) == 'x'",
  "o.?a.optMap(a, a.b + '!').value() == 'x!'",
  "!o.?z.optMap(z, z.b).hasValue()",
  "o.?a.optFlatMap(a, a.?b).value() == 'x'",
  "has(o.?a.b) && !has(o.?z.b)",
  "[1, ?optional.none(), ?optional.of(2)] == [1, 2]",
  "{'a': 1, ?'b': optional.none(), ?'c': o.?a.b} == {'a': 1, 'c': 'x'}",
  "optional.ofNonZeroValue(o.empty).orValue('z') == 'z'",
];

for (const source of holds) {
  test(`${source} holds`, () => {
    const program = compileCel(source, environment);
    ok(program.ok, program.ok ? "" : program.error.message);
    const outcome = program.value.evaluate({ variables: { o } });
    equal(outcome instanceof CelFailure ? outcome.message : outcome, true);
  });
}

const refused: readonly { readonly source: string; readonly want: RegExp }[] = [
  { source: "[?1]", want: /expected type 'optional_type\(dyn\)' but found 'int'/ },
  { source: "'a'.optMap(x, x)", want: /expected type 'optional_type\(dyn\)' but found 'string'/ },
  { source: "has(o.?a)", want: /invalid argument to has\(\) macro/ },
  { source: "optional.of('x').orValue(1)", want: /found no matching overload for 'orValue'/ },
];

for (const { source, want } of refused) {
  test(`${source} is refused`, () => {
    const program = compileCel(source, environment);
    ok(!program.ok && want.test(program.error.message), program.ok ? "" : program.error.message);
  });
}

test("expressions of triggers know no optional values", () => {
  for (const source of ["body.?a", "body[?'a']", "[?1]", "{?'a': 1}", "optional.none()"]) ok(!compileCel(source).ok);
});
