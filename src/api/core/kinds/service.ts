import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../../json/value.ts";
import { duplicate, type FieldProblem, invalid, notSupported, required } from "../field-problem.ts";
import { child, ensureChild, items, number, setDefault, strings, text } from "../fields.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { labelProblems, portNameProblems, subdomainProblems } from "../names.ts";
import { validateLabels } from "../object-meta.ts";

const ipv4 = /^(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;

/** Whether the text is an IP address as Services may have it. */
export function isIpAddress(value: string): boolean {
  return ipv4.test(value) || (value.includes(":") && /^[0-9a-fA-F:.]+$/.test(value));
}

function isNetwork(value: string): boolean {
  const [, host = "", length = ""] = /^(.*)\/(\d{1,3})$/.exec(value) ?? [];
  return isIpAddress(host) && Number(length) <= (host.includes(":") ? 128 : 32);
}

/** A port's protocol and number as Go prints the internal type. */
function goPort(protocol: string, port: number): JsonObject {
  return { Name: "", Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
}

function isReachedFromOutside(spec: JsonObject): boolean {
  const type = text(spec, "type");
  return (
    type === "LoadBalancer" || type === "NodePort" || (type === "ClusterIP" && strings(spec, "externalIPs").length > 0)
  );
}

/** Which Pods of which nodes take a Service's connections. */
function trafficProblems(spec: JsonObject): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const addresses = strings(spec, "externalIPs");
  addresses.forEach((ip, index) => {
    if (!isIpAddress(ip))
      problems.push(
        invalid(`spec.externalIPs[${index}]`, ip, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"),
      );
  });
  strings(spec, "loadBalancerSourceRanges").forEach((range, index) => {
    const reason = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
    if (!isNetwork(range.trim())) problems.push(invalid(`spec.loadBalancerSourceRanges[${index}]`, range, reason));
  });
  const outside = text(spec, "externalTrafficPolicy");
  if (outside !== "" && !isReachedFromOutside(spec))
    problems.push(invalid("spec.externalTrafficPolicy", outside, "may only be set for externally-accessible services"));
  else if (outside !== "" && !policies.includes(outside))
    problems.push(notSupported("spec.externalTrafficPolicy", outside, policies));
  const inside = text(spec, "internalTrafficPolicy");
  if (inside !== "" && !policies.includes(inside))
    problems.push(notSupported("spec.internalTrafficPolicy", inside, policies));
  return problems;
}

const policies = ["Cluster", "Local"];

/** Service: defaults and validation; addresses and ports are allocated elsewhere. */
export const serviceStrategy: KindStrategy = {
  nameRule: "label",
  generation: false,
  answersDeleted: true,
  default: (object) => {
    const spec = ensureChild(object, "spec");
    setDefault(spec, "sessionAffinity", "None");
    if (spec["sessionAffinity"] === "ClientIP") {
      const client = ensureChild(ensureChild(spec, "sessionAffinityConfig"), "clientIP");
      setDefault(client, "timeoutSeconds", 10800);
    }
    setDefault(spec, "type", "ClusterIP");
    for (const port of items(spec, "ports")) {
      setDefault(port, "protocol", "TCP");
      const target = port["targetPort"];
      if (target === undefined || target === 0 || target === "") port["targetPort"] = port["port"]!;
    }
    const type = text(spec, "type");
    if (isReachedFromOutside(spec)) setDefault(spec, "externalTrafficPolicy", "Cluster");
    if (type !== "ExternalName") setDefault(spec, "internalTrafficPolicy", "Cluster");
    if (type === "LoadBalancer") setDefault(spec, "allocateLoadBalancerNodePorts", true);
  },
  validate: (object) => {
    const spec = child(object, "spec") ?? {};
    const problems: FieldProblem[] = [];
    const type = text(spec, "type");
    const ports = items(spec, "ports");
    const headless = text(spec, "clusterIP") === "None";
    if (ports.length === 0 && !headless && type !== "ExternalName") problems.push(required("spec.ports"));
    if (headless && (type === "LoadBalancer" || type === "NodePort"))
      problems.push(invalid("spec.clusterIPs[0]", "None", `may not be set to 'None' for ${type} services`));
    const names = new Set<string>();
    const seen = new Set<string>();
    ports.forEach((port, index) => {
      const at = `spec.ports[${index}]`;
      const name = text(port, "name");
      if (name === "") {
        if (ports.length > 1) problems.push(required(`${at}.name`));
      } else {
        for (const detail of labelProblems(name)) problems.push(invalid(`${at}.name`, name, detail));
        if (names.has(name)) problems.push(duplicate(`${at}.name`, name));
        names.add(name);
      }
      const value = number(port, "port") ?? 0;
      if (value < 1 || value > 65535)
        problems.push(invalid(`${at}.port`, value, "must be between 1 and 65535, inclusive"));
      const protocol = text(port, "protocol");
      if (!["SCTP", "TCP", "UDP"].includes(protocol))
        problems.push(notSupported(`${at}.protocol`, protocol, ["SCTP", "TCP", "UDP"]));
      const target = port["targetPort"];
      if (typeof target === "number" && (target < 1 || target > 65535)) {
        problems.push(invalid(`${at}.targetPort`, target, "must be between 1 and 65535, inclusive"));
      }
      if (typeof target === "string" && target !== "")
        for (const detail of portNameProblems(target)) problems.push(invalid(`${at}.targetPort`, target, detail));
      const key = `${protocol}/${value}`;
      if (seen.has(key)) problems.push(duplicate(at, goPort(protocol, value)));
      seen.add(key);
    });
    if (child(spec, "selector") !== undefined) problems.push(...validateLabels(spec, "spec.selector"));
    const affinity = text(spec, "sessionAffinity");
    if (affinity !== "None" && affinity !== "ClientIP")
      problems.push(notSupported("spec.sessionAffinity", affinity, ["ClientIP", "None"]));
    if (!["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"].includes(type)) {
      problems.push(notSupported("spec.type", type, ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]));
    }
    if (type === "ExternalName") {
      const external = text(spec, "externalName");
      if (external === "") problems.push(required("spec.externalName"));
      else
        for (const detail of subdomainProblems(external.replace(/\.$/, "")))
          problems.push(invalid("spec.externalName", external, detail));
    } else {
      strings(spec, "clusterIPs").forEach((ip, index) => {
        if (ip !== "None" && ip !== "" && !isIpAddress(ip)) {
          problems.push(
            invalid(`spec.clusterIPs[${index}]`, ip, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"),
          );
        }
      });
    }
    problems.push(...trafficProblems(spec));
    return problems;
  },
  validateUpdate: (object, old) => {
    const spec = child(object, "spec") ?? {};
    const before = child(old, "spec") ?? {};
    if (text(spec, "type") === "ExternalName" || text(before, "type") === "ExternalName") return [];
    const ips = spec["clusterIPs"];
    if (text(before, "clusterIP") === "" || isDeepStrictEqual(ips, before["clusterIPs"])) return [];
    return [invalid("spec.clusterIPs[0]", ips, "may not change once set")];
  },
  fieldLabels: (object) => {
    const spec = child(object, "spec");
    return { "spec.clusterIP": text(spec, "clusterIP"), "spec.type": text(spec, "type") };
  },
};
