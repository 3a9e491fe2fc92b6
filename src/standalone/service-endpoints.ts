import type { ServiceResolver } from "../apiserver/webhooks/webhook-client.ts";
import { isJsonArray, type JsonValue, member } from "../json/value.ts";
import { err, ok } from "../result.ts";
import type { ObjectStore } from "../store/object-store.ts";

/** Where a port is served. */
interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/**
 * Finds Services as their Endpoints and EndpointSlices say, one address after the other: in a cluster of processes on
 * this machine nobody else routes to them.
 */
export function endpointsResolver(store: ObjectStore): ServiceResolver {
  let turn = 0;
  return async (namespace, name, port) => {
    const service = store.get("/services", `${namespace}/${name}`)?.object;
    if (service === undefined) return err(`service "${name}" not found`);
    const ports = items(member(service["spec"] as JsonValue | undefined, "ports"));
    const entry = ports.find((each) => member(each, "port") === port);
    if (entry === undefined) return err(`no service port ${port} found for service "${name}"`);
    const portName = String(member(entry, "name") ?? "");
    const endpoints = [
      ...ofEndpoints(store.get("/endpoints", `${namespace}/${name}`)?.object["subsets"] as JsonValue, portName),
      ...store
        .list("discovery.k8s.io/endpointslices", `${namespace}/`)
        .filter(({ object }) => object.metadata.labels?.["kubernetes.io/service-name"] === name)
        .flatMap(({ object }) => ofSlice(object as unknown as JsonValue, portName)),
    ];
    const found = endpoints[turn++ % Math.max(1, endpoints.length)];
    return found === undefined ? err(`no endpoints available for service "${name}"`) : ok(found);
  };
}

function ofEndpoints(subsets: JsonValue | undefined, portName: string): readonly Endpoint[] {
  return items(subsets).flatMap((subset) => {
    const port = portOf(member(subset, "ports"), portName);
    const addresses = items(member(subset, "addresses")).map((address) => String(member(address, "ip") ?? ""));
    return port === undefined ? [] : addresses.map((host) => ({ host, port }));
  });
}

function ofSlice(slice: JsonValue, portName: string): readonly Endpoint[] {
  const port = portOf(member(slice, "ports"), portName);
  if (port === undefined) return [];
  return items(member(slice, "endpoints"))
    .filter((endpoint) => member(member(endpoint, "conditions"), "ready") !== false)
    .flatMap((endpoint) => items(member(endpoint, "addresses")).map((host) => ({ host: String(host), port })));
}

function portOf(ports: JsonValue | undefined, name: string): number | undefined {
  const found = items(ports).find((each) => String(member(each, "name") ?? "") === name);
  const port = member(found, "port");
  return typeof port === "number" ? port : undefined;
}

function items(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : [];
}
