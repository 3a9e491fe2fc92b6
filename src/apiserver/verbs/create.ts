import type { Fields } from "../../api/core/fields.ts";
import { forgetEmptyLists } from "../../api/core/go-codec.ts";
import { timeNow } from "../../api/core/time.ts";
import type { K8sObject, Status } from "../../api/object.ts";
import { copyJson } from "../../json/copy-json.ts";
import type { JsonObject } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { AdmissionAttributes, ResourceRequest } from "../pipeline.ts";
import { apiVersionOf, kindOf, objectKey, servedVersion } from "../resource-definition.ts";
import { ownershipAfterUpdate } from "../ssa/managed-fields.ts";
import { emptyObject, ignoredFields, objectShape } from "../ssa/object-shape.ts";
import { alreadyExists, badRequest, invalidObject, plainError } from "../status.ts";
import type { WriteOptions } from "../wire/write-options.ts";
import { objectWarnings } from "./object-warnings.ts";
import type { ObjectOutcome } from "./outcome.ts";
import { metadataOf, validateObject } from "./prepare.ts";
import { readObject } from "./read-object.ts";
import {
  admit,
  inVersion,
  oneInVersion,
  type ServerContext,
  validateAdmission,
  withRevision,
} from "./server-context.ts";

/** Longest base of a generated name, so that the whole stays within 63 characters. */
const maxGeneratedBase = 58;
const generateAttempts = 8;

/** POST: creates an object (spec: kube-api, section 3). */
export async function createVerb(
  context: ServerContext,
  routed: ResourceRequest,
): Promise<Result<ObjectOutcome, Status>> {
  const { definition, version } = routed;
  const read = readObject(context, routed, "CreateOptions");
  if (!read.ok) return read;
  const { object, options, warnings } = read.value;
  const metadata = metadataOf(object);
  if (routed.name !== undefined) {
    // POST to an object's own path: the name of the path counts (spec: kube-api, section 1).
    const named = metadata["name"];
    if (named !== undefined && named !== "" && named !== routed.name) {
      return err(
        badRequest(`the name of the object (${String(named)}) does not match the name on the URL (${routed.name})`),
      );
    }
    metadata["name"] = routed.name;
  }
  const live = emptyObject(definition, version);
  const managed = ownershipAfterUpdate(
    live,
    object,
    metadata["managedFields"],
    {
      manager: options.fieldManager,
      operation: "Update",
      apiVersion: apiVersionOf(definition.group, version),
    },
    {
      shape: objectShape(definition, version),
      ignored: ignoredFields(definition, version, undefined),
      time: timeNow(context.now()),
    },
  );
  setManagedFields(metadata, managed);
  return createObject(context, routed, object, options, [...warnings]);
}

/** Puts managedFields into metadata, or takes them off when there are none. */
export function setManagedFields(metadata: Fields, managed: readonly JsonObject[]): void {
  if (managed.length > 0) metadata["managedFields"] = managed;
  else delete metadata["managedFields"];
}

/** Creates an object that is decoded, defaulted and owned. */
export async function createObject(
  context: ServerContext,
  routed: ResourceRequest,
  decoded: Fields,
  options: WriteOptions,
  warnings: string[],
): Promise<Result<ObjectOutcome, Status>> {
  const { definition, version } = routed;
  const resource = { group: definition.group, resource: definition.resource };
  const metadata = metadataOf(decoded);
  const namespace = definition.namespaced ? routed.namespace : undefined;
  if (namespace !== undefined) {
    const given = metadata["namespace"];
    if (given !== undefined && given !== "" && given !== namespace) {
      return err(badRequest("the namespace of the provided object does not match the namespace sent on the request"));
    }
    metadata["namespace"] = namespace;
  } else if (!definition.namespaced) delete metadata["namespace"];
  if (metadata["resourceVersion"] !== undefined && metadata["resourceVersion"] !== "") {
    return err(plainError("resourceVersion should not be set on objects to be created"));
  }
  const generateName = typeof metadata["generateName"] === "string" ? metadata["generateName"] : "";
  const generated = (metadata["name"] === undefined || metadata["name"] === "") && generateName !== "";

  for (let attempt = 1; ; attempt++) {
    const name = generated ? generateFrom(generateName, context) : String(metadata["name"] ?? "");
    const attributes: AdmissionAttributes = {
      operation: "CREATE",
      user: routed.user,
      definition,
      version,
      ...(namespace !== undefined && { namespace }),
      name: generated ? "" : name,
      object: asK8sObject(decoded),
      options: optionsObject("CreateOptions", options),
      dryRun: options.dryRun,
      warn: (text) => warnings.push(text),
    };
    const admitted = await admit(context, attributes);
    if (!admitted.ok) return admitted;
    const object = copyJson(admitted.value as unknown as JsonObject) as Fields;
    prepareForCreate(context, object, routed, name);
    const problems = validateObject(object, undefined, definition, version);
    if (problems.length > 0) {
      return err(invalidObject(kindOf(definition), name, problems));
    }
    for (const warning of objectWarnings(object, undefined, definition)) attributes.warn(warning);
    const validated = await validateAdmission(context, {
      ...attributes,
      name,
      object: asK8sObject(object),
    });
    if (!validated.ok) return validated;
    const outcome = await storeNew(context, routed, asK8sObject(object), name, options, warnings);
    if (outcome === "taken") {
      if (generated && attempt < generateAttempts) continue;
      return err(alreadyExists(resource, name));
    }
    return outcome;
  }
}

async function storeNew(
  context: ServerContext,
  { definition, version, namespace }: ResourceRequest,
  object: K8sObject,
  name: string,
  options: WriteOptions,
  warnings: readonly string[],
): Promise<Result<ObjectOutcome, Status> | "taken"> {
  const key = objectKey(definition.namespaced ? namespace : undefined, name);
  const taken = context.store.get(definition.collection, key);
  if (options.dryRun) return taken ? "taken" : ok({ status: 201, object, warnings });
  if (taken) return "taken";
  const stored = await inVersion(definition, [object], definition.storageVersion);
  if (!stored.ok) return stored;
  const written = await context.store.write({
    collection: definition.collection,
    key,
    previous: 0,
    render: (revision) => withRevision(stored.value[0]!, revision),
  });
  if (!written.ok) return "taken";
  const answer = await oneInVersion(definition, written.value.object, version);
  if (!answer.ok) return answer;
  return ok({
    status: 201,
    object: answer.value,
    ...(answer.value === written.value.object && { stored: written.value }),
    warnings,
  });
}

function prepareForCreate(context: ServerContext, object: Fields, routed: ResourceRequest, name: string): void {
  const { definition, version } = routed;
  const given = metadataOf(object);
  const { name: _n, generateName, namespace, ...rest } = given;
  const metadata: Fields = {
    name,
    ...(generateName !== undefined && { generateName }),
    ...(namespace !== undefined && { namespace }),
    uid: context.newUid(),
  };
  if (definition.custom || definition.strategy.generation) metadata["generation"] = 1;
  metadata["creationTimestamp"] = timeNow(context.now());
  for (const [key, value] of Object.entries(rest)) {
    if (
      [
        "uid",
        "creationTimestamp",
        "generation",
        "selfLink",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "resourceVersion",
      ].includes(key)
    )
      continue;
    metadata[key] = value;
  }
  object["metadata"] = metadata;
  const served = servedVersion(definition, version);
  const hasStatus = served?.subresources.some((sub) => sub.name === "status");
  if (hasStatus && definition.strategy.keepsStatus !== true) {
    if (definition.custom) delete object["status"];
    else object["status"] = emptyObject(definition, version)["status"] ?? {};
  }
  definition.strategy.prepareForCreate?.(object);
  if (served?.type) forgetEmptyLists(served.type, object);
}

function generateFrom(base: string, context: ServerContext): string {
  return `${base.slice(0, maxGeneratedBase)}${context.randomSuffix()}`;
}

/** A decoded object as the type that the rest of the program uses. */
export function asK8sObject(object: Fields): K8sObject {
  return object as unknown as K8sObject;
}

/** Options as webhooks are told them. */
export function optionsObject(kind: string, options: WriteOptions): JsonObject {
  return {
    kind,
    apiVersion: "meta.k8s.io/v1",
    ...(options.dryRun && { dryRun: ["All"] }),
    ...(options.statedManager !== undefined && { fieldManager: options.statedManager }),
    ...(options.fieldValidation !== "Warn" && { fieldValidation: options.fieldValidation }),
  };
}
