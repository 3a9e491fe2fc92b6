import type { Finding } from "../../doctor/finding.ts";
import type { ConfigurationNode } from "./configuration-view.ts";

/**
 * The findings by the id of the node that they are about: the object that they name in their trigger, else the trigger,
 * else the listener, which is the first node.
 */
export function placeFindings(
  nodes: readonly ConfigurationNode[],
  findings: readonly Finding[],
): ReadonlyMap<string, readonly Finding[]> {
  const [listener] = nodes;
  return Map.groupBy(
    findings,
    ({ at }) => (at === undefined ? undefined : nodeOf(nodes, at))?.id ?? listener?.id ?? "",
  );
}

function nodeOf(
  nodes: readonly ConfigurationNode[],
  { trigger, object }: NonNullable<Finding["at"]>,
): ConfigurationNode | undefined {
  const ofTrigger = nodes.filter((node) => trigger === undefined || node.trigger === trigger);
  const named = ofTrigger.find(
    (node) =>
      object !== undefined &&
      node.object?.kind === object.kind &&
      node.object.name === object.name &&
      (object.namespace === undefined || node.object.namespace === object.namespace),
  );
  // The trigger's own node comes first.
  return named ?? (trigger === undefined ? undefined : ofTrigger[0]);
}
