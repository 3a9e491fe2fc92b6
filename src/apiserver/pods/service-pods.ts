import { child, items, stringMap, text } from "../../api/core/fields.ts";
import type { K8sObject } from "../../api/object.ts";
import type { JsonObject } from "../../json/value.ts";

/** The entry of a Service's ports that a number or a name asks for; the first one when nothing is asked for. */
export function servicePort(service: K8sObject, wanted: string): JsonObject | undefined {
  const ports = items(child(service as unknown as JsonObject, "spec"), "ports");
  return ports.find((port) => wanted === "" || String(port["port"]) === wanted || text(port, "name") === wanted);
}

/** The ready Pods that a Service's selector chooses, each with the number of the port to connect to. */
export function podsBehind(
  service: K8sObject,
  port: JsonObject,
  pods: readonly K8sObject[],
): readonly { readonly pod: string; readonly port: number }[] {
  const selector = Object.entries(stringMap(child(service as unknown as JsonObject, "spec"), "selector"));
  if (selector.length === 0) return [];
  return pods
    .filter((pod) => selector.every(([key, value]) => pod.metadata.labels?.[key] === value) && isReady(pod))
    .flatMap((pod) => {
      const number = targetPort(port, pod);
      return number === undefined ? [] : [{ pod: pod.metadata.name ?? "", port: number }];
    });
}

/** A target port may be the name of a container's port; without one it is the Service's own. */
function targetPort(port: JsonObject, pod: K8sObject): number | undefined {
  const target = port["targetPort"] ?? port["port"];
  if (typeof target === "number") return target;
  const found = items(child(pod as unknown as JsonObject, "spec"), "containers")
    .flatMap((container) => items(container, "ports"))
    .find((each) => text(each, "name") === target);
  return typeof found?.["containerPort"] === "number" ? found["containerPort"] : undefined;
}

function isReady(pod: K8sObject): boolean {
  return items(child(pod as unknown as JsonObject, "status"), "conditions").some(
    (condition) => text(condition, "type") === "Ready" && text(condition, "status") === "True",
  );
}
