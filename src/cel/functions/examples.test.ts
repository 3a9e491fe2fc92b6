import { deepEqual, equal, ok } from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Environment } from "../checker.ts";
import { kubernetesFunctions, triggersEnvironment } from "../environments.ts";
import { emptyActivation } from "../evaluation.ts";
import { mergeDeclarations } from "../function-table.ts";
import { compileCel } from "../program.ts";
import { CelFailure, kindOf, type Outcome, valuesEqual } from "../values.ts";
import { mutationMessage, mutations } from "./mutations.ts";

/** The examples in docstrings: `` `expr` is `value` `` and `` `expr` fails with `error` ``. */
const example = /^ *\* - `(.+?)` (is|fails with) `(.+)`$/gm;

const kubernetes: Environment = {
  variables: new Map(),
  functions: mergeDeclarations([...kubernetesFunctions, mutations]),
  messages: mutationMessage,
  hasOptionals: true,
};

const environments: Readonly<Record<string, Environment>> = {
  "kubernetes.ts": kubernetes,
  "optionals.ts": kubernetes,
  "mutations.ts": kubernetes,
};

function evaluate(source: string, file: string): Outcome {
  const program = compileCel(source, environments[file] ?? triggersEnvironment);
  ok(program.ok, program.ok ? "" : `${source}: ${program.error.message}`);
  return program.value.evaluate(emptyActivation);
}

for (const file of readdirSync(import.meta.dirname).filter((name) => /(?<!\.test)\.ts$/.test(name))) {
  const text = readFileSync(join(import.meta.dirname, file), "utf8");
  for (const [, expr = "", verb, wanted = ""] of text.matchAll(example)) {
    test(`${file}: ${expr} ${verb} ${wanted}`, () => {
      const outcome = evaluate(expr, file);
      if (verb === "fails with") {
        ok(outcome instanceof CelFailure, "it does not fail");
        equal(outcome.message, wanted);
        return;
      }
      const value = evaluate(wanted, file);
      ok(!(outcome instanceof CelFailure), outcome instanceof CelFailure ? outcome.message : "");
      ok(!(value instanceof CelFailure));
      if (!valuesEqual(outcome, value)) deepEqual(outcome, value);
      equal(kindOf(outcome), kindOf(value));
    });
  }
}

test("every function of a library is documented by examples", () => {
  for (const file of readdirSync(import.meta.dirname).filter((name) => /(?<!\.test)\.ts$/.test(name))) {
    const text = readFileSync(join(import.meta.dirname, file), "utf8");
    if (!text.includes("const rows: readonly FunctionRow[]")) continue;
    ok([...text.matchAll(example)].length > 2, `${file} has too few examples`);
  }
});
