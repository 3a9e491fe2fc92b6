import { randomInt } from "node:crypto";
import { type FieldProblem, invalid } from "../../api/core/field-problem.ts";
import { child, type Fields, items, number, strings, text } from "../../api/core/fields.ts";
import { isIpAddress } from "../../api/core/kinds/service.ts";
import type { K8sObject, Status } from "../../api/object.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ObjectStore } from "../../store/object-store.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../pipeline.ts";
import { invalidObject } from "../status.ts";
import { Reservations } from "./reservations.ts";
import { settleFamilies } from "./service-families.ts";

const firstNodePort = 30_000;
const lastNodePort = 32_767;
/** Addresses are handed out above this offset of 10.96.0.0/12, so that explicit low ones stay free. */
const dynamicOffset = 256;
const rangeSize = 2 ** 20;
const rangeStart = ((10 << 24) | (96 << 16)) >>> 0;

/** Hands out cluster addresses and node ports of Services, from 10.96.0.0/12 and 30000–32767 (spec: kube-api, section 13). */
export class ServiceAllocator implements AdmissionPlugin {
  /** Reservations of writes that failed go with the next change of the Service. */
  readonly #addresses = new Reservations<string>();
  readonly #ports = new Reservations<number>();

  constructor(store: ObjectStore) {
    for (const stored of store.list("/services")) this.#hold(stored.key, stored.object);
    store.onChange("/services", (event) => {
      if (event.type === "DELETED") this.#release(event.object.key);
      else this.#hold(event.object.key, event.object.object);
    });
  }

  handles({ definition, operation, subresource }: AdmissionAttributes): boolean {
    return (
      definition.collection === "/services" &&
      subresource === undefined &&
      (operation === "CREATE" || operation === "UPDATE")
    );
  }

  admit({
    object,
    oldObject,
    name,
    namespace,
    definition,
  }: AdmissionAttributes): Result<K8sObject | undefined, Status> {
    const service = structuredClone(object) as unknown as Fields;
    const spec = child(service, "spec");
    if (!spec) return ok(undefined);
    const before = child(oldObject as unknown as Fields | undefined, "spec");
    const key = `${namespace ?? ""}/${name}`;
    if (before) dropUnneeded(spec, before);
    const problems = [...this.#allocateAddress(spec, before, key), ...this.#allocatePorts(spec, before, key)];
    if (problems.length > 0)
      return err(invalidObject({ group: definition.group, kind: definition.kind }, name, problems));
    return ok(service as unknown as K8sObject);
  }

  #allocateAddress(spec: Fields, before: Fields | undefined, key: string): readonly FieldProblem[] {
    if (text(spec, "type") === "ExternalName") {
      for (const field of ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"]) delete spec[field];
      return [];
    }
    if (text(spec, "clusterIP") === "" && before) {
      for (const field of ["clusterIP", "clusterIPs"]) if (before[field] !== undefined) spec[field] = before[field]!;
    }
    const given = text(spec, "clusterIP");
    const listed = strings(spec, "clusterIPs");
    // The singular field is the first of the list; a change of one alone carries the other with it.
    if (
      given !== "" &&
      (listed.length === 0 ||
        (before && given !== text(before, "clusterIP") && listed[0] === text(before, "clusterIP")))
    ) {
      spec["clusterIPs"] = [given];
    }
    if (given === "" && listed.length > 0) spec["clusterIP"] = listed[0]!;
    const familyProblems = settleFamilies(spec);
    if (familyProblems.length > 0) return familyProblems;
    const wanted = text(spec, "clusterIP");
    if (wanted === "None" || (wanted !== "" && !isIpAddress(wanted))) return [];
    if (wanted !== "") {
      if (before && text(before, "clusterIP") !== "") return [];
      const holder = this.#addresses.holderOf(wanted);
      const list = spec["clusterIPs"]!;
      if (!inRange(wanted)) {
        return [
          invalid(
            "spec.clusterIPs",
            list,
            `failed to allocate IP ${wanted}: the provided network does not match the current range`,
          ),
        ];
      }
      if (holder !== undefined && holder !== key) {
        return [invalid("spec.clusterIPs", list, `failed to allocate IP ${wanted}: provided IP is already allocated`)];
      }
      this.#addresses.hold(wanted, key);
      return [];
    }
    let address: string;
    do address = addressAt(dynamicOffset + randomInt(rangeSize - dynamicOffset - 1));
    while (this.#addresses.holderOf(address) !== undefined);
    this.#addresses.hold(address, key);
    spec["clusterIP"] = address;
    spec["clusterIPs"] = [address];
    return [];
  }

  #allocatePorts(spec: Fields, before: Fields | undefined, key: string): readonly FieldProblem[] {
    const type = text(spec, "type");
    if (type !== "NodePort" && !(type === "LoadBalancer" && spec["allocateLoadBalancerNodePorts"] !== false)) return [];
    const kept = new Set(items(before, "ports").map((port) => number(port, "nodePort")));
    const problems: FieldProblem[] = [];
    items(spec, "ports").forEach((port, index) => {
      const wanted = number(port, "nodePort") ?? 0;
      if (wanted === 0) {
        let free: number;
        do free = firstNodePort + randomInt(lastNodePort - firstNodePort + 1);
        while (this.#ports.holderOf(free) !== undefined);
        this.#ports.hold(free, key);
        port["nodePort"] = free;
        return;
      }
      if (kept.has(wanted)) return;
      const at = `spec.ports[${index}].nodePort`;
      if (wanted < firstNodePort || wanted > lastNodePort) {
        problems.push(
          invalid(
            at,
            wanted,
            `provided port is not in the valid range. The range of valid ports is ${firstNodePort}-${lastNodePort}`,
          ),
        );
        return;
      }
      const holder = this.#ports.holderOf(wanted);
      if (holder !== undefined && holder !== key)
        problems.push(invalid(at, wanted, "provided port is already allocated"));
      else this.#ports.hold(wanted, key);
    });
    return problems;
  }

  #hold(key: string, service: K8sObject): void {
    this.#release(key);
    const spec = child(service as unknown as Fields, "spec");
    const addresses = strings(spec, "clusterIPs").filter((address) => address !== "None");
    const ports = items(spec, "ports").flatMap((port) => number(port, "nodePort") ?? []);
    for (const address of addresses) this.#addresses.hold(address, key);
    for (const port of ports) this.#ports.hold(port, key);
  }

  #release(key: string): void {
    this.#addresses.release(key);
    this.#ports.release(key);
  }
}

/** Takes off what the new type of a Service has no use for, unless it was given anew. */
function dropUnneeded(spec: Fields, before: Fields): void {
  const type = text(spec, "type");
  if (type === text(before, "type")) return;
  if (type === "ClusterIP" || type === "ExternalName") {
    const old = new Set(items(before, "ports").map((port) => number(port, "nodePort")));
    for (const port of items(spec, "ports")) if (old.has(number(port, "nodePort"))) delete port["nodePort"];
    if (spec["externalTrafficPolicy"] === before["externalTrafficPolicy"]) delete spec["externalTrafficPolicy"];
  }
  if (type !== "LoadBalancer") delete spec["allocateLoadBalancerNodePorts"];
  if (type === "ExternalName" && spec["internalTrafficPolicy"] === before["internalTrafficPolicy"])
    delete spec["internalTrafficPolicy"];
}

function addressAt(offset: number): string {
  const value = rangeStart + offset;
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join(".");
}

function inRange(address: string): boolean {
  const parts = address.split(".").map(Number);
  return parts.length === 4 && parts[0] === 10 && parts[1]! >= 96 && parts[1]! <= 111;
}
