import { ok } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { triggersEnvironment } from "./environments.ts";
import { explain } from "./explain.ts";
import { compileCel } from "./program.ts";
import type { JsonMap } from "./values.ts";

const functions = [...triggersEnvironment.functions.keys()].filter((name) => /^[a-z]/i.test(name));

const atoms = fc.constantFrom(
  ...["body", "body.a", "body.b", "body.c.d", "header", "1", "1.5", "2u", "-1", "'a'", "''", "'%s'", "'日😀'", "b'x'"],
  ...[
    "null",
    "true",
    "[1, 2]",
    "['a', 'b']",
    "{'a': 1}",
    "timestamp(0)",
    "duration('1s')",
    "dyn([])",
    "int",
    "0.0 / 0.0",
  ],
);

/** An argument whose type only shows at run time. */
const dyn = (expr: string): string => `dyn(${expr})`;

/** Expressions of well-formed calls to everything there is, with arguments of any type. */
const { expression } = fc.letrec<{ expression: string }>((tie) => {
  const inner = tie("expression");
  const operator = fc.constantFrom("+", "-", "*", "/", "%", "==", "!=", "<", ">=", "in", "&&", "||");
  const macro = fc.constantFrom("map", "filter", "all", "exists", "exists_one", "sortBy");
  return {
    expression: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      atoms,
      fc.tuple(inner, operator, inner).map(([a, op, b]) => `(${dyn(a)} ${op} ${dyn(b)})`),
      fc.tuple(fc.constantFrom(...functions), inner, fc.array(inner, { maxLength: 2 })).map(([name, first, rest]) => {
        const args = rest.map(dyn).join(", ");
        const isGlobal = name.includes(".") || rest.length === 0;
        return isGlobal ? `${name}(${[first, ...rest].map(dyn).join(", ")})` : `${dyn(first)}.${name}(${args})`;
      }),
      fc.tuple(inner, macro, inner).map(([a, name, b]) => `${dyn(a)}.${name}(x, ${dyn(b)} == x)`),
      fc.tuple(inner, inner).map(([a, b]) => `${dyn(a)}[${dyn(b)}]`),
      fc.tuple(inner, inner, inner).map(([a, b, c]) => `${dyn(a)} ? ${dyn(b)} : ${dyn(c)}`),
      inner.map((a) => `has(${dyn(a)}.k)`),
    ),
  };
});

test("no expression throws on any event, nor does explaining it", () => {
  let compiled = 0;
  fc.assert(
    fc.property(expression, fc.jsonValue(), fc.jsonValue(), (source, a, b) => {
      const program = compileCel(source);
      if (!program.ok) return;
      compiled++;
      const body = { a, b, c: { d: [a] } } as JsonMap;
      const activation = { variables: { body, header: { A: ["x"] }, extensions: {}, requestURL: "/" } };
      program.value.evaluate(activation, { costLimit: 20_000 });
      explain(program.value, activation);
    }),
    { numRuns: 2000 },
  );
  ok(compiled > 400, `only ${compiled} compiled`);
});
