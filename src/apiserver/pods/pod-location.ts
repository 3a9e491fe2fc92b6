import type { K8sObject, Status } from "../../api/object.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import { badRequest, notFound } from "../status.ts";
import type { PodBackends } from "./pod-backends.ts";

const pods = { group: "", resource: "pods" };

/** Reads pods and nodes at the present state of the store. */
export interface PodReader {
  get(resource: "pods" | "nodes", namespace: string | undefined, name: string): K8sObject | undefined;
}

/** The pod of that name, or the 404. */
export function findPod(reader: PodReader, namespace: string, name: string): Result<K8sObject, Status> {
  const pod = reader.get("pods", namespace, name);
  return pod === undefined ? err(notFound(pods, name)) : ok(pod);
}

/** The container named, or the only one there is (spec: kube-api, section 13). */
export function chooseContainer(pod: K8sObject, wanted: string): Result<string, Status> {
  const name = pod.metadata.name ?? "";
  const regular = containerNames(pod, "containers");
  const init = containerNames(pod, "initContainers");
  if (wanted !== "") {
    const known = [...regular, ...init, ...containerNames(pod, "ephemeralContainers")];
    return known.includes(wanted) ? ok(wanted) : err(badRequest(`container ${wanted} is not valid for pod ${name}`));
  }
  const [only, ...others] = regular;
  if (only === undefined) return err(badRequest(`a container name must be specified for pod ${name}`));
  if (others.length === 0) return ok(only);
  const choice = `a container name must be specified for pod ${name}, choose one of: [${regular.join(" ")}]`;
  return err(badRequest(init.length === 0 ? choice : `${choice} or one of the init containers: [${init.join(" ")}]`));
}

/** The pod's node, empty while it has none; 404 when the node is not known, as if it were the pod that is missing. */
export function nodeOf(reader: PodReader, backends: PodBackends, pod: K8sObject): Result<string, Status> {
  const name = specOf(pod)["nodeName"];
  if (typeof name !== "string" || name === "") return ok("");
  const known = backends.servesNode(name) || reader.get("nodes", undefined, name) !== undefined;
  return known ? ok(name) : err(notFound(pods, name));
}

/** The container's entry in the pod's status. */
export function containerStatus(pod: K8sObject, container: string): JsonObject | undefined {
  const status = pod["status"] as JsonValue | undefined;
  if (!isJsonObject(status)) return undefined;
  for (const list of ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"]) {
    const entries = status[list];
    const found = isJsonArray(entries)
      ? entries.find((entry) => isJsonObject(entry) && entry["name"] === container)
      : undefined;
    if (isJsonObject(found)) return found;
  }
  return undefined;
}

function specOf(pod: K8sObject): JsonObject {
  const spec = pod["spec"] as JsonValue | undefined;
  return isJsonObject(spec) ? spec : {};
}

function containerNames(pod: K8sObject, list: string): readonly string[] {
  const containers = specOf(pod)[list];
  return isJsonArray(containers)
    ? containers.flatMap((item) => (isJsonObject(item) && typeof item["name"] === "string" ? [item["name"]] : []))
    : [];
}
