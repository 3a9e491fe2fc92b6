import { forbidden, invalid, required } from "../../api/core/field-problem.ts";
import type { Fields } from "../../api/core/fields.ts";
import type { K8sObject, Status } from "../../api/object.ts";
import { findSyntaxError } from "../../json/go-syntax.ts";
import { encodeObject, parseObject } from "../../json/object-text.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import { applyJsonPatch, maxPatchOperations } from "../patch/json-patch.ts";
import { applyMergePatch } from "../patch/merge-patch.ts";
import { applyStrategicMerge } from "../patch/strategic-merge.ts";
import { conversionProblem, shownPatch } from "../patch/strategic-problem.ts";
import type { ResourceRequest } from "../pipeline.ts";
import { servedVersion } from "../resource-definition.ts";
import { badRequest, failure, invalidObject, unsupportedMediaType } from "../status.ts";
import { decodeObject, mediaType } from "../wire/decode-body.ts";
import { tooDeep } from "../wire/nesting.ts";
import { queryBoolean, readWriteOptions, type WriteOptions } from "../wire/write-options.ts";
import { applyVerb } from "./apply.ts";
import type { ObjectOutcome } from "./outcome.ts";
import { applyDefaults, judgeStrictness, metadataOf } from "./prepare.ts";
import { matchPath, owned } from "./put.ts";
import type { ServerContext } from "./server-context.ts";
import { updateObject } from "./update.ts";

type PatchKind = "json" | "merge" | "strategic" | "apply";

const patchTypes: Readonly<Record<string, PatchKind>> = {
  "application/json-patch+json": "json",
  "application/merge-patch+json": "merge",
  "application/strategic-merge-patch+json": "strategic",
  "application/apply-patch+yaml": "apply",
};

/** Which patch a request is, by its Content-Type. */
export function patchKindOf({ request, definition }: ResourceRequest): Result<PatchKind, Status> {
  const type = mediaType(request.headers);
  const kind = Object.hasOwn(patchTypes, type) ? patchTypes[type] : undefined;
  if (!kind || (kind === "strategic" && definition.custom)) {
    const accepted = Object.keys(patchTypes).filter((name) => !definition.custom || !name.includes("strategic"));
    return err(unsupportedMediaType(accepted));
  }
  return ok(kind);
}

/** Reads and checks PatchOptions. */
export function readPatchOptions({ request }: ResourceRequest, kind: PatchKind): Result<WriteOptions, Status> {
  const options = readWriteOptions(request.query, request.headers, "PatchOptions");
  if (!options.ok) return options;
  const refuse = (problem: ReturnType<typeof required>): Result<WriteOptions, Status> =>
    err(invalidObject({ group: "meta.k8s.io", kind: "PatchOptions" }, "", [problem]));
  if (kind === "apply") {
    if (options.value.statedManager === undefined)
      return refuse(required("fieldManager", "is required for apply patch"));
  } else if (request.query.has("force")) return refuse(forbidden("force", "may not be specified for non-apply patch"));
  return options;
}

/** PATCH of an object or its status (spec: kube-api, section 6). */
export async function patchVerb(
  context: ServerContext,
  routed: ResourceRequest,
): Promise<Result<ObjectOutcome, Status>> {
  const kind = patchKindOf(routed);
  if (!kind.ok) return kind;
  const options = readPatchOptions(routed, kind.value);
  if (!options.ok) return options;
  if (kind.value === "apply") {
    return applyVerb(context, routed, options.value, queryBoolean(routed.request.query, "force"));
  }
  const body = readPatch(routed, kind.value);
  if (!body.ok) return body;
  return updateObject(context, {
    routed,
    options: options.value,
    optionsKind: "PatchOptions",
    patch: true,
    mayCreate: false,
    transform: (existing) => patched(context, routed, existing!, body.value, kind.value, options.value),
  });
}

/** The parsed body of a JSON, merge or strategic merge patch. */
export function readPatch({ request }: ResourceRequest, kind: PatchKind): Result<JsonValue, Status> {
  let value: JsonValue = null;
  if (request.body.kind === "parsed") value = request.body.value;
  else {
    const bytes = request.body.kind === "bytes" ? request.body.bytes : new Uint8Array();
    const syntax = findSyntaxError(bytes);
    if (syntax !== undefined) return err(badRequest(`error decoding patch: ${syntax}`));
    const text = new TextDecoder().decode(bytes);
    const deep = tooDeep(text);
    if (deep !== undefined) return err(badRequest(`error decoding patch: ${deep}`));
    value = parseObject(text);
  }
  if (kind === "json") {
    if (!isJsonArray(value)) {
      const found = value === null ? "null" : isJsonObject(value) ? "object" : typeof value;
      return err(
        badRequest(
          `error decoding patch: json: cannot unmarshal ${found} into Go value of type []handlers.jsonPatchOp`,
        ),
      );
    }
    if (value.length > maxPatchOperations) {
      return err(
        failure(
          413,
          "RequestEntityTooLarge",
          `The allowed maximum operations in a JSON patch is ${maxPatchOperations}, got ${value.length}`,
        ),
      );
    }
    if (!value.every((item) => isJsonObject(item))) {
      return err(
        badRequest("error decoding patch: json: cannot unmarshal string into Go value of type handlers.jsonPatchOp"),
      );
    }
  } else if (!isJsonObject(value)) {
    const found = Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
    return err(
      badRequest(`error decoding patch: json: cannot unmarshal ${found} into Go value of type map[string]interface {}`),
    );
  }
  return ok(value);
}

/** Applies a patch to JSON, without looking at what comes out. */
export function patchValue(
  routed: ResourceRequest,
  target: JsonObject,
  body: JsonValue,
  kind: PatchKind,
  type = servedVersion(routed.definition, routed.version)?.type,
): Result<JsonObject, Status> {
  const rejected = (): Result<JsonObject, Status> =>
    err(failure(422, "Invalid", "the server rejected our request due to an error in our request", {}));
  if (kind === "json") {
    const result = applyJsonPatch(target, body as readonly JsonObject[]);
    return result.ok && isJsonObject(result.value) ? ok(result.value) : rejected();
  }
  if (kind === "strategic" && type) {
    const result = applyStrategicMerge(target, body as JsonObject, type);
    if (result.ok) return ok(result.value);
    if (result.error.kind === "contradiction") return rejected();
    const { kind: problem, message } = result.error;
    return err(problem === "malformed" ? badRequest(message) : failure(500, "", message));
  }
  const result = applyMergePatch(target, body);
  return isJsonObject(result) ? ok(result) : rejected();
}

function patched(
  context: ServerContext,
  routed: ResourceRequest,
  existing: K8sObject,
  body: JsonValue,
  kind: PatchKind,
  options: WriteOptions,
): Result<{ readonly object: Fields; readonly warnings: readonly string[] }, Status> {
  const { definition, version } = routed;
  const merged = patchValue(routed, existing as unknown as JsonObject, body, kind);
  if (!merged.ok) return merged;
  const isStrategic = kind === "strategic";
  const asPatchProblem = (message: string): Status => {
    const shown = isStrategic ? shownPatch(body as JsonObject) : encodeSorted(merged.value);
    return invalidObject({ group: "", kind: "" }, "", [invalid("patch", shown, message)]);
  };
  const decoded = decodeObject(merged.value, definition, version, [], () => "");
  if (!decoded.ok) {
    const cause = /cannot be handled as a \S+: (.*)$/s.exec(decoded.error.message ?? "")?.[1];
    if (cause === undefined) return decoded;
    return err(asPatchProblem(isStrategic ? conversionProblem(cause) : cause));
  }
  const strict = judgeStrictness(applyDefaults(decoded.value, definition, version), options, asPatchProblem);
  if (!strict.ok) return strict;
  const { object } = decoded.value;
  const metadata = metadataOf(object);
  const matched = matchPath(metadata, routed);
  if (!matched.ok) return matched;
  // Only a resourceVersion that the patch itself sets is a precondition.
  if (!setsResourceVersion(body, kind)) delete metadata["resourceVersion"];
  owned(context, routed, existing, object, options.fieldManager);
  return ok({ object, warnings: strict.value });
}

function setsResourceVersion(body: JsonValue, kind: PatchKind): boolean {
  if (kind === "json") {
    return (body as readonly JsonObject[]).some((operation) =>
      ["/metadata/resourceVersion", "/metadata", ""].includes(String(operation["path"])),
    );
  }
  const metadata = (body as JsonObject)["metadata"];
  return isJsonObject(metadata) && Object.hasOwn(metadata, "resourceVersion");
}

/** As Go prints the patched object: members of the root in order. */
function encodeSorted(value: JsonObject): string {
  return encodeObject(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))));
}
