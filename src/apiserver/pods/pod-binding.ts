import type { K8sObject, Status } from "../../api/object.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ObjectStore } from "../../store/object-store.ts";
import type { ConnectHandler, ResourceRequest } from "../pipeline.ts";
import { badRequest, conflict, notFound, plainError } from "../status.ts";
import { withRevision } from "../verbs/server-context.ts";
import { statusResponse } from "./pod-log.ts";

const pods = "/pods";
const maxAttempts = 32;

/** POST pods/NAME/binding and bindings: assigns a pod to a node, once (spec: kube-api, section 13). */
export function podBindings(store: ObjectStore, nowMs: () => number): readonly ConnectHandler[] {
  const handler = (resource: string): ConnectHandler => ({
    resource,
    handle: async (request, body) => {
      const bound = await bind(store, request, isJsonObject(body) ? body : {}, nowMs());
      if (!bound.ok) return statusResponse(bound.error);
      const done = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };
      return { kind: "json", status: 201, body: done };
    },
  });
  return [handler("pods/binding"), handler("bindings")];
}

async function bind(
  store: ObjectStore,
  request: ResourceRequest,
  binding: JsonObject,
  nowMs: number,
): Promise<Result<undefined, Status>> {
  const metadata = isJsonObject(binding["metadata"]) ? binding["metadata"] : {};
  const named = textOf(metadata["name"]);
  const name = request.name ?? named;
  if (named !== "" && named !== name) return err(badRequest("name in URL does not match name in Binding object"));
  const target = isJsonObject(binding["target"]) ? binding["target"] : {};
  const node = textOf(target["name"]);
  if (node === "") return err(plainError("target.name: Required value"));
  const kind = textOf(target["kind"]);
  if (kind !== "" && kind !== "Node")
    return err(
      plainError(`target.kind: Unsupported value: ${JSON.stringify(kind)}: supported values: "Node", "<empty>"`),
    );
  const dryRun = request.request.query.get("dryRun") === "All";
  const key = `${request.namespace ?? ""}/${name}`;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const stored = store.get(pods, key);
    if (stored === undefined) return err(notFound({ group: "", resource: "pods" }, name));
    const problem = problemOf(stored.object, textOf(metadata["uid"]));
    if (problem !== undefined) return err(conflict({ group: "", resource: "pods/binding" }, name, problem));
    if (dryRun) return ok(undefined);
    const assigned = assign(stored.object, node, metadata, nowMs);
    const written = await store.write({
      collection: pods,
      key,
      previous: stored.revision,
      render: (revision) => withRevision(assigned, revision),
    });
    if (written.ok) return ok(undefined);
    await store.settled();
  }
  return err(conflict({ group: "", resource: "pods/binding" }, name, "the pod is changed too often"));
}

function problemOf(pod: K8sObject, uid: string): string | undefined {
  const name = pod.metadata.name ?? "";
  if (uid !== "" && uid !== pod.metadata.uid)
    return `the UID in the precondition (${uid}) does not match the UID in record (${pod.metadata.uid ?? ""}). The object might have been deleted and then recreated`;
  if (pod.metadata.deletionTimestamp !== undefined) return `pod ${name} is being deleted, cannot be assigned to a host`;
  const nodeName = textOf(objectOf(pod["spec"])["nodeName"]);
  return nodeName === "" ? undefined : `pod ${name} is already assigned to node ${JSON.stringify(nodeName)}`;
}

/** The pod on its node, with the condition that says so and the labels and annotations of the binding. */
function assign(pod: K8sObject, nodeName: string, binding: JsonObject, nowMs: number): K8sObject {
  const status = objectOf(pod["status"]);
  const conditions = isJsonArray(status["conditions"]) ? status["conditions"] : [];
  const others = conditions.filter((condition) => !isJsonObject(condition) || condition["type"] !== "PodScheduled");
  const scheduled = {
    type: "PodScheduled",
    status: "True",
    lastProbeTime: null,
    lastTransitionTime: `${new Date(nowMs).toISOString().slice(0, 19)}Z`,
  };
  const added = (field: "labels" | "annotations"): object => {
    const given = isJsonObject(binding[field]) ? binding[field] : {};
    return Object.keys(given).length === 0 ? {} : { [field]: { ...pod.metadata[field], ...given } };
  };
  return {
    ...pod,
    metadata: { ...pod.metadata, ...added("labels"), ...added("annotations") },
    spec: { ...objectOf(pod["spec"]), nodeName },
    status: { ...status, conditions: [...others, scheduled] },
  };
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value as JsonValue | undefined) ? (value as JsonObject) : {};
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}
