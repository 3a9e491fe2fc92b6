import { decodeGoJson } from "../json/go-decode.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import { maxResultLength, renderRelaxedPath } from "../jsonpath/relaxed.ts";
import { SubstitutionCache } from "../jsonpath/substitution-cache.ts";
import { GoNilMap, GoStringMap, GoStruct } from "../jsonpath/value.ts";
import { err, ok, type Result } from "../result.ts";
import type { BindingParam, BindingSource } from "./bindings.ts";

/** What the expressions of bindings read. */
export interface EventData {
  /** Header name, as received, to its values. */
  readonly header: Readonly<Record<string, readonly string[]>>;
  /** `decodeEventBody` of the body; decode once for all triggers that see the same body. */
  readonly body: Result<JsonValue, string>;
  /** Null: none were given. In the sink it is always an object. */
  readonly extensions: JsonObject | null;
  readonly eventId: string;
}

/** A param as templates get it. */
export interface ResolvedParam {
  readonly name: string;
  readonly value: string;
  readonly source: ParamSource;
}

/** How a param came by its value. */
type ParamSource =
  /** The TriggerTemplate's default, as no binding gives the param. */
  | { readonly kind: "default" }
  | {
      readonly kind: "binding";
      readonly binding: BindingSource;
      /** The expressions of the binding's value, in order. */
      readonly expressions: readonly EvaluatedExpression[];
    };

interface EvaluatedExpression {
  /** As written: `$(body.ref)`. */
  readonly text: string;
  /** What was put in its place. */
  readonly value: string;
  /** Why it could not be evaluated; then the value is the template's default. */
  readonly error?: string;
}

/** A param that a TriggerTemplate declares. */
interface ParamSpec {
  readonly name?: string;
  readonly default?: string;
}

/** Decodes an event's body for its bindings: all JSON is taken, and nothing at all is null. The error is Go's. */
export function decodeEventBody(body: string | Uint8Array): Result<JsonValue, string> {
  return body.length === 0 ? ok(null) : decodeGoJson(body);
}

const substitutions = new SubstitutionCache(4096);

/**
 * The params of one event: first those that the template declares, in its order, then the others in the bindings'
 * order. An expression that fails gives way to the param's default, if there is one. What an event brings in is never
 * evaluated (spec: event processing, sections 4 and 5). Errors are Tekton's texts.
 */
export function resolveParams(
  bindings: readonly BindingParam[],
  declared: readonly ParamSpec[],
  event: EventData,
): Result<readonly ResolvedParam[], string> {
  if (!event.body.ok) {
    return err(
      `failed to ApplyEventValuesToParams: failed to marshal event: failed to unmarshal request body: ${event.body.error}`,
    );
  }
  const root = eventRoot(event, event.body.value);
  const defaults = new Map<string, string>();
  const resolved = new Map<string, ResolvedParam | undefined>();
  for (const { name = "", default: value } of declared) {
    resolved.set(name, resolved.get(name));
    if (value === undefined) continue;
    defaults.set(name, value);
    resolved.set(name, { name, value, source: { kind: "default" } });
  }
  for (const param of bindings) {
    const value = evaluateParam(param, defaults.get(param.name), root);
    if (!value.ok) {
      return err(
        `failed to ApplyEventValuesToParams: failed to replace JSONPath value for param ${param.name}: ${param.value}: ${value.error}`,
      );
    }
    resolved.set(param.name, value.value);
  }
  return ok([...resolved.values()].filter((param) => param !== undefined));
}

function evaluateParam(
  { name, value, binding }: BindingParam,
  fallback: string | undefined,
  root: GoStruct,
): Result<ResolvedParam, string> {
  const { literals, expressions } = substitutions.get(value);
  let text = literals[0] as string;
  const evaluated: EvaluatedExpression[] = [];
  for (let i = 0; i < expressions.length; i++) {
    const { text: expression, path } = expressions[i] as (typeof expressions)[number];
    const result = path.ok ? renderRelaxedPath(path.value, root) : path;
    if (result.ok) evaluated.push({ text: expression, value: result.value });
    else if (fallback === undefined) return result;
    else evaluated.push({ text: expression, value: fallback, error: result.error });
    text += (result.ok ? result.value : fallback) + (literals[i + 1] as string);
    if (text.length > maxResultLength) return err(`the value is longer than ${maxResultLength} characters`);
  }
  return ok({ name, value: text, source: { kind: "binding", binding, expressions: evaluated } });
}

/** The data root, whose Go types and names show in paths and errors. */
function eventRoot({ header, extensions, eventId }: EventData, body: JsonValue): GoStruct {
  const joined = new Map(Object.entries(header).map(([name, values]) => [name, values.join(",")]));
  const context = new GoStruct("template.TriggerContext", [{ name: "eventID", goName: "EventID", value: eventId }]);
  return new GoStruct("template.event", [
    { name: "header", goName: "Header", value: new GoStringMap(joined) },
    { name: "body", goName: "Body", value: body },
    { name: "extensions", goName: "Extensions", value: extensions ?? new GoNilMap() },
    { name: "context", goName: "Context", value: context },
  ]);
}
