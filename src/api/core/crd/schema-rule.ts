import { childrenOf, type Expr } from "../../../cel/ast.ts";
import type { Environment } from "../../../cel/checker.ts";
import { type CelProgram, compileCel } from "../../../cel/program.ts";
import { isJsonArray, isJsonObject, type JsonObject } from "../../../json/value.ts";
import { err, type Result } from "../../../result.ts";
import { ruleEnvironment } from "./rule-types.ts";

/** One entry of `x-kubernetes-validations`, compiled for the schema that it stands in. */
export interface SchemaRule {
  readonly rule: JsonObject;
  /** Text of the expression. */
  readonly source: string;
  /** The error is worded as it follows `Invalid value`. */
  readonly program: Result<CelProgram, string>;
  readonly message: Result<CelProgram, string> | undefined;
  /** Whether the value from before may be missing, and is seen as an optional value. */
  readonly optionalOldSelf: boolean;
  /** A transition rule: it needs the value from before. */
  readonly usesOldSelf: boolean;
}

const compiled = new WeakMap<JsonObject, readonly SchemaRule[]>();
const none: readonly SchemaRule[] = [];

/** The rules that stand in a schema, not in those within; compiled once for each schema object. */
export function schemaRules(schema: JsonObject): readonly SchemaRule[] {
  const rules = schema["x-kubernetes-validations"];
  if (!isJsonArray(rules) || rules.length === 0) return none;
  let found = compiled.get(schema);
  if (!found) {
    found = rules.filter(isJsonObject).map((rule) => compileRule(rule, schema));
    compiled.set(schema, found);
  }
  return found;
}

function compileRule(rule: JsonObject, schema: JsonObject): SchemaRule {
  const optionalOldSelf = rule["optionalOldSelf"] === true;
  const environment = ruleEnvironment(schema, { optionalOldSelf });
  const source = String(rule["rule"] ?? "");
  const program = compileTo("bool", source, environment, "");
  const expression = rule["messageExpression"];
  return {
    rule,
    source,
    program,
    message:
      typeof expression === "string" && expression.trim() !== ""
        ? compileTo("string", expression, environment, "messageExpression ")
        : undefined,
    optionalOldSelf,
    usesOldSelf: program.ok && mentions(program.value.expr, "oldSelf"),
  };
}

function compileTo(
  type: "bool" | "string",
  source: string,
  environment: Environment | undefined,
  what: string,
): Result<CelProgram, string> {
  if (!environment) return err("the schema does not tell the type of the value");
  const program = compileCel(source, environment);
  if (!program.ok) return err(`${what}compilation failed: ${program.error.message}`);
  if (program.value.type.kind === type) return program;
  return err(
    type === "bool" ? "cel expression must evaluate to a bool" : "messageExpression must evaluate to a string",
  );
}

function mentions(expr: Expr, variable: string): boolean {
  if (expr.kind === "ident") return expr.name === variable;
  return childrenOf(expr).some((inner) => mentions(inner, variable));
}
