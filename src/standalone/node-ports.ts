import { createServer, type Server, type Socket } from "node:net";
import type { K8sObject } from "../api/object.ts";
import { type JsonObject, type JsonValue, member } from "../json/value.ts";
import type { Informer } from "../kube/informer.ts";
import { listen } from "./listen.ts";
import type { PodServers } from "./pod-servers.ts";

export interface NodePortsOptions {
  readonly services: Informer;
  readonly pods: PodServers;
  /** Interface on which the ports are opened. */
  readonly host: string;
  readonly log: (message: string) => void;
}

/** Keeps the node ports of Services really open, each connection handed to a pod behind its Service. */
export class NodePorts {
  readonly #options: NodePortsOptions;
  readonly #open = new Map<number, { readonly owner: string; readonly server: Server }>();
  readonly #connections = new Set<Socket>();

  constructor(options: NodePortsOptions) {
    this.#options = options;
    options.services.onChange((event) => {
      const wanted = event.kind === "deleted" ? [] : nodePortsOf(event.object);
      this.#update(`${event.object.metadata.namespace}/${event.object.metadata.name}`, wanted);
    });
  }

  close(): void {
    for (const { server } of this.#open.values()) server.close();
    for (const socket of this.#connections) socket.destroy();
    this.#open.clear();
  }

  #update(owner: string, wanted: readonly number[]): void {
    for (const [port, open] of this.#open) {
      if (open.owner !== owner || wanted.includes(port)) continue;
      open.server.close();
      this.#open.delete(port);
    }
    for (const port of wanted) {
      if (this.#open.has(port)) continue;
      const server = createServer((socket) => this.#connect(owner, port, socket));
      this.#open.set(port, { owner, server });
      void listen(server, { host: this.#options.host, port }, "--node-port-address").then((opened) => {
        if (opened.ok) return;
        this.#open.delete(port);
        this.#options.log(`node port ${port} of Service ${owner} cannot be opened: ${opened.error}`);
      });
    }
  }

  #connect(owner: string, nodePort: number, socket: Socket): void {
    const [namespace = "", name = ""] = owner.split("/");
    const service = this.#options.services.get(namespace, name);
    const port = service === undefined ? undefined : portsOf(service).find((entry) => entry["nodePort"] === nodePort);
    const target =
      service === undefined || port === undefined
        ? undefined
        : this.#options.pods.behind(namespace, selectorOf(service), targetPortOf(port));
    if (target === undefined) {
      socket.destroy();
      return;
    }
    this.#connections.add(socket);
    socket.on("close", () => this.#connections.delete(socket));
    target.server.emit("connection", socket);
  }
}

export function portsOf(service: K8sObject): readonly JsonObject[] {
  const ports = member(service["spec"] as JsonValue | undefined, "ports");
  return Array.isArray(ports) ? (ports as readonly JsonObject[]) : [];
}

export function selectorOf(service: K8sObject): Readonly<Record<string, string>> {
  return (member(service["spec"] as JsonValue | undefined, "selector") ?? {}) as Readonly<Record<string, string>>;
}

/** Named target ports do not occur with listeners; a missing one is the port itself. */
export function targetPortOf(port: JsonObject): number {
  const target = port["targetPort"];
  return typeof target === "number" ? target : Number(port["port"]);
}

function nodePortsOf(service: K8sObject): readonly number[] {
  return portsOf(service).flatMap((port) => (typeof port["nodePort"] === "number" ? [port["nodePort"]] : []));
}
