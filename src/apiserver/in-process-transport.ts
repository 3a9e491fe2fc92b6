import { parseObject } from "../json/object-text.ts";
import type { JsonValue } from "../json/value.ts";
import type { ApiRequest, ApiResponse, ApiStream, KubeTransport } from "../kube/transport.ts";
import type { ApiServer } from "./api-server.ts";
import { parseServiceAccountName, serviceAccountGroups } from "./auth/service-account-tokens.ts";
import type { PipelineRequest, PipelineResponse } from "./pipeline.ts";
import type { UserInfo } from "./user-info.ts";

/**
 * The way to an API server in the same process: no socket and no serialising, but the same authorisation, admission and
 * errors. Answers share objects with the server, so they must not be changed.
 */
export function createInProcessTransport(server: ApiServer, user: UserInfo): KubeTransport {
  return new InProcessTransport(server, user);
}

/** Whom to act as; without groups those that the name brings. */
interface Identity {
  readonly userName: string;
  readonly groups?: readonly string[];
}

class InProcessTransport implements KubeTransport {
  readonly #server: ApiServer;
  readonly #user: UserInfo;
  /** Whom to act as, where that needs a permission. */
  readonly #impersonated: Identity | undefined;

  constructor(server: ApiServer, user: UserInfo, impersonated?: Identity) {
    this.#server = server;
    this.#user = user;
    this.#impersonated = impersonated;
  }

  async send(request: ApiRequest): Promise<ApiResponse> {
    const answer = await this.#handle(request);
    return { status: answer.status, headers: headersOf(answer), body: await bodyOf(answer) };
  }

  async watch(request: ApiRequest): Promise<ApiStream<JsonValue>> {
    const answer = await this.#handle(request);
    if (answer.kind !== "watch") return { status: answer.status, body: await bodyOf(answer), items: none() };
    const { frames } = answer;
    async function* items(): AsyncGenerator<JsonValue> {
      for await (const batch of frames) for (const frame of batch) yield frame.value();
    }
    return { status: answer.status, body: null, items: items() };
  }

  async stream(request: ApiRequest): Promise<ApiStream<Uint8Array>> {
    const answer = await this.#handle(request);
    if (answer.kind === "bytes") return { status: answer.status, body: null, items: answer.stream };
    if (answer.kind === "text" && answer.status < 300) {
      const body = typeof answer.body === "string" ? Buffer.from(answer.body) : answer.body;
      return { status: answer.status, body: null, items: once(body) };
    }
    return { status: answer.status, body: await bodyOf(answer), items: none() };
  }

  as(user: Identity): KubeTransport {
    // Administrators may be anybody; anyone else is asked whether they may.
    if (this.#user.groups.includes("system:masters") && !this.#impersonated) {
      return new InProcessTransport(this.#server, asUser(user.userName, user.groups ?? []));
    }
    return new InProcessTransport(this.#server, this.#user, user);
  }

  #handle(request: ApiRequest): Promise<PipelineResponse> {
    const pipeline: PipelineRequest = {
      method: request.method,
      path: request.path,
      query: new URLSearchParams({ ...request.query }),
      headers: { accept: "application/json", ...request.headers, ...impersonationHeaders(this.#impersonated) },
      ...(this.#impersonated && { rawHeaders: rawImpersonation(this.#impersonated) }),
      body: request.body === undefined ? { kind: "none" } : { kind: "parsed", value: request.body },
      signal: request.signal ?? new AbortController().signal,
    };
    return this.#server.handleAs(this.#user, pipeline);
  }
}

/** Groups are only asked for when they are given: each needs a permission of its own. */
function impersonationHeaders(user: Identity | undefined): Readonly<Record<string, string>> {
  if (!user) return {};
  const groups = (user.groups ?? []).join(", ");
  return { "impersonate-user": user.userName, ...(groups === "" ? {} : { "impersonate-group": groups }) };
}

function rawImpersonation({ userName, groups = [] }: Identity): readonly string[] {
  return ["Impersonate-User", userName, ...groups.flatMap((group) => ["Impersonate-Group", group])];
}

/** What impersonation makes of a name: service accounts bring their groups (spec: kube-api, section 8). */
function asUser(username: string, groups: readonly string[]): UserInfo {
  const account = parseServiceAccountName(username);
  const own = account ? serviceAccountGroups(account.namespace) : [];
  const all = groups.length > 0 ? groups : own;
  return { username, groups: [...new Set([...all, "system:authenticated"])] };
}

function headersOf({ headers }: PipelineResponse): Readonly<Record<string, string>> {
  return headers ?? {};
}

async function bodyOf(answer: PipelineResponse): Promise<JsonValue> {
  switch (answer.kind) {
    case "json": {
      const { body } = answer;
      return isLazy(body) ? body.lazy() : body;
    }
    case "text": {
      const text = typeof answer.body === "string" ? answer.body : Buffer.from(answer.body).toString("utf8");
      return answer.contentType.startsWith("application/json") ? parseObject(text) : text;
    }
    case "bytes": {
      const chunks: Uint8Array[] = [];
      for await (const chunk of answer.stream) chunks.push(chunk);
      return Buffer.concat(chunks).toString("utf8");
    }
    case "watch":
    case "upgrade":
      return null;
    default:
      return answer satisfies never;
  }
}

function isLazy(body: unknown): body is { readonly lazy: () => JsonValue } {
  return typeof body === "object" && body !== null && "lazy" in body && typeof body.lazy === "function";
}

async function* none(): AsyncGenerator<never> {}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
