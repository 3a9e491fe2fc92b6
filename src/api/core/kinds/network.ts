import type { JsonObject } from "../../../json/value.ts";
import { type FieldProblem, forbidden, invalid, notSupported, required } from "../field-problem.ts";
import { child, ensureChild, items, number, setDefault, strings, text } from "../fields.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { isIpAddress } from "./service.ts";

const directions = ["Egress", "Ingress"];

/** NetworkPolicy. */
export const networkPolicyStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: true,
  default: (object) => {
    const spec = ensureChild(object, "spec");
    const egress = items(spec, "egress").length > 0;
    if (strings(spec, "policyTypes").length === 0) spec["policyTypes"] = egress ? ["Ingress", "Egress"] : ["Ingress"];
    for (const rule of [...items(spec, "ingress"), ...items(spec, "egress")]) {
      for (const port of items(rule, "ports")) setDefault(port, "protocol", "TCP");
    }
  },
  validate: (object) => {
    const types = strings(child(object, "spec"), "policyTypes");
    if (types.length > 2) return [invalid("spec.policyTypes", types, "may not specify more than two policyTypes")];
    return types.flatMap((type, index) =>
      directions.includes(type) ? [] : [notSupported(`spec.policyTypes[${index}]`, type, directions)],
    );
  },
};

/** EndpointSlice. */
export const endpointSliceStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: true,
  default: (object) => {
    for (const port of items(object, "ports")) {
      setDefault(port, "name", "");
      setDefault(port, "protocol", "TCP");
    }
  },
  validate: (object) => {
    const type = text(object, "addressType");
    if (type === "") return [required("addressType")];
    return ["FQDN", "IPv4", "IPv6"].includes(type) ? [] : [notSupported("addressType", type, ["FQDN", "IPv4", "IPv6"])];
  },
};

/** Endpoints. */
export const endpointsStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: false,
  createOnUpdate: true,
  default: (object) => {
    for (const subset of items(object, "subsets"))
      for (const port of items(subset, "ports")) setDefault(port, "protocol", "TCP");
  },
  validate: (object) =>
    items(object, "subsets").flatMap((subset, index) => subsetProblems(subset, `subsets[${index}]`)),
};

function subsetProblems(subset: JsonObject, at: string): readonly FieldProblem[] {
  const lists = ["addresses", "notReadyAddresses"];
  if (lists.every((list) => items(subset, list).length === 0))
    return [required(at, "must specify `addresses` or `notReadyAddresses`")];
  const addresses = lists.flatMap((list) =>
    items(subset, list).flatMap((address, index) => {
      const ip = text(address, "ip");
      const field = `${at}.${list}[${index}].ip`;
      return isIpAddress(ip)
        ? []
        : [invalid(field, ip, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")];
    }),
  );
  const ports = items(subset, "ports");
  return [
    ...addresses,
    ...ports.flatMap((port, index) => {
      const value = number(port, "port") ?? 0;
      const field = `${at}.ports[${index}]`;
      return [
        ...(ports.length > 1 && text(port, "name") === "" ? [required(`${field}.name`)] : []),
        ...(value < 1 || value > 65_535
          ? [invalid(`${field}.port`, value, "must be between 1 and 65535, inclusive")]
          : []),
      ];
    }),
  ];
}

/** PodDisruptionBudget. */
export const disruptionBudgetStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: true,
  validate: (object) => {
    const spec = child(object, "spec") ?? {};
    const both = spec["minAvailable"] !== undefined && spec["maxUnavailable"] !== undefined;
    return both ? [invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set")] : [];
  },
};

/** PriorityClass. */
export const priorityClassStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: true,
  default: (object) => setDefault(object, "preemptionPolicy", "PreemptLowerPriority"),
  validate: (object) => {
    const value = number(object, "value") ?? 0;
    return value > 1_000_000_000 && !text(child(object, "metadata"), "name").startsWith("system-")
      ? [invalid("value", value, "maximum allowed value of a user defined priority is 1000000000")]
      : [];
  },
  validateUpdate: (object, old) => [
    ...((number(object, "value") ?? 0) === (number(old, "value") ?? 0)
      ? []
      : [forbidden("value", "may not be changed in an update.")]),
    ...(text(object, "preemptionPolicy") === text(old, "preemptionPolicy")
      ? []
      : [invalid("preemptionPolicy", text(object, "preemptionPolicy"), "field is immutable")]),
  ],
};
