import { debuglog } from "node:util";
import type { Status } from "../api/object.ts";
import type { JsonObject } from "../json/value.ts";
import type { KubeClient } from "../kube/client.ts";
import { err, ok, type Result } from "../result.ts";
import type { EndpointAnswer } from "./answer.ts";
import { answerEndpoint, type EndpointCall } from "./endpoints.ts";
import type { JsonViews, PostViews, RecordViews, TextEndpoint } from "./views/endpoint-views.ts";
import { queryText, type Visit } from "./visit.ts";

/** Values of an endpoint's path variables and of its query, by name; those that are undefined are left out. */
export type EndpointValues = Readonly<Record<string, string | number | undefined>>;

/** `NODE_DEBUG=tektite` tells which endpoints a command asks. */
const log = debuglog("tektite");

/**
 * The dashboard's endpoints in the same process: without HTTP, session and cookies, for the account of a client. What
 * is asked for by pattern, such as `events/:namespace/:id?view=full`, is typed by views/endpoint-views.ts.
 */
export class LocalEndpoints {
  readonly #client: KubeClient;
  readonly #signal: AbortSignal;

  /** `signal`: nobody wants further answers. */
  constructor(client: KubeClient, signal: AbortSignal = new AbortController().signal) {
    this.#client = client;
    this.#signal = signal;
  }

  async get<P extends keyof JsonViews>(pattern: P, values: EndpointValues): Promise<Result<JsonViews[P], Status>> {
    return bodyOf<JsonViews[P]>(await this.#ask(pattern, values, { method: "GET" }));
  }

  async getText(pattern: TextEndpoint, values: EndpointValues): Promise<Result<Uint8Array, Status>> {
    const answer = await this.#ask(pattern, values, { method: "GET" });
    return answer.kind === "text" ? ok(Buffer.from(answer.body)) : bodyOf(answer);
  }

  /** Records as they come; the error is that there are none to come. */
  async follow<P extends keyof RecordViews>(
    pattern: P,
    values: EndpointValues,
  ): Promise<Result<AsyncIterable<RecordViews[P]>, Status>> {
    const answer = await this.#ask(pattern, values, { method: "GET" });
    return answer.kind === "records" ? ok(answer.records as AsyncIterable<RecordViews[P]>) : bodyOf(answer);
  }

  async post<P extends keyof PostViews>(
    pattern: P,
    values: EndpointValues,
    body: JsonObject,
  ): Promise<Result<PostViews[P], Status>> {
    return bodyOf<PostViews[P]>(await this.#ask(pattern, values, { method: "POST", body, isReadOnly: false }));
  }

  /** Asks by the segments below `/api`. */
  answer(path: readonly string[], query: URLSearchParams, call: EndpointCall): Promise<EndpointAnswer> {
    const client = this.#client;
    const namespace = queryText({ query }, "namespace");
    const visit: Visit = {
      path,
      query,
      namespace,
      nowMs: Date.now(),
      client,
      signal: this.#signal,
      listRuns: async (kind) => (await import("./run-queries.ts")).listRunSummaries(client, kind, namespace),
      tryOut: async (input) => {
        const { PlaygroundThread } = await import("./playground-thread.ts");
        const thread = new PlaygroundThread(Date.now);
        try {
          return await thread.run(input);
        } finally {
          thread.stop();
        }
      },
    };
    log("%s /api/%s%s", call.method, path.map(encodeURIComponent).join("/"), query.size === 0 ? "" : `?${query}`);
    return answerEndpoint(visit, call);
  }

  #ask(pattern: string, values: EndpointValues, call: EndpointCall): Promise<EndpointAnswer> {
    const [path = "", fixed = ""] = pattern.split("?");
    const query = new URLSearchParams(fixed);
    const segments = path.split("/");
    for (const [name, value] of Object.entries(values)) {
      if (value !== undefined && !segments.includes(`:${name}`)) query.set(name, String(value));
    }
    const filled = segments.map((segment) => (segment.startsWith(":") ? String(values[segment.slice(1)]) : segment));
    return this.answer(filled, query, call);
  }
}

function bodyOf<T>(answer: EndpointAnswer): Result<T, Status> {
  if (answer.kind !== "json") throw new Error(`an endpoint answers ${answer.kind} where JSON is expected`);
  return answer.status < 300 ? ok(answer.body as T) : err(answer.body as Status);
}
