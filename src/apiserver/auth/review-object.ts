import type { Status, StatusCause } from "../../api/object.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import type { JsonResponse, PipelineResponse, ResourceRequest } from "../pipeline.ts";
import { failure } from "../status.ts";

/** A field of the object's spec, or undefined when the body has no such object. */
export function specOf(body: JsonValue | undefined): JsonObject {
  const spec = isJsonObject(body) ? body["spec"] : undefined;
  return isJsonObject(spec) ? spec : {};
}

/** The string in that field; empty when it is absent. */
export function stringField(object: JsonObject, key: string): string {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return typeof value === "string" ? value : "";
}

/** The strings in that list; empty when it is absent. */
export function stringsField(object: JsonObject, key: string): readonly string[] {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return isJsonArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** A map of lists of strings, as UserInfo's `extra`. */
export function extraField(object: JsonObject, key: string): Readonly<Record<string, readonly string[]>> | undefined {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  if (!isJsonObject(value)) return undefined;
  const extra: Record<string, readonly string[]> = Object.create(null);
  for (const name of Object.keys(value)) extra[name] = stringsField(value, name);
  return extra;
}

/** The time as metav1.Time prints it: whole seconds, UTC. */
export function metaTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/**
 * The managedFields of an object that is answered but stored nowhere: all of what its spec holds belongs to the sender
 * (spec: kube-api, section 8). None when the spec is empty.
 */
export function reviewManagedFields(
  routed: ResourceRequest,
  spec: JsonObject,
  nowMs: number,
  subresource?: string,
): { readonly managedFields?: readonly JsonObject[] } {
  const fields = ownedFields(spec);
  if (Object.keys(fields).length === 0) return {};
  const { group } = routed.definition;
  return {
    managedFields: [
      {
        manager: managerOf(routed),
        operation: "Update",
        apiVersion: group === "" ? routed.version : `${group}/${routed.version}`,
        time: metaTime(nowMs),
        fieldsType: "FieldsV1",
        fieldsV1: { "f:spec": fields },
        ...(subresource === undefined ? {} : { subresource }),
      },
    ],
  };
}

function managerOf({ request }: ResourceRequest): string {
  const asked = request.query.get("fieldManager");
  if (asked !== null && asked !== "") return asked;
  const product = (request.headers["user-agent"] ?? "").split("/", 1)[0] ?? "";
  return product === "" ? "unknown" : product;
}

function ownedFields(object: JsonObject): JsonObject {
  const fields: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(object)) {
    if (value === null || value === "" || value === 0 || (isJsonArray(value) && value.length === 0)) continue;
    fields[`f:${key}`] = isJsonObject(value) ? { ".": {}, ...ownedFields(value) } : {};
  }
  return fields;
}

/** The answer 201 with an object that was not stored. */
export function created(body: JsonObject): JsonResponse {
  return { kind: "json", status: 201, body };
}

/** A Status as an answer. */
export function failed(status: Status): PipelineResponse {
  return { kind: "json", status: status.code ?? 500, body: status as unknown as JsonObject };
}

/** 422 of an object whose kind and name may be empty, as reviews have it. */
export function invalid(
  about: { readonly group: string; readonly kind: string; readonly name: string },
  causes: readonly Required<StatusCause>[],
): Status {
  const texts = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const problem = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  const kind = about.group === "" ? about.kind : `${about.kind}.${about.group}`;
  return failure(422, "Invalid", `${kind} "${about.name}" is invalid: ${problem}`, {
    ...(about.name === "" ? {} : { name: about.name }),
    ...(about.group === "" ? {} : { group: about.group }),
    ...(about.kind === "" ? {} : { kind: about.kind }),
    causes,
  });
}
