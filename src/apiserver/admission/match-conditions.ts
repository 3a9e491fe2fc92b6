import type { Environment } from "../../cel/checker.ts";
import { plainEnvironment } from "../../cel/environments.ts";
import { type CelProgram, compileCel } from "../../cel/program.ts";
import { dynType } from "../../cel/types.ts";
import { CelFailure, type CelValue, type JsonMap } from "../../cel/values.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { AdmissionAttributes } from "../pipeline.ts";

/** An entry of a webhook's `matchConditions`. */
interface MatchCondition {
  readonly name: string;
  readonly expression: string;
}

const environment: Environment = {
  ...plainEnvironment,
  variables: new Map(["object", "oldObject", "request"].map((name) => [name, dynType])),
};

const programs = new Map<string, CelProgram | string>();
const maxPrograms = 500;

function programOf(expression: string): CelProgram | string {
  let found = programs.get(expression);
  if (found === undefined) {
    if (programs.size >= maxPrograms) programs.clear();
    const compiled = compileCel(expression, environment);
    found = compiled.ok ? compiled.value : compiled.error.message;
    programs.set(expression, found);
  }
  return found;
}

/** Whole numbers are int: objects have no other kind that expressions could tell apart. */
function toCel(value: JsonValue): CelValue {
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : value;
  if (isJsonArray(value)) return value.map(toCel);
  if (!isJsonObject(value)) return value;
  const out: Record<string, CelValue> = Object.create(null) as Record<string, CelValue>;
  for (const key of Object.keys(value)) out[key] = toCel(value[key]!);
  return out as JsonMap;
}

function requestOf({
  definition,
  version,
  operation,
  user,
  namespace,
  name,
  subresource,
  dryRun,
}: AdmissionAttributes): JsonValue {
  const kind = { group: definition.group, version, kind: definition.kind };
  const resource = { group: definition.group, version, resource: definition.resource };
  return {
    kind,
    resource,
    requestKind: kind,
    requestResource: resource,
    subResource: subresource ?? "",
    name,
    namespace: namespace ?? "",
    operation,
    userInfo: { username: user.username, uid: user.uid ?? "", groups: user.groups, extra: user.extra ?? {} },
    dryRun,
  };
}

/** Whether all conditions hold. One that is false decides; otherwise one that fails is the error. */
export function matchConditionsHold(
  conditions: readonly MatchCondition[],
  attributes: AdmissionAttributes,
): Result<boolean, string> {
  if (conditions.length === 0) return ok(true);
  const variables = {
    object: toCel((attributes.object ?? null) as JsonValue),
    oldObject: toCel((attributes.oldObject ?? null) as JsonValue),
    request: toCel(requestOf(attributes)),
  } as JsonMap;
  let failure: string | undefined;
  for (const { name, expression } of conditions) {
    const program = programOf(expression);
    const outcome = typeof program === "string" ? new CelFailure(program) : program.evaluate({ variables });
    if (outcome === false) return ok(false);
    if (outcome !== true) {
      failure ??= `match condition ${JSON.stringify(name)}: ${outcome instanceof CelFailure ? outcome.message : "not a boolean"}`;
    }
  }
  return failure === undefined ? ok(true) : err(failure);
}
