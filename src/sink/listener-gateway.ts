import type { IncomingMessage, ServerResponse } from "node:http";
import { HostRoutes } from "./host-routes.ts";
import { type SinkAnswer, sendAnswer } from "./sink-answer.ts";
import type { RequestHandler } from "./sink-server.ts";

/** A listener as the gateway sees it. */
export interface GatewayListener {
  readonly ref: { readonly namespace: string; readonly name: string };
  handle(request: IncomingMessage, response: ServerResponse, url?: string): void;
}

/** The hosts of a listener. */
export interface HostClaim {
  readonly hosts: readonly string[];
  /** Of several listeners with the same host, the first in this order has it. */
  readonly rank: string;
}

const maxToldPaths = 100;
const maxToldLength = 500;
/** How many listeners a message names. */
const maxNamed = 5;

const noListener: SinkAnswer = {
  status: 404,
  headers: { "Content-Type": "text/plain; charset=utf-8" },
  body: "no EventListener here: its address is /<namespace>/<name>\n",
};

/** kubectl without a kubeconfig asks localhost:8080, which may be this address. */
function isKubernetesRequest(method: string | undefined, url: string): boolean {
  return method !== "POST" && /^\/(?:apis?|openapi|version)(?:[/?]|$)/.test(url);
}

/** Of all refusals, kubectl shows its user the text of a 403 only. */
const notTheApi: SinkAnswer = {
  status: 403,
  headers: { "Content-Type": "text/plain; charset=utf-8" },
  body: "this address takes webhooks and is not the API: set KUBECONFIG to the kubeconfig that `tektite up` names\n",
};

/**
 * One address for all listeners: each is found at `/<namespace>/<name>`, with whatever follows as its own path, and at its
 * hosts, with every path its own.
 */
export class ListenerGateway implements RequestHandler {
  readonly #listeners = new Map<string, GatewayListener>();
  readonly #hosts = new HostRoutes<GatewayListener>();
  readonly #log: (message: string) => void;
  /** Paths that the operator has been told of. */
  readonly #unknownPaths = new Set<string>();

  /** `log` hears of webhooks that go nowhere: their senders seldom show anybody the answer. */
  constructor({ log }: { readonly log: (message: string) => void }) {
    this.#log = log;
  }

  add(listener: GatewayListener, { hosts, rank }: HostClaim = { hosts: [], rank: "" }): void {
    for (const host of hosts) this.#hosts.claim(host, listener, rank);
    this.#listeners.set(`${listener.ref.namespace}/${listener.ref.name}`, listener);
  }

  /** Forgets the listener, unless another one has taken its place. */
  remove(listener: GatewayListener): void {
    this.#hosts.release(listener);
    const key = `${listener.ref.namespace}/${listener.ref.name}`;
    if (this.#listeners.get(key) === listener) this.#listeners.delete(key);
  }

  /** The listener that has the request's host. */
  atHost(request: IncomingMessage): GatewayListener | undefined {
    return this.#hosts.find(request.headers.host);
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const { url = "/" } = request;
    const atHost = this.atHost(request);
    if (atHost !== undefined) {
      atHost.handle(request, response);
      return;
    }
    const found = /^\/([^/?]+)\/([^/?]+)(.*)$/s.exec(url);
    const listener = found ? this.#listeners.get(`${found[1]}/${found[2]}`) : undefined;
    if (listener === undefined) {
      if (request.method === "POST") this.#tellUnknown(url.replace(/\?.*$/s, ""));
      sendAnswer(response, isKubernetesRequest(request.method, url) ? notTheApi : noListener);
      return;
    }
    const rest = found?.[3] ?? "";
    listener.handle(request, response, rest.startsWith("/") ? rest : `/${rest}`);
  }

  /** Once for a path, and for so many paths only: anybody can ask for any. */
  #tellUnknown(path: string): void {
    if (this.#unknownPaths.size >= maxToldPaths || this.#unknownPaths.has(path) || path.length > maxToldLength) return;
    this.#unknownPaths.add(path);
    const known = [...this.#listeners.keys()]
      .sort()
      .slice(0, maxNamed)
      .map((key) => `/${key}`);
    const others = this.#listeners.size > maxNamed ? " and more" : "";
    const hint =
      known.length === 0 ? "no EventListener is ready" : `EventListeners are at ${known.join(", ")}${others}`;
    this.#log(`a webhook for ${JSON.stringify(path)} was answered 404: there is no EventListener; ${hint}`);
  }
}
