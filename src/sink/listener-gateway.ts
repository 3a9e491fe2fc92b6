import type { IncomingMessage, ServerResponse } from "node:http";
import { sendAnswer } from "./sink-answer.ts";
import type { RequestHandler } from "./sink-server.ts";

/** A listener as the gateway sees it. */
export interface GatewayListener {
  readonly ref: { readonly namespace: string; readonly name: string };
  handle(request: IncomingMessage, response: ServerResponse, url?: string): void;
}

/** One address for all listeners: each is found at `/<namespace>/<name>`, with whatever follows as its own path. */
export class ListenerGateway implements RequestHandler {
  readonly #listeners = new Map<string, GatewayListener>();

  add(listener: GatewayListener): void {
    this.#listeners.set(`${listener.ref.namespace}/${listener.ref.name}`, listener);
  }

  /** Forgets the listener, unless another one has taken its place. */
  remove(listener: GatewayListener): void {
    const key = `${listener.ref.namespace}/${listener.ref.name}`;
    if (this.#listeners.get(key) === listener) this.#listeners.delete(key);
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const { url = "/" } = request;
    const found = /^\/([^/?]+)\/([^/?]+)(.*)$/s.exec(url);
    const listener = found ? this.#listeners.get(`${found[1]}/${found[2]}`) : undefined;
    if (listener === undefined) {
      const headers = { "Content-Type": "text/plain; charset=utf-8" };
      const body = "no EventListener here: its address is /<namespace>/<name>\n";
      sendAnswer(response, { status: 404, headers, body });
      return;
    }
    const rest = found?.[3] ?? "";
    listener.handle(request, response, rest.startsWith("/") ? rest : `/${rest}`);
  }
}
