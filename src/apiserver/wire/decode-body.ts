import { goTypes } from "../../api/core/core-types.ts";
import { invalid } from "../../api/core/field-problem.ts";
import type { Fields } from "../../api/core/fields.ts";
import { decodeGo } from "../../api/core/go-codec.ts";
import type { Status } from "../../api/object.ts";
import { copyJson } from "../../json/copy-json.ts";
import { findSyntaxError } from "../../json/go-syntax.ts";
import { parseObject } from "../../json/object-text.ts";
import { isJsonObject, type JsonObject, type JsonValue, member } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { PipelineRequest, ProtobufDecoder } from "../pipeline.ts";
import { apiVersionOf, type ResourceDefinition, servedVersion } from "../resource-definition.ts";
import { badRequest, invalidObject, unsupportedMediaType } from "../status.ts";
import { duplicateKeys } from "./duplicate-keys.ts";
import { tooDeep } from "./nesting.ts";
import { parseYaml } from "./yaml.ts";

/** A decoded body, and what `fieldValidation` has to say about it. */
export interface DecodedBody {
  readonly object: Fields;
  /** Problems such as `unknown field "spec.x"`: an error under Strict, warnings under Warn. */
  readonly strictProblems: readonly string[];
}

const decoder = new TextDecoder();

const writeTypes = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

/** The media type without parameters. */
export function mediaType(headers: Readonly<Record<string, string>>): string {
  return (headers["content-type"] ?? "").split(";")[0]!.trim().toLowerCase();
}

interface RawBody {
  readonly value: JsonValue;
  /** How the body shows up in error messages. */
  readonly summary: () => string;
  readonly duplicates: readonly string[];
}

/** Parses the body of a write of `kind`, without looking at what is in it. */
export function parseBody(
  request: PipelineRequest,
  kind: string,
  custom: boolean,
  protobuf: ProtobufDecoder | undefined,
): Result<RawBody, Status> {
  const { body } = request;
  if (body.kind === "parsed") {
    return ok({ value: body.value, summary: () => summarize(Buffer.from(JSON.stringify(body.value))), duplicates: [] });
  }
  const bytes = body.kind === "bytes" ? body.bytes : new Uint8Array();
  const type = mediaType(request.headers);
  const unrecognized = (message: string): Result<RawBody, Status> =>
    err(
      badRequest(
        `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; ${message} (${summarize(bytes)})`,
      ),
    );
  switch (type) {
    case "":
    case "application/json": {
      const syntax = findSyntaxError(bytes);
      if (syntax !== undefined) return unrecognized(`json parse error: ${syntax}`);
      const text = decoder.decode(bytes);
      const deep = tooDeep(text);
      if (deep !== undefined) return unrecognized(`json parse error: ${deep}`);
      return ok({ value: parseObject(text), summary: () => summarize(bytes), duplicates: duplicateKeys(text) });
    }
    case "application/yaml":
    case "application/x-yaml":
    case "text/yaml": {
      const parsed = parseYaml(decoder.decode(bytes));
      if (!parsed.ok) return unrecognized(`error converting YAML to JSON: yaml: ${parsed.error}`);
      const json = parsed.value;
      return ok({ value: json, summary: () => summarize(Buffer.from(JSON.stringify(json))), duplicates: [] });
    }
    case "application/vnd.kubernetes.protobuf": {
      const decoded = custom ? undefined : protobuf?.decode(bytes);
      if (!decoded) return err(unsupportedMediaType(writeTypes));
      if (!decoded.ok) return err(badRequest(decoded.error));
      return ok({ value: decoded.value, summary: () => summarize(bytes), duplicates: [] });
    }
    default:
      return err(unsupportedMediaType(writeTypes));
  }
}

function summarize(bytes: Uint8Array): string {
  if (bytes.length === 0) return "<empty>";
  const short = bytes.length > 30 ? bytes.subarray(0, 30) : bytes;
  const text = bytes[0] === 0x7b ? decoder.decode(short) : Buffer.from(short).toString("hex");
  return bytes.length > 30 ? `${text} ...` : text;
}

/** Decodes a body into the kind that the request is about. */
export function decodeBody(
  request: PipelineRequest,
  definition: ResourceDefinition,
  version: string,
  protobuf: ProtobufDecoder | undefined,
): Result<DecodedBody, Status> {
  const raw = parseBody(request, definition.kind, definition.custom, protobuf);
  if (!raw.ok) return raw;
  const { value, summary, duplicates } = raw.value;
  if (value !== null && !isJsonObject(value)) {
    const found = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
    return err(
      badRequest(
        `the object provided is unrecognized (must be of type ${definition.kind}): couldn't get version/kind; json parse error: json: cannot unmarshal ${found} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" } (${summary()})`,
      ),
    );
  }
  return decodeObject(value ?? {}, definition, version, duplicates, summary);
}

/** As `decodeBody`, for an object that is already parsed: also what patches result in. */
export function decodeObject(
  value: JsonObject,
  definition: ResourceDefinition,
  version: string,
  duplicates: readonly string[],
  summary: () => string,
): Result<DecodedBody, Status> {
  return definition.custom
    ? decodeCustom(value, definition, version, duplicates, summary)
    : decodeBuiltin(value, definition, version, duplicates);
}

/** The refusal of a body that is not of the wanted kind, or not well made. */
export function unhandled(kind: string, version: string, wanted: ResourceDefinition, cause: string): Status {
  return badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${wanted.kind}: ${cause}`);
}

function otherVersion(given: string, expected: string): Status {
  return badRequest(`the API version in the data (${given}) does not match the expected API version (${expected})`);
}

function quoteField(kind: "unknown" | "duplicate", path: string): string {
  return `${kind} field ${JSON.stringify(path)}`;
}

function decodeBuiltin(
  value: JsonObject,
  definition: ResourceDefinition,
  version: string,
  duplicates: readonly string[],
): Result<DecodedBody, Status> {
  const expected = apiVersionOf(definition.group, version);
  const kind = typeof value["kind"] === "string" && value["kind"] !== "" ? value["kind"] : definition.kind;
  const apiVersion =
    typeof value["apiVersion"] === "string" && value["apiVersion"] !== "" ? value["apiVersion"] : expected;
  const ownVersion = apiVersion.split("/").at(-1)!;
  const cannot = (cause: string): Result<DecodedBody, Status> => err(unhandled(kind, ownVersion, definition, cause));
  const unregistered = (): Result<DecodedBody, Status> =>
    cannot(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"`,
    );
  let type = servedVersion(definition, version)?.type;
  if (kind !== definition.kind) {
    try {
      type = goTypes.struct(kind);
    } catch {
      return unregistered();
    }
  } else if (apiVersion !== expected) {
    const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
    if (group === definition.group || !knownGroups.has(group)) {
      return unregistered();
    }
    return err(otherVersion(apiVersion, expected));
  }
  if (!type) throw new Error(`no type for ${definition.kind}`);
  const decoded = decodeGo(type, value);
  if (!decoded.ok) return cannot(decoded.error);
  if (kind !== definition.kind) return cannot(`converting (${kind}) to (${definition.kind}): unknown conversion`);
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = decoded.value.object;
  if (clearsManagedFields(value)) (rest["metadata"] as Fields)["managedFields"] = [{}];
  return ok({
    object: { kind: definition.kind, apiVersion: expected, ...rest },
    strictProblems: [
      ...duplicates.map((path) => quoteField("duplicate", path)),
      ...decoded.value.unknown.map((path) => quoteField("unknown", path)),
    ],
  });
}

/** An empty list means the same as a list of one empty entry: all entries go. */
function clearsManagedFields(value: JsonObject): boolean {
  const managed = member(value["metadata"], "managedFields");
  return Array.isArray(managed) && managed.length === 0;
}

const knownGroups = new Set(["", "apps", "batch", "policy", "autoscaling"]);

const objectMetaType = goTypes.struct("ObjectMeta");

function decodeCustom(
  value: JsonObject,
  definition: ResourceDefinition,
  version: string,
  duplicates: readonly string[],
  summary: () => string,
): Result<DecodedBody, Status> {
  const expected = apiVersionOf(definition.group, version);
  const unrecognized = (field: string): Result<DecodedBody, Status> => {
    const shown = JSON.stringify(value);
    return err(
      badRequest(
        `the object provided is unrecognized (must be of type ${definition.kind}): Object '${field}' is missing in '${shown}' (${summary()})`,
      ),
    );
  };
  const { kind, apiVersion } = value;
  if (typeof kind !== "string" || kind === "") return unrecognized("Kind");
  if (typeof apiVersion !== "string" || apiVersion === "") return unrecognized("apiVersion");
  const metadata = isJsonObject(value["metadata"]) ? value["metadata"] : {};
  const decoded = decodeGo(objectMetaType, metadata);
  if (!decoded.ok) return err(unhandled(kind, apiVersion.split("/").at(-1)!, definition, decoded.error));
  if (apiVersion !== expected) {
    return err(otherVersion(apiVersion, expected));
  }
  if (kind !== definition.kind) {
    const name = typeof metadata["name"] === "string" ? metadata["name"] : "";
    return err(
      invalidObject({ group: definition.group, kind }, name, [invalid("kind", kind, `must be ${definition.kind}`)]),
    );
  }
  if (clearsManagedFields(value)) (decoded.value.object as Fields)["managedFields"] = [{}];
  return ok({
    object: { ...(copyJson(value) as Fields), metadata: decoded.value.object },
    strictProblems: [
      ...duplicates.map((path) => quoteField("duplicate", path)),
      ...decoded.value.unknown.map((path) => quoteField("unknown", `metadata.${path}`)),
    ],
  });
}
