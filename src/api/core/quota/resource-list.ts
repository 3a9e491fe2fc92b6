import type { JsonObject } from "../../../json/value.ts";
import { parseQuantity, printQuantity, type Quantity } from "../../quantity.ts";
import { child, items, text } from "../fields.ts";

/** Amounts by resource name, as in `requests` and `limits`. */
export type ResourceList = ReadonlyMap<string, Quantity>;

/** The amounts in an object such as `{cpu: 500m}`; what is no quantity is left out. */
export function readResourceList(object: JsonObject | undefined): ResourceList {
  const list = new Map<string, Quantity>();
  for (const [name, value] of Object.entries(object ?? {})) {
    const parsed = parseQuantity(String(value));
    if (parsed.ok) list.set(name, parsed.value);
  }
  return list;
}

export function writeResourceList(list: ResourceList): Record<string, string> {
  return Object.fromEntries([...list].map(([name, quantity]) => [name, printQuantity(quantity)]));
}

/** The sum; it is printed as the first amount that is not zero was. */
function addQuantities(a: Quantity | undefined, b: Quantity): Quantity {
  if (a === undefined) return b;
  return { nanos: a.nanos + b.nanos, format: a.nanos === 0n ? b.format : a.format };
}

export function addLists(a: ResourceList, b: ResourceList): ResourceList {
  const sum = new Map(a);
  for (const [name, quantity] of b) sum.set(name, addQuantities(sum.get(name), quantity));
  return sum;
}

/** What `a` is beyond `b`, of the resources in `a`. */
export function subtractLists(a: ResourceList, b: ResourceList): ResourceList {
  return new Map(
    [...a].map(([name, quantity]) => [name, { ...quantity, nanos: quantity.nanos - (b.get(name)?.nanos ?? 0n) }]),
  );
}

function greaterOf(a: ResourceList, b: ResourceList): ResourceList {
  const greatest = new Map(a);
  for (const [name, quantity] of b)
    if (quantity.nanos > (greatest.get(name)?.nanos ?? 0n)) greatest.set(name, quantity);
  return greatest;
}

/**
 * What a Pod needs of each resource at once: the sum over its containers and sidecars, or what its hungriest init
 * container needs beside the sidecars begun before it, whichever is more.
 */
export function podResources(pod: JsonObject, side: "requests" | "limits"): ResourceList {
  const spec = child(pod, "spec");
  const of = (container: JsonObject): ResourceList => readResourceList(child(child(container, "resources"), side));
  let sidecars: ResourceList = new Map();
  let hungriest: ResourceList = new Map();
  for (const container of items(spec, "initContainers")) {
    const isSidecar = text(container, "restartPolicy") === "Always";
    const withSidecars = addLists(sidecars, of(container));
    hungriest = greaterOf(hungriest, withSidecars);
    if (isSidecar) sidecars = withSidecars;
  }
  const sum = items(spec, "containers").map(of).reduce(addLists, sidecars);
  return greaterOf(sum, hungriest);
}
