import type { Fields } from "../../api/core/fields.ts";
import { timeNow } from "../../api/core/time.ts";
import type { K8sObject, Status } from "../../api/object.ts";
import { encodeGoJson } from "../../json/go-encode.ts";
import { isJsonObject, type JsonObject, member } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ResourceRequest } from "../pipeline.ts";
import { apiVersionOf } from "../resource-definition.ts";
import { fieldSetOf } from "../ssa/compare.ts";
import {
  applyConfiguration,
  type FieldConflict,
  type FieldManager,
  ownershipAfterUpdate,
} from "../ssa/managed-fields.ts";
import { emptyObject, ignoredFields, objectShape } from "../ssa/object-shape.ts";
import { joinProblems, typedProblems } from "../ssa/typed-problems.ts";
import { badRequest, failure, plainError } from "../status.ts";
import { decodeObject } from "../wire/decode-body.ts";
import type { WriteOptions } from "../wire/write-options.ts";
import { parseYaml } from "../wire/yaml.ts";
import { setManagedFields } from "./create.ts";
import type { ObjectOutcome } from "./outcome.ts";
import { applyDefaults, metadataOf } from "./prepare.ts";
import type { ServerContext } from "./server-context.ts";
import { updateObject } from "./update.ts";

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** PATCH with `application/apply-patch+yaml`: server-side apply (spec: kube-api, section 6). */
export async function applyVerb(
  context: ServerContext,
  routed: ResourceRequest,
  options: WriteOptions,
  force: boolean,
): Promise<Result<ObjectOutcome, Status>> {
  const body = applyBody(routed);
  if (!body.ok) return body;
  return updateObject(context, {
    routed,
    options,
    optionsKind: "PatchOptions",
    patch: true,
    mayCreate: true,
    transform: (existing) => applyTo(context, routed, existing, body.value, options, force),
  });
}

function applyBody({ request, definition, version, name }: ResourceRequest): Result<JsonObject, Status> {
  let value = request.body.kind === "parsed" ? request.body.value : null;
  if (request.body.kind === "bytes") {
    const parsed = parseYaml(new TextDecoder().decode(request.body.bytes));
    if (!parsed.ok) {
      return err(badRequest(`error decoding YAML: error converting YAML to JSON: yaml: ${parsed.error}`));
    }
    value = parsed.value;
  }
  if (!isJsonObject(value)) return err(badRequest("error decoding YAML: the body is not an object"));
  const apiVersion = typeof value["apiVersion"] === "string" ? value["apiVersion"] : "";
  const kind = typeof value["kind"] === "string" ? value["kind"] : "";
  if (kind !== definition.kind || apiVersion !== apiVersionOf(definition.group, version)) {
    const groupVersion = apiVersion.includes("/") ? apiVersion : `/${apiVersion}`;
    return err(badRequest(`invalid object type: ${groupVersion}, Kind=${kind}`));
  }
  const metadata = member(value, "metadata");
  const managed = member(metadata, "managedFields");
  if (Array.isArray(managed) && managed.length > 0) return err(badRequest("metadata.managedFields must be nil"));
  const named = member(metadata, "name");
  if (typeof named === "string" && named !== "" && named !== name) {
    return err(badRequest(`the name of the object (${named}) does not match the name on the URL (${name ?? ""})`));
  }
  return ok(value);
}

function applyTo(
  context: ServerContext,
  routed: ResourceRequest,
  existing: K8sObject | undefined,
  body: JsonObject,
  options: WriteOptions,
  force: boolean,
): Result<{ readonly object: Fields; readonly warnings: readonly string[] }, Status> {
  const { definition, version, subresource } = routed;
  const apiVersion = apiVersionOf(definition.group, version);
  const shape = objectShape(definition, version);
  const bodyMetadata = (member(body, "metadata") ?? {}) as JsonObject;
  const problems = typedProblems(shape, body);
  if (problems.length > 0) {
    const who = `${String(bodyMetadata["namespace"] ?? "")}/${String(bodyMetadata["name"] ?? "")}`;
    const groupVersion = apiVersion.includes("/") ? apiVersion : `/${apiVersion}`;
    return err(
      plainError(
        `failed to create typed patch object (${who}; ${groupVersion}, Kind=${definition.kind}): ${joinProblems(problems)}`,
      ),
    );
  }
  let managed = existing?.metadata.managedFields ?? [];
  const live = withoutManagedFields(
    (existing as unknown as JsonObject | undefined) ?? emptyObject(definition, version),
  );
  const now = timeNow(context.now());
  if (existing && managed.length === 0) {
    // Fields set while nobody was recorded get an owner of their own.
    managed = ownershipAfterUpdate(
      emptyObject(definition, version),
      live,
      [],
      { manager: "before-first-apply", operation: "Update", apiVersion },
      { shape, time: now },
    );
  }
  const writer: FieldManager = {
    manager: options.fieldManager,
    operation: "Apply",
    apiVersion,
    ...(subresource !== undefined && { subresource }),
  };
  const applied: JsonObject = {
    ...body,
    metadata: {
      ...bodyMetadata,
      name: routed.name ?? "",
      ...(definition.namespaced && { namespace: routed.namespace ?? "" }),
    },
  };
  let refused: Status | undefined;
  let warnings: readonly string[] = [];
  const forgiven = forgivenFields(routed, options.fieldManager, live);
  const outcome = applyConfiguration(live, applied, managed, writer, {
    shape,
    ignored: ignoredFields(definition, version, subresource),
    time: now,
    force,
    ...(forgiven && { forgiven }),
    normalise: (merged) => {
      const decoded = decodeObject(merged, definition, version, [], () => "");
      if (!decoded.ok) {
        refused = decoded.error;
        return merged;
      }
      warnings = applyDefaults(decoded.value, definition, version);
      return decoded.value.object;
    },
  });
  if (refused) return err(refused);
  if (outcome.kind === "conflict") return err(conflictStatus(outcome.conflicts));
  const object = structuredClone(outcome.object) as Fields;
  const metadata = metadataOf(object);
  if (bodyMetadata["resourceVersion"] === undefined) delete metadata["resourceVersion"];
  setManagedFields(metadata, outcome.managedFields);
  if (options.fieldManager === "kubectl" && subresource === undefined) refreshLastApplied(metadata, applied);
  return ok({ object, warnings });
}

function withoutManagedFields(object: JsonObject): JsonObject {
  const { managedFields: _gone, ...metadata } =
    object["metadata"] === undefined ? {} : (object["metadata"] as JsonObject);
  return object["metadata"] === undefined ? object : { ...object, metadata };
}

/** kubectl moving from client-side apply: what its annotation says is not in conflict (spec: kube-api, section 6). */
function forgivenFields({ definition, version }: ResourceRequest, manager: string, live: JsonObject) {
  if (manager !== "kubectl") return undefined;
  const text = member(member(live["metadata"], "annotations"), lastApplied);
  if (typeof text !== "string") return undefined;
  try {
    const before = JSON.parse(text) as JsonObject;
    return isJsonObject(before) ? fieldSetOf(objectShape(definition, version), before) : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps kubectl's annotation in step, where there is one. */
function refreshLastApplied(metadata: Fields, applied: JsonObject): void {
  const annotations = metadata["annotations"];
  if (!isJsonObject(annotations) || !Object.hasOwn(annotations, lastApplied)) return;
  const own = member(member(applied, "metadata"), "annotations");
  if (isJsonObject(own) && Object.hasOwn(own, lastApplied)) return;
  metadata["annotations"] = { ...annotations, [lastApplied]: `${encodeGoJson(applied)}\n` };
}

function printManager({ manager, subresource, operation, apiVersion }: FieldManager): string {
  const name = JSON.stringify(manager) + (subresource === undefined ? "" : ` with subresource "${subresource}"`);
  return operation === "Update" ? `${name} using ${apiVersion}` : name;
}

function conflictStatus(conflicts: readonly FieldConflict[]): Status {
  const named = conflicts
    .map(({ manager, fields }) => ({ who: printManager(manager), fields: [...fields].sort() }))
    .sort((a, b) => (a.who < b.who ? -1 : 1));
  const count = named.reduce((sum, { fields }) => sum + fields.length, 0);
  const message =
    count === 1
      ? `Apply failed with 1 conflict: conflict with ${named[0]!.who}: ${named[0]!.fields[0]!}`
      : `Apply failed with ${count} conflicts: ${named
          .map(({ who, fields }) => `conflicts with ${who}:\n${fields.map((field) => `- ${field}`).join("\n")}`)
          .join("\n")}`;
  return failure(409, "Conflict", message, {
    causes: named
      .flatMap(({ who, fields }) => fields.map((field) => ({ who, field })))
      .map(({ who, field }) => ({ reason: "FieldManagerConflict", message: `conflict with ${who}`, field })),
  });
}
