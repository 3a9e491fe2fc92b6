import { declare, type FunctionRow } from "../../../cel/function-table.ts";
import { opaqueType, type Type } from "../../../cel/types.ts";
import { CelOpaque, type CelValue, type Outcome } from "../../../cel/values.ts";

/** What an expression asks: whether the sender of the request, or a service account, may do something. */
export interface AccessQuestion {
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
  /** Of a path that names no resource. */
  readonly path?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

interface AccessAnswer {
  readonly allowed: boolean;
  readonly reason: string;
}

/** Decides whether a verb is allowed. */
export type AccessOracle = (verb: string, question: AccessQuestion) => AccessAnswer;

const prefix = "kubernetes.authorization";

/** The authorizer, or a question to it that is not complete. */
class CelAccess extends CelOpaque {
  readonly typeName: string;
  readonly oracle: AccessOracle;
  readonly question: AccessQuestion;

  constructor(type: string, oracle: AccessOracle, question: AccessQuestion) {
    super();
    this.typeName = `${prefix}.${type}`;
    this.oracle = oracle;
    this.question = question;
  }

  equals(other: CelOpaque): boolean {
    return other === this;
  }
}

class CelDecision extends CelOpaque {
  readonly typeName = `${prefix}.Decision`;
  readonly answer: AccessAnswer;

  constructor(answer: AccessAnswer) {
    super();
    this.answer = answer;
  }

  equals(other: CelOpaque): boolean {
    return other === this;
  }
}

/** The values of `authorizer` and `authorizer.requestResource`; the latter asks about the object of the request. */
export function authorizerVariables(
  oracle: AccessOracle,
  requested: AccessQuestion,
): Readonly<Record<string, CelValue>> {
  return {
    authorizer: new CelAccess("Authorizer", oracle, {}),
    "authorizer.requestResource": new CelAccess("ResourceCheck", oracle, requested),
  };
}

/** The types of `authorizerVariables`. */
export const authorizerTypes: ReadonlyMap<string, Type> = new Map([
  ["authorizer", opaqueType(`${prefix}.Authorizer`)],
  ["authorizer.requestResource", opaqueType(`${prefix}.ResourceCheck`)],
]);

/** A question with one thing more, of the given type. */
function narrowed(type: string, field: "path" | "group" | "resource" | "subresource" | "namespace" | "name") {
  return ({ oracle, question }: CelAccess, value: string): Outcome =>
    new CelAccess(type, oracle, { ...question, [field]: value });
}

function check({ oracle, question }: CelAccess, verb: string): Outcome {
  return new CelDecision(oracle(verb, question));
}

function asServiceAccount({ oracle }: CelAccess, namespace: string, name: string): Outcome {
  return new CelAccess("Authorizer", oracle, { serviceAccount: { namespace, name } });
}

const rows: readonly FunctionRow[] = [
  ["Authorizer.path(string) -> PathCheck", narrowed("PathCheck", "path")],
  ["Authorizer.group(string) -> GroupCheck", narrowed("GroupCheck", "group")],
  ["Authorizer.serviceAccount(string, string) -> Authorizer", asServiceAccount],
  ["GroupCheck.resource(string) -> ResourceCheck", narrowed("ResourceCheck", "resource")],
  ["ResourceCheck.subresource(string) -> ResourceCheck", narrowed("ResourceCheck", "subresource")],
  ["ResourceCheck.namespace(string) -> ResourceCheck", narrowed("ResourceCheck", "namespace")],
  ["ResourceCheck.name(string) -> ResourceCheck", narrowed("ResourceCheck", "name")],
  ["PathCheck.check(string) -> Decision", check],
  ["ResourceCheck.check(string) -> Decision", check],
  ["Decision.allowed() -> bool", ({ answer }: CelDecision) => answer.allowed],
  ["Decision.reason() -> string", ({ answer }: CelDecision) => answer.reason],
  // Roles and bindings are at hand: deciding cannot fail.
  ["Decision.errored() -> bool", () => false],
  ["Decision.error() -> string", () => ""],
];

/** Questions about permissions (Kubernetes documentation of CEL, "Kubernetes authorizer library"). */
export const authorizerFunctions = declare(rows, {
  isGuarded: true,
  types: Object.fromEntries(
    ["Authorizer", "PathCheck", "GroupCheck", "ResourceCheck", "Decision"].map((type) => [
      type,
      opaqueType(`${prefix}.${type}`),
    ]),
  ),
});
