import type { JsonObject, JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import { printFieldErrors } from "../field-error.ts";
import { type ConfigMaps, configMapNames, parseDefaults, type TriggersDefaults } from "./configuration.ts";
import { defaultEventListener, defaultInterceptorObject, defaultTrigger } from "./defaulting.ts";
import { decodeStruct, type GoObject, type GoValue } from "./go-decode.ts";
import { encodeStruct, encodeStructText } from "./go-encode.ts";
import { type JsonNode, type JsonSource, parsedJson, readJsonText, textJson } from "./json-source.ts";
import { findServedKind, type ServedKind } from "./kinds.ts";
import { type TriggersObject, validateTriggersObject } from "./validation.ts";

/** A write as the admission webhook sees it. `T` is a parsed value, or a node of JSON text. */
export interface AdmissionRequest<T = JsonValue> {
  readonly operation: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly object?: T | undefined;
  readonly oldObject?: T | undefined;
  /** The ConfigMaps of the components' namespace; a missing one counts as empty. */
  readonly configMaps?: ConfigMaps;
}

/** The webhook's answer to a write that it refuses. */
export interface AdmissionDenial {
  readonly stage: "mutate" | "validate";
  readonly code: 400;
  readonly reason: "BadRequest";
  readonly message: string;
}

/**
 * What becomes of a write: mutated, then validated (spec: resources, section 3). The result is the object to store,
 * undefined when there is none, as in a DELETE.
 */
export function admitTriggersObject(request: AdmissionRequest): Result<JsonObject | undefined, AdmissionDenial> {
  const mutated = mutateTriggersObject(request);
  if (!mutated.ok) return err(denial("mutate", mutated.error));
  const validated = validateTriggersRequest({ ...request, object: mutated.value ?? request.object });
  return validated.ok ? mutated : err(denial("validate", validated.error));
}

/** The same on JSON text, so that raw fields keep their number literals and duplicate keys. */
export function admitTriggersText(request: AdmissionRequest<JsonNode>): Result<string | undefined, AdmissionDenial> {
  const mutated = mutateTriggersText(request);
  if (!mutated.ok) return err(denial("mutate", mutated.error));
  const stored = mutated.value === undefined ? ok(request.object) : readJsonText(mutated.value);
  if (!stored.ok) throw new Error(`mutation printed what is no JSON: ${stored.error}`);
  const validated = validateTriggersText({ ...request, object: stored.value });
  return validated.ok ? mutated : err(denial("validate", validated.error));
}

function denial(stage: AdmissionDenial["stage"], message: string): AdmissionDenial {
  return { stage, code: 400, reason: "BadRequest", message };
}

/** The mutating half: decoded, defaulted, encoded again. Undefined for operations that it does not touch. */
export function mutateTriggersObject(request: AdmissionRequest): Result<JsonObject | undefined, string> {
  const mutated = mutate(request, parsedJson);
  if (!mutated.ok) return mutated;
  if (mutated.value === undefined) return ok(undefined);
  return ok(encodeStruct(mutated.value.served.struct, mutated.value.object));
}

/** The mutating half on JSON text. */
export function mutateTriggersText(request: AdmissionRequest<JsonNode>): Result<string | undefined, string> {
  const mutated = mutate(request, textJson);
  if (!mutated.ok) return mutated;
  if (mutated.value === undefined) return ok(undefined);
  return ok(encodeStructText(mutated.value.served.struct, mutated.value.object));
}

/** The validating half, also of objects that were never mutated. A DELETE must decode, and is then allowed. */
export function validateTriggersRequest(request: AdmissionRequest): Result<undefined, string> {
  return validate(request, parsedJson);
}

/** The same on JSON text. */
export function validateTriggersText(request: AdmissionRequest<JsonNode>): Result<undefined, string> {
  return validate(request, textJson);
}

function validate<T>(request: AdmissionRequest<T>, source: JsonSource<T>): Result<undefined, string> {
  const decoded = decodeRequest(request, source);
  if (!decoded.ok) return err(`decoding request failed: ${decoded.error}`);
  if (!isWrite(request.operation)) return ok(undefined);
  const { served, object } = decoded.value;
  if (object === undefined) return err("validation failed: the new object may not be nil");
  // The tables by which the object was decoded vouch for its type.
  const errors = validateTriggersObject({ kind: served.kind, object } as TriggersObject, served.version);
  return errors.length === 0 ? ok(undefined) : err(`validation failed: ${printFieldErrors(errors)}`);
}

interface DecodedRequest {
  readonly served: ServedKind;
  readonly object: GoObject | undefined;
}

function isWrite(operation: string): boolean {
  return operation === "CREATE" || operation === "UPDATE";
}

function decodeRequest<T>(request: AdmissionRequest<T>, source: JsonSource<T>): Result<DecodedRequest, string> {
  const served = findServedKind(request.apiVersion, request.kind);
  if (served === undefined) return err(`unhandled kind: ${request.apiVersion}, Kind=${request.kind}`);
  const decode = (value: T | undefined): Result<GoObject | undefined, string> =>
    value === undefined || source.inspect(value).kind === "null"
      ? ok(undefined)
      : decodeStruct(served.struct, value, source, { strict: true, lenientKey: "metadata" });
  const object = decode(request.object);
  if (!object.ok) return err(`cannot decode incoming new object: ${object.error}`);
  const oldObject = decode(request.oldObject);
  if (!oldObject.ok) return err(`cannot decode incoming old object: ${oldObject.error}`);
  return ok({ served, object: object.value });
}

function mutate<T>(
  request: AdmissionRequest<T>,
  source: JsonSource<T>,
): Result<{ readonly served: ServedKind; readonly object: GoObject } | undefined, string> {
  if (!isWrite(request.operation)) return ok(undefined);
  const decoded = decodeRequest(request, source);
  if (!decoded.ok) return err(`mutation failed: ${decoded.error}`);
  const { served, object } = decoded.value;
  if (object === undefined) return err("mutation failed: the new object may not be nil");
  if (hasHeaderWithoutValue(object["spec"])) return err(`mutation failed: ${headerWithoutValue}`);
  const config = parseDefaults(request.configMaps?.[configMapNames.defaults]);
  return ok({ served, object: defaulted(served, object, config.ok ? config.value : builtInDefaults) });
}

/** While the ConfigMap is broken the webhook goes on with what it had before; here that is what it ships with. */
const builtInDefaults: TriggersDefaults = {
  serviceAccount: "default",
  runAsUser: 65532,
  runAsGroup: 65532,
  fsGroup: 65532,
  runAsNonRoot: true,
};

function defaulted({ kind, version }: ServedKind, object: GoObject, config: TriggersDefaults): GoObject {
  switch (kind) {
    case "EventListener":
      return defaultEventListener(object, version, config) as unknown as GoObject;
    case "Trigger":
      return defaultTrigger(object, version) as unknown as GoObject;
    case "ClusterInterceptor":
    case "Interceptor":
      return defaultInterceptorObject(object) as unknown as GoObject;
    case "TriggerBinding":
    case "ClusterTriggerBinding":
    case "TriggerTemplate":
      return object;
    default:
      return kind satisfies never;
  }
}

/** Upstream cannot print such a header. */
const headerWithoutValue =
  "cannot create patch for round tripped newBytes: cannot marshal interface: json: error calling MarshalJSON for type " +
  'v1beta1.ParamValue: impossible ParamValues.Type: ""';

interface WithInterceptors {
  readonly interceptors?: readonly (null | { readonly webhook?: { readonly header?: readonly GoObject[] } })[];
}

function hasHeaderWithoutValue(spec: GoValue | undefined): boolean {
  const { interceptors, triggers, triggerGroups } = (spec ?? {}) as WithInterceptors & {
    readonly triggers?: readonly WithInterceptors[];
    readonly triggerGroups?: readonly WithInterceptors[];
  };
  return [{ interceptors }, ...(triggers ?? []), ...(triggerGroups ?? [])]
    .flatMap((each) => each.interceptors ?? [])
    .flatMap((interceptor) => interceptor?.webhook?.header ?? [])
    .some((header) => header["value"] === undefined);
}
