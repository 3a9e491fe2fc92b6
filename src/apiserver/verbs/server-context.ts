import type { K8sObject, Status } from "../../api/object.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ObjectStore } from "../../store/object-store.ts";
import type { AdmissionAttributes, AdmissionPlugin, ProtobufDecoder } from "../pipeline.ts";
import type { ResourceRegistry } from "../registry.ts";
import { apiVersionOf, type ResourceDefinition } from "../resource-definition.ts";

/** What the verbs work with. */
export interface ServerContext {
  readonly store: ObjectStore;
  readonly registry: ResourceRegistry;
  /** In the order in which they run. */
  readonly admission: readonly AdmissionPlugin[];
  readonly protobuf: ProtobufDecoder | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newUid: () => string;
  /** Five characters for a generated name. */
  readonly randomSuffix: () => string;
}

/** Runs the mutating half of admission. */
export async function admit(
  context: ServerContext,
  attributes: AdmissionAttributes,
): Promise<Result<K8sObject | undefined, Status>> {
  let current = attributes;
  for (const plugin of context.admission) {
    if (!plugin.admit || !plugin.handles(current)) continue;
    const outcome = await plugin.admit(current);
    if (!outcome.ok) return outcome;
    if (outcome.value) current = { ...current, object: outcome.value };
  }
  return ok(current.object);
}

/** Runs the validating half of admission. */
export async function validateAdmission(
  context: ServerContext,
  attributes: AdmissionAttributes,
): Promise<Result<undefined, Status>> {
  for (const plugin of context.admission) {
    if (!plugin.validate || !plugin.handles(attributes)) continue;
    const outcome = await plugin.validate(attributes);
    if (!outcome.ok) return outcome;
  }
  return ok(undefined);
}

/** Objects in the version asked for. */
export async function inVersion(
  definition: ResourceDefinition,
  objects: readonly K8sObject[],
  version: string,
): Promise<Result<readonly K8sObject[], Status>> {
  const apiVersion = apiVersionOf(definition.group, version);
  if (objects.every((object) => object.apiVersion === apiVersion)) return ok(objects);
  if (definition.convert) return definition.convert(objects, version);
  return ok(objects.map((object) => ({ ...object, apiVersion })));
}

/** One object in the version asked for. */
export async function oneInVersion(
  definition: ResourceDefinition,
  object: K8sObject,
  version: string,
): Promise<Result<K8sObject, Status>> {
  if (object.apiVersion === apiVersionOf(definition.group, version)) return ok(object);
  const converted = await inVersion(definition, [object], version);
  if (!converted.ok) return err(converted.error);
  return ok(converted.value[0]!);
}

/** The object with the resourceVersion of its revision. */
export function withRevision(object: K8sObject, revision: number): K8sObject {
  const {
    name,
    generateName,
    namespace,
    selfLink: _selfLink,
    uid,
    resourceVersion: _old,
    ...rest
  } = object.metadata as K8sObject["metadata"] & { readonly selfLink?: string };
  return {
    ...object,
    metadata: {
      ...(name !== undefined && { name }),
      ...(generateName !== undefined && { generateName }),
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      resourceVersion: String(revision),
      ...rest,
    },
  };
}
