import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type Duplex, duplexPair } from "node:stream";

/** A server inside this process that plays a pod's container port. */
export interface PodServer {
  readonly namespace: string;
  readonly pod: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly port: number;
  /** Takes connections without a port of its own: they are handed to it. */
  readonly server: Server;
  /** Answers one request, as if it had come over a connection. */
  handle(request: IncomingMessage, response: ServerResponse): void;
}

/** The pods' servers, found by the selector and target port of a Service, in turn. */
export class PodServers {
  readonly #servers = new Set<PodServer>();
  #turn = 0;

  add(server: PodServer): void {
    this.#servers.add(server);
  }

  remove(server: PodServer): void {
    this.#servers.delete(server);
  }

  /** The next server behind a Service's selector; undefined when no pod matches. */
  behind(namespace: string, selector: Readonly<Record<string, string>>, port: number): PodServer | undefined {
    const wanted = Object.entries(selector);
    if (wanted.length === 0) return undefined;
    const found = [...this.#servers].filter(
      (server) =>
        server.namespace === namespace &&
        server.port === port &&
        wanted.every(([key, value]) => server.labels[key] === value),
    );
    return found[this.#turn++ % Math.max(1, found.length)];
  }

  /** A connection to a pod's port, for port-forward; undefined when nothing listens there. */
  dial(namespace: string, pod: string, port: number): Duplex | undefined {
    const found = [...this.#servers].find(
      (server) => server.namespace === namespace && server.pod === pod && server.port === port,
    );
    if (found === undefined) return undefined;
    const [near, far] = duplexPair();
    found.server.emit("connection", far as unknown as Socket);
    return near;
  }
}
