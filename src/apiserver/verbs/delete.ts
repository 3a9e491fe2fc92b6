import { goTypes } from "../../api/core/core-types.ts";
import { type FieldProblem, invalid, notSupported } from "../../api/core/field-problem.ts";
import type { Fields } from "../../api/core/fields.ts";
import { decodeGo } from "../../api/core/go-codec.ts";
import { timeNow } from "../../api/core/time.ts";
import type { K8sObject, Status } from "../../api/object.ts";
import { isJsonObject, type JsonObject, member } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { StoredObject } from "../../store/object-store.ts";
import type { AdmissionAttributes, ResourceRequest } from "../pipeline.ts";
import { objectKey } from "../resource-definition.ts";
import { badRequest, conflict, invalidObject, notFound } from "../status.ts";
import { parseBody } from "../wire/decode-body.ts";
import { queryInteger } from "../wire/write-options.ts";
import { keyPrefix, readListOptions } from "./list-options.ts";
import type { ObjectOutcome } from "./outcome.ts";
import type { ListOutcome } from "./read.ts";
import { admit, oneInVersion, type ServerContext, validateAdmission, withRevision } from "./server-context.ts";

interface DeleteOptions {
  readonly gracePeriodSeconds: number | undefined;
  readonly propagation: "Background" | "Foreground" | "Orphan" | undefined;
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  readonly dryRun: boolean;
  /** As webhooks are told. */
  readonly raw: JsonObject;
}

const optionsType = goTypes.struct("DeleteOptions");

function readDeleteOptions(context: ServerContext, { request }: ResourceRequest): Result<DeleteOptions, Status> {
  let raw: JsonObject = {};
  const hasBody = request.body.kind === "parsed" || (request.body.kind === "bytes" && request.body.bytes.length > 0);
  if (hasBody) {
    const parsed = parseBody(request, "DeleteOptions", false, context.protobuf);
    if (!parsed.ok) return parsed;
    const { value } = parsed.value;
    if (value !== null && !isJsonObject(value)) {
      return err(
        badRequest(
          `the object provided is unrecognized (must be of type DeleteOptions): couldn't get version/kind; json parse error: json: cannot unmarshal ${Array.isArray(value) ? "array" : typeof value} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" } (${parsed.value.summary()})`,
        ),
      );
    }
    const kind = member(value ?? {}, "kind");
    if (typeof kind === "string" && kind !== "" && kind !== "DeleteOptions") {
      return err(badRequest(`decoded object cannot be converted to DeleteOptions`));
    }
    const decoded = decodeGo(optionsType, value ?? {});
    if (!decoded.ok)
      return err(badRequest(`DeleteOptions in version "v1" cannot be handled as a DeleteOptions: ${decoded.error}`));
    raw = decoded.value.object;
  } else {
    const grace = queryInteger(request.query, "gracePeriodSeconds");
    if (!grace.ok) return grace;
    const dryRun = request.query.getAll("dryRun");
    const propagation = request.query.get("propagationPolicy");
    const orphan = request.query.get("orphanDependents");
    raw = {
      ...(grace.value !== undefined && { gracePeriodSeconds: grace.value }),
      ...(propagation !== null && { propagationPolicy: propagation }),
      ...(orphan !== null && { orphanDependents: orphan === "true" }),
      ...(dryRun.length > 0 && { dryRun }),
    };
  }
  const problems: FieldProblem[] = [];
  const propagation = member(raw, "propagationPolicy");
  const orphan = member(raw, "orphanDependents");
  if (propagation !== undefined && orphan !== undefined) {
    problems.push(
      invalid("propagationPolicy", propagation, "orphanDependents and deletionPropagation cannot be both set"),
    );
  }
  if (propagation !== undefined && !["Background", "Foreground", "Orphan"].includes(String(propagation))) {
    problems.push(notSupported("propagationPolicy", propagation, ["Background", "Foreground", "Orphan", "nil"]));
  }
  const dryRun = member(raw, "dryRun");
  const dry = Array.isArray(dryRun) ? (dryRun as readonly string[]) : [];
  if (dry.some((value) => value !== "All")) problems.push(notSupported("dryRun", dry, ["All"]));
  if (problems.length > 0) return err(invalidObject({ group: "meta.k8s.io", kind: "DeleteOptions" }, "", problems));
  const preconditions = member(raw, "preconditions");
  const uid = member(preconditions, "uid");
  const resourceVersion = member(preconditions, "resourceVersion");
  const grace = member(raw, "gracePeriodSeconds");
  return ok({
    gracePeriodSeconds: typeof grace === "number" ? Math.max(0, grace) : undefined,
    propagation:
      orphan === true
        ? "Orphan"
        : orphan === false
          ? "Background"
          : typeof propagation === "string"
            ? (propagation as "Background" | "Foreground" | "Orphan")
            : undefined,
    uid: typeof uid === "string" ? uid : undefined,
    resourceVersion: typeof resourceVersion === "string" ? resourceVersion : undefined,
    dryRun: dry.length > 0,
    raw: { ...raw, kind: "DeleteOptions", apiVersion: "meta.k8s.io/v1" },
  });
}

/** DELETE of one object (spec: kube-api, section 9). */
export async function deleteVerb(
  context: ServerContext,
  routed: ResourceRequest,
): Promise<Result<ObjectOutcome, Status>> {
  const options = readDeleteOptions(context, routed);
  if (!options.ok) return options;
  return deleteObject(context, routed, routed.name ?? "", options.value);
}

/** DELETE of a collection: answers with what was deleted. */
export async function deleteCollectionVerb(
  context: ServerContext,
  routed: ResourceRequest,
): Promise<Result<ListOutcome, Status>> {
  const options = readDeleteOptions(context, routed);
  if (!options.ok) return options;
  const list = readListOptions(routed, false);
  if (!list.ok) return list;
  const { definition } = routed;
  const found = context.store
    .list(definition.collection, keyPrefix(routed))
    .filter((stored) => !list.value.matches || list.value.matches(stored.object));
  const revision = context.store.revision;
  const items: { readonly object: () => K8sObject }[] = [];
  const outcomes = await Promise.all(
    found.map(async (stored) => {
      const { name = "", namespace } = stored.object.metadata;
      const one: ResourceRequest = { ...routed, ...(namespace !== undefined && { namespace }), name };
      const outcome = await deleteObject(context, one, name, options.value);
      if (!outcome.ok && outcome.error.code !== 404) return outcome.error;
      const shown = await oneInVersion(definition, stored.object, routed.version);
      if (shown.ok) items.push({ object: () => shown.value });
      return undefined;
    }),
  );
  const failed = outcomes.find((outcome) => outcome !== undefined);
  if (failed) return err(failed);
  return ok({ items, resourceVersion: String(revision) });
}

async function deleteObject(
  context: ServerContext,
  routed: ResourceRequest,
  name: string,
  options: DeleteOptions,
): Promise<Result<ObjectOutcome, Status>> {
  const { definition, version } = routed;
  const resource = { group: definition.group, resource: definition.resource };
  const key = objectKey(definition.namespaced ? routed.namespace : undefined, name);
  const warnings: string[] = [];
  let admitted = false;
  for (;;) {
    const stored = context.store.get(definition.collection, key);
    if (!stored) return err(notFound(resource, name));
    const shown = await oneInVersion(definition, stored.object, version);
    if (!shown.ok) return shown;
    if (!admitted) {
      const attributes: AdmissionAttributes = {
        operation: "DELETE",
        user: routed.user,
        definition,
        version,
        ...(routed.namespace !== undefined && { namespace: routed.namespace }),
        name,
        oldObject: shown.value,
        options: options.raw,
        dryRun: options.dryRun,
        warn: (text) => warnings.push(text),
      };
      const mutated = await admit(context, attributes);
      if (!mutated.ok) return mutated;
      const validated = await validateAdmission(context, attributes);
      if (!validated.ok) return validated;
      admitted = true;
    }
    const refused = checkPreconditions(routed, name, stored.object, options);
    if (refused) return err(refused);
    const plan = planDeletion(context, routed, stored, options);
    if (plan.kind === "nothing" || options.dryRun) {
      const object = plan.kind === "mark" ? plan.object : stored.object;
      const answer = await oneInVersion(definition, object, version);
      if (!answer.ok) return answer;
      if (plan.kind === "remove") return ok(removedAnswer(routed, answer.value, warnings));
      return ok({ status: 200, object: answer.value, warnings });
    }
    const written = await context.store.write({
      collection: definition.collection,
      key,
      previous: stored.revision,
      ...(plan.kind === "remove" && { delete: true }),
      render: (revision) => withRevision(plan.object, revision),
    });
    if (!written.ok) {
      await context.store.settled();
      continue;
    }
    const answer = await oneInVersion(
      definition,
      plan.kind === "remove" ? stored.object : written.value.object,
      version,
    );
    if (!answer.ok) return answer;
    return ok(
      plan.kind === "remove"
        ? removedAnswer(routed, answer.value, warnings)
        : { status: 200, object: answer.value, warnings },
    );
  }
}

function checkPreconditions(
  { definition }: ResourceRequest,
  name: string,
  { metadata }: K8sObject,
  { uid, resourceVersion }: DeleteOptions,
): Status | undefined {
  const kind = { group: definition.group, resource: definition.kind };
  if (uid !== undefined && uid !== metadata.uid) {
    return conflict(
      kind,
      name,
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid ?? ""}). The object might have been deleted and then recreated`,
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    return conflict(
      kind,
      name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion ?? ""}). The object might have been modified`,
    );
  }
  return undefined;
}

type DeletionPlan =
  | { readonly kind: "remove"; readonly object: K8sObject }
  | { readonly kind: "mark"; readonly object: K8sObject }
  | { readonly kind: "nothing" };

function planDeletion(
  context: ServerContext,
  { definition }: ResourceRequest,
  { object }: StoredObject,
  options: DeleteOptions,
): DeletionPlan {
  const { metadata } = object;
  const { markDeleted } = definition.strategy;
  if (markDeleted) {
    if (metadata.deletionTimestamp !== undefined) return { kind: "nothing" };
    const time = timeNow(context.now());
    const { managedFields, finalizers, labels, annotations, ...rest } = metadata;
    const marked = {
      ...structuredClone(object),
      metadata: {
        ...rest,
        deletionTimestamp: time,
        ...(labels && { labels }),
        ...(annotations && { annotations }),
        ...(finalizers && { finalizers }),
        ...(managedFields && { managedFields }),
      },
    };
    markDeleted(marked as unknown as Fields, time);
    return { kind: "mark", object: marked };
  }
  const finalizers = finalizersFor(object, definition.group, options);
  const isNamespace = definition.collection === "/namespaces";
  const isPod = definition.collection === "/pods";
  const spec = object["spec"] as JsonObject | undefined;
  const held = isNamespace && Array.isArray(spec?.["finalizers"]) && spec["finalizers"].length > 0;
  const grace = isPod ? podGrace(object, options.gracePeriodSeconds) : 0;
  if (finalizers.length === 0 && !held && grace === 0) return { kind: "remove", object };
  const changedFinalizers = finalizers.join() !== (metadata.finalizers ?? []).join();
  if (metadata.deletionTimestamp !== undefined) {
    const shorter = isPod && grace < (metadata.deletionGracePeriodSeconds ?? 0);
    if (!shorter && !changedFinalizers) return { kind: "nothing" };
  }
  const already =
    metadata.deletionTimestamp !== undefined && !(isPod && grace < (metadata.deletionGracePeriodSeconds ?? 0));
  const { finalizers: _old, managedFields, annotations, labels, ownerReferences, ...rest } = metadata;
  const marked: K8sObject = {
    ...object,
    metadata: {
      ...rest,
      ...(metadata.generation !== undefined && !already && { generation: metadata.generation + 1 }),
      ...(!already && { deletionTimestamp: timeNow(context.now() + grace * 1000) }),
      ...(!already && !isNamespace && { deletionGracePeriodSeconds: grace }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(ownerReferences && { ownerReferences }),
      ...(finalizers.length > 0 && { finalizers }),
      ...(managedFields && { managedFields }),
    },
    ...(isNamespace && { status: { ...(object["status"] as JsonObject | undefined), phase: "Terminating" } }),
  };
  return { kind: "mark", object: marked };
}

/** Finalizers that the propagation policy adds or takes away. */
function finalizersFor(object: K8sObject, group: string, { propagation }: DeleteOptions): readonly string[] {
  const present = object.metadata.finalizers ?? [];
  const own = present.filter((finalizer) => finalizer !== "orphan" && finalizer !== "foregroundDeletion");
  const policy =
    propagation ??
    (present.includes("orphan")
      ? "Orphan"
      : present.includes("foregroundDeletion")
        ? "Foreground"
        : group === "" && object.kind === "ReplicationController"
          ? "Orphan"
          : "Background");
  if (policy === "Orphan") return [...own, "orphan"];
  if (policy === "Foreground") return [...own, "foregroundDeletion"];
  return own;
}

/** Seconds a pod is given: none unless it runs on a node. */
function podGrace(pod: K8sObject, asked: number | undefined): number {
  const spec = pod["spec"] as JsonObject | undefined;
  const status = pod["status"] as JsonObject | undefined;
  const phase = status?.["phase"];
  if (typeof spec?.["nodeName"] !== "string" || spec["nodeName"] === "" || phase === "Failed" || phase === "Succeeded")
    return 0;
  const own = spec["terminationGracePeriodSeconds"];
  return asked ?? (typeof own === "number" ? own : 30);
}

function removedAnswer({ definition }: ResourceRequest, object: K8sObject, warnings: readonly string[]): ObjectOutcome {
  if (definition.strategy.answersDeleted) return { status: 200, object, warnings };
  const status: Status = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: {
      name: object.metadata.name ?? "",
      ...(definition.group !== "" && { group: definition.group }),
      kind: definition.resource,
      uid: object.metadata.uid ?? "",
    },
  };
  return { status: 200, object: status as unknown as K8sObject, warnings, plain: true };
}
