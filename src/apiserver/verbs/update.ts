import { isDeepStrictEqual } from "node:util";
import { invalid } from "../../api/core/field-problem.ts";
import type { Fields } from "../../api/core/fields.ts";
import { forgetEmptyLists } from "../../api/core/go-codec.ts";
import type { KindStrategy, SubresourceStrategy } from "../../api/core/kind-strategy.ts";
import { validateObjectMetaUpdate } from "../../api/core/object-meta.ts";
import type { K8sObject, Status } from "../../api/object.ts";
import { copyJson } from "../../json/copy-json.ts";
import type { JsonObject } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { StoredObject } from "../../store/object-store.ts";
import type { AdmissionAttributes, ResourceRequest } from "../pipeline.ts";
import { kindOf, objectKey, servedVersion } from "../resource-definition.ts";
import { conflict, invalidObject, modified, notFound, plainError } from "../status.ts";
import type { WriteOptions } from "../wire/write-options.ts";
import { asK8sObject, createObject, optionsObject } from "./create.ts";
import { isReadyToGo } from "./deletion-state.ts";
import { objectWarnings } from "./object-warnings.ts";
import type { ObjectOutcome } from "./outcome.ts";
import { metadataOf, validateObject } from "./prepare.ts";
import {
  admit,
  inVersion,
  oneInVersion,
  type ServerContext,
  validateAdmission,
  withRevision,
} from "./server-context.ts";

/** What an update makes of the object that is there. */
interface Transformed {
  /** The whole object, decoded, defaulted, with its managedFields. */
  readonly object: Fields;
  readonly warnings: readonly string[];
}

export interface UpdateRequest {
  readonly routed: ResourceRequest;
  readonly options: WriteOptions;
  /** `UpdateOptions` or `PatchOptions`, for admission. */
  readonly optionsKind: string;
  /** A patch: without a resourceVersion of its own it is tried again when another write came between. */
  readonly patch: boolean;
  /** The version asked for; undefined when the object does not exist yet. */
  readonly transform: (
    existing: K8sObject | undefined,
  ) => Promise<Result<Transformed, Status>> | Result<Transformed, Status>;
  /** The object may be made when it is absent: apply always, PUT for some kinds. */
  readonly mayCreate: boolean;
  /**
   * Admission sees the write as one of a sub-resource, in that one's form. It can refuse it; what it changes in that form
   * is not taken over.
   */
  readonly admittedAs?: { readonly subresource: string; readonly view: (object: K8sObject) => K8sObject };
}

const maxAttempts = 32;

/** PUT and PATCH of an object or its status (spec: kube-api, sections 3 and 6). */
export async function updateObject(
  context: ServerContext,
  update: UpdateRequest,
): Promise<Result<ObjectOutcome, Status>> {
  const { routed } = update;
  const { definition } = routed;
  const name = routed.name ?? "";
  const key = objectKey(definition.namespaced ? routed.namespace : undefined, name);
  for (let attempt = 1; ; attempt++) {
    const stored = context.store.get(definition.collection, key);
    if (!stored) {
      if (!update.mayCreate || routed.subresource !== undefined) {
        return err(notFound({ group: definition.group, resource: definition.resource }, name));
      }
      const made = await update.transform(undefined);
      if (!made.ok) return made;
      // A resourceVersion in the body does not stop the creation.
      const metadata = metadataOf(made.value.object);
      delete metadata["resourceVersion"];
      delete metadata["uid"];
      return createObject(context, routed, made.value.object, update.options, [...made.value.warnings]);
    }
    const outcome = await attemptUpdate(context, update, stored, key, attempt >= maxAttempts);
    if (outcome !== "again") return outcome;
    await context.store.settled();
  }
}

async function attemptUpdate(
  context: ServerContext,
  { routed, options, optionsKind, patch, transform, admittedAs }: UpdateRequest,
  stored: StoredObject,
  key: string,
  last: boolean,
): Promise<Result<ObjectOutcome, Status> | "again"> {
  const { definition, version, subresource } = routed;
  const resource = { group: definition.group, resource: definition.resource };
  const name = routed.name ?? "";
  const versioned = await oneInVersion(definition, stored.object, version);
  if (!versioned.ok) return versioned;
  const existing = versioned.value;
  const transformed = await transform(existing);
  if (!transformed.ok) return transformed;
  const warnings = [...transformed.value.warnings];
  if (patch) {
    // A patched object is of the version it was made from, unless the patch names another.
    const patched = metadataOf(transformed.value.object);
    if ((patched["resourceVersion"] ?? "") === "") patched["resourceVersion"] = String(stored.revision);
  }

  const view = admittedAs?.view ?? ((object: K8sObject) => object);
  const attributes: AdmissionAttributes = {
    operation: "UPDATE",
    user: routed.user,
    definition,
    version,
    ...(subresource !== undefined && { subresource }),
    ...(admittedAs && { subresource: admittedAs.subresource }),
    ...(routed.namespace !== undefined && { namespace: routed.namespace }),
    name,
    object: view(asK8sObject(transformed.value.object)),
    oldObject: view(existing),
    options: optionsObject(optionsKind, options),
    dryRun: options.dryRun,
    warn: (text) => warnings.push(text),
  };
  const admitted = await admit(context, attributes);
  if (!admitted.ok) return admitted;
  const taken = admittedAs ? transformed.value.object : (admitted.value as unknown as JsonObject);
  const object = copyJson(taken) as Fields;
  const metadata = metadataOf(object);
  const oldMetadata = existing.metadata;

  const uid = metadata["uid"];
  if (!patch && typeof uid === "string" && uid !== "" && uid !== oldMetadata.uid) {
    const path =
      definition.group === "" || !definition.custom
        ? definition.resource
        : `${definition.group}/${definition.resource}`;
    return err(
      conflict(
        resource,
        name,
        `StorageError: invalid object, Code: 4, Key: /registry/${path}/${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${oldMetadata.uid ?? ""}`,
      ),
    );
  }
  const asked = typeof metadata["resourceVersion"] === "string" ? metadata["resourceVersion"] : "";
  if (asked !== "" && !/^\d+$/.test(asked)) {
    return err(plainError(`strconv.ParseUint: parsing ${JSON.stringify(asked)}: invalid syntax`));
  }
  if (asked === "" || asked === "0") {
    if (!patch && (definition.custom || definition.strategy.conditionalUpdate)) {
      return err(
        invalidObject({ group: definition.group, kind: definition.resource }, name, [
          invalid("metadata.resourceVersion", 0, "must be specified for an update"),
        ]),
      );
    }
  } else if (asked !== String(stored.revision)) return err(modified(resource, name));

  prepareForUpdate(object, existing, routed);
  const old = existing as unknown as JsonObject;
  // Kinds check metadata too, so its problems are told twice.
  const metaProblems = validateObjectMetaUpdate(metadataOf(object), old["metadata"] as JsonObject);
  const problems = [...metaProblems, ...metaProblems, ...validateUpdate(object, old, routed)];
  if (problems.length > 0) {
    return err(invalidObject(kindOf(definition), name, problems));
  }
  if (subresource === undefined) warnings.push(...objectWarnings(object, old, definition));
  const validated = await validateAdmission(context, { ...attributes, object: view(asK8sObject(object)) });
  if (!validated.ok) return validated;

  const next = asK8sObject(object);
  if (isDeepStrictEqual(object, existing)) {
    return ok({ status: 200, object: existing, ...(existing === stored.object && { stored }), warnings });
  }
  if (options.dryRun) return ok({ status: 200, object: next, warnings });
  const storable = await inVersion(definition, [next], definition.storageVersion);
  if (!storable.ok) return storable;
  const written = await context.store.write(
    isReadyToGo(next)
      ? {
          collection: definition.collection,
          key,
          previous: stored.revision,
          delete: true,
          // The DELETED event shows the object as it was.
          render: (revision) => withRevision(stored.object, revision),
        }
      : {
          collection: definition.collection,
          key,
          previous: stored.revision,
          render: (revision) => withRevision(storable.value[0]!, revision),
        },
  );
  if (!written.ok) {
    // Only a request that named no version of its own may be tried again.
    const unconditional = asked === "" || patch;
    return unconditional && !last ? "again" : err(modified(resource, name));
  }
  if (isReadyToGo(next)) return ok({ status: 200, object: next, warnings });
  const answer = await oneInVersion(definition, written.value.object, version);
  if (!answer.ok) return answer;
  return ok({
    status: 200,
    object: answer.value,
    ...(answer.value === written.value.object && { stored: written.value }),
    warnings,
  });
}

function validateUpdate(object: Fields, old: JsonObject, { definition, version, subresource }: ResourceRequest) {
  const { strategy } = definition;
  const own = ownStrategy(strategy, subresource);
  if (own) return own.validateUpdate?.(object, old) ?? [];
  if (subresource === "status" && !definition.custom) return strategy.validateStatusUpdate?.(object, old) ?? [];
  return [
    ...validateObject(object, old, definition, version, subresource),
    ...(strategy.validateUpdate?.(object, old) ?? []),
  ];
}

function ownStrategy(strategy: KindStrategy, subresource: string | undefined): SubresourceStrategy | undefined {
  return subresource === undefined ? undefined : strategy.subresources?.[subresource];
}

/** Restores what the request may not decide, and counts the generation. */
function prepareForUpdate(object: Fields, existing: K8sObject, routed: ResourceRequest): void {
  const { definition, version, subresource } = routed;
  const old = existing as unknown as JsonObject;
  const oldMetadata = old["metadata"] as JsonObject;
  const given = metadataOf(object);
  const hasStatus = servedVersion(definition, version)?.subresources.some((sub) => sub.name === "status") === true;
  if (subresource === "status") {
    for (const key of Object.keys(object)) if (!Object.hasOwn(old, key) && key !== "status") delete object[key];
    for (const key of Object.keys(old)) if (key !== "status" && key !== "metadata") object[key] = old[key]!;
    if (definition.custom) {
      const { managedFields: _old, ...kept } = oldMetadata;
      object["metadata"] = {
        ...kept,
        ...(given["resourceVersion"] !== undefined && { resourceVersion: given["resourceVersion"] }),
        ...(given["managedFields"] !== undefined && { managedFields: given["managedFields"] }),
      };
    } else if (oldMetadata["labels"] !== undefined && definition.group === "apps") {
      given["labels"] = oldMetadata["labels"];
    }
  } else if (hasStatus) {
    if (old["status"] === undefined) delete object["status"];
    else object["status"] = old["status"];
  }
  const metadata = metadataOf(object);
  if (metadata["uid"] === undefined || metadata["uid"] === "") metadata["uid"] = oldMetadata["uid"]!;
  metadata["creationTimestamp"] = oldMetadata["creationTimestamp"]!;
  delete metadata["selfLink"];
  if (oldMetadata["deletionTimestamp"] !== undefined) {
    metadata["deletionTimestamp"] = oldMetadata["deletionTimestamp"];
    if (
      metadata["deletionGracePeriodSeconds"] === undefined &&
      oldMetadata["deletionGracePeriodSeconds"] !== undefined
    ) {
      metadata["deletionGracePeriodSeconds"] = oldMetadata["deletionGracePeriodSeconds"];
    }
  }
  metadata["resourceVersion"] = oldMetadata["resourceVersion"]!;
  const generation = oldMetadata["generation"];
  if (generation === undefined) delete metadata["generation"];
  else metadata["generation"] = generation;
  const own = ownStrategy(definition.strategy, subresource);
  if (own) own.prepareForUpdate(object, old);
  else if (subresource !== "status") definition.strategy.prepareForUpdate?.(object, old);
  const type = servedVersion(definition, version)?.type;
  if (type) forgetEmptyLists(type, object);
  const annotated =
    definition.strategy.annotationsCount === true &&
    subresource !== "status" &&
    !isDeepStrictEqual(metadata["annotations"] ?? {}, oldMetadata["annotations"] ?? {});
  if (typeof generation === "number" && (annotated || bumpsGeneration(object, old, definition.custom, hasStatus))) {
    metadata["generation"] = generation + 1;
  }
}

function bumpsGeneration(object: JsonObject, old: JsonObject, custom: boolean, hasStatus: boolean): boolean {
  for (const key of new Set([...Object.keys(object), ...Object.keys(old)])) {
    if (key === "metadata") continue;
    if (key === "status" && (!custom || hasStatus)) continue;
    if (!isDeepStrictEqual(object[key], old[key])) return true;
  }
  return false;
}
