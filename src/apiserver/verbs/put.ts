import type { Fields } from "../../api/core/fields.ts";
import { timeNow } from "../../api/core/time.ts";
import type { K8sObject, Status } from "../../api/object.ts";
import type { JsonObject } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ResourceRequest } from "../pipeline.ts";
import { apiVersionOf } from "../resource-definition.ts";
import { ownershipAfterUpdate } from "../ssa/managed-fields.ts";
import { emptyObject, ignoredFields, objectShape } from "../ssa/object-shape.ts";
import { badRequest } from "../status.ts";
import { setManagedFields } from "./create.ts";
import type { ObjectOutcome } from "./outcome.ts";
import { metadataOf } from "./prepare.ts";
import { readObject } from "./read-object.ts";
import type { ServerContext } from "./server-context.ts";
import { updateObject } from "./update.ts";

/** PUT of an object or its status (spec: kube-api, section 3). */
export async function putVerb(context: ServerContext, routed: ResourceRequest): Promise<Result<ObjectOutcome, Status>> {
  const { definition } = routed;
  const read = readObject(context, routed, "UpdateOptions");
  if (!read.ok) return read;
  const { options, warnings } = read.value;
  const metadata = metadataOf(read.value.object);
  const matched = matchPath(metadata, routed);
  if (!matched.ok) return matched;
  return updateObject(context, {
    routed,
    options,
    optionsKind: "UpdateOptions",
    patch: false,
    mayCreate: definition.strategy.createOnUpdate === true,
    transform: (existing) => {
      const object = structuredClone(read.value.object);
      owned(context, routed, existing, object, options.fieldManager);
      return ok({ object, warnings });
    },
  });
}

/** Checks name and namespace of a body against the path, and fills them in. */
export function matchPath(
  metadata: Fields,
  { definition, name, namespace }: ResourceRequest,
): Result<undefined, Status> {
  const named = metadata["name"];
  if (typeof named === "string" && named !== "" && named !== name) {
    return err(badRequest(`the name of the object (${named}) does not match the name on the URL (${name ?? ""})`));
  }
  metadata["name"] = name ?? "";
  if (!definition.namespaced) {
    delete metadata["namespace"];
    return ok(undefined);
  }
  const given = metadata["namespace"];
  if (typeof given === "string" && given !== "" && given !== namespace) {
    return err(badRequest("the namespace of the provided object does not match the namespace sent on the request"));
  }
  metadata["namespace"] = namespace ?? "";
  return ok(undefined);
}

/** Works out managedFields of an update: the request's own when it sent any, else those of the live object. */
export function owned(
  context: ServerContext,
  { definition, version, subresource }: ResourceRequest,
  existing: K8sObject | undefined,
  object: Fields,
  manager: string,
): void {
  const metadata = metadataOf(object);
  const sent = metadata["managedFields"];
  const live = (existing as unknown as JsonObject | undefined) ?? emptyObject(definition, version);
  const reset = Array.isArray(sent) && sent.length === 1 && Object.keys(sent[0] as JsonObject).length === 0;
  const before =
    subresource === undefined && Array.isArray(sent) && sent.length > 0
      ? reset
        ? []
        : sent
      : (existing?.metadata.managedFields ?? []);
  if (existing && before.length === 0) {
    // Whoever took the entries away wants none.
    setManagedFields(metadata, []);
    return;
  }
  const managed = ownershipAfterUpdate(
    live,
    object,
    before,
    {
      manager,
      operation: "Update",
      apiVersion: apiVersionOf(definition.group, version),
      ...(subresource !== undefined && { subresource }),
    },
    {
      shape: objectShape(definition, version),
      ignored: ignoredFields(definition, version, subresource),
      time: timeNow(context.now()),
    },
  );
  setManagedFields(metadata, managed);
}
