import { child, ensureChild, type Fields, items, text } from "../../api/core/fields.ts";
import type { K8sObject, Status } from "../../api/object.ts";
import { ok, type Result } from "../../result.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../pipeline.ts";

const taint = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" };

/** New Nodes count as not ready: whoever watches over them takes the taint off. */
export class NodeTaint implements AdmissionPlugin {
  handles({ operation, definition, subresource }: AdmissionAttributes): boolean {
    return operation === "CREATE" && definition.collection === "/nodes" && subresource === undefined;
  }

  admit({ object }: AdmissionAttributes): Result<K8sObject | undefined, Status> {
    const node = structuredClone(object) as unknown as Fields;
    const taints = items(child(node, "spec"), "taints");
    if (taints.some((each) => text(each, "key") === taint.key && text(each, "effect") === taint.effect))
      return ok(undefined);
    ensureChild(node, "spec")["taints"] = [...taints, { ...taint }];
    return ok(node as unknown as K8sObject);
  }
}
