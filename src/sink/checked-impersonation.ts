import type { JsonObject } from "../json/value.ts";
import { member } from "../json/value.ts";
import { clientFailure } from "../kube/status.ts";
import type { ApiRequest, ApiResponse, ApiStream, KubeTransport } from "../kube/transport.ts";

/** How long an answer about a permission is believed, in milliseconds. */
const lifetimeMs = 30_000;

interface Identity {
  readonly userName: string;
  readonly groups?: readonly string[];
}

/**
 * The way of a listener that shares its process with others, as its service account. On behalf of its triggers it takes
 * other accounts' identities only where its own account may impersonate them: the process itself may impersonate every
 * account that it serves, which must not lend itself to whoever writes a trigger.
 */
export class CheckedImpersonation implements KubeTransport {
  readonly #process: KubeTransport;
  readonly #own: KubeTransport;
  readonly #ownName: string;
  readonly #nowMs: () => number;

  constructor(process: KubeTransport, ownName: string, nowMs: () => number) {
    this.#process = process;
    this.#own = process.as({ userName: ownName });
    this.#ownName = ownName;
    this.#nowMs = nowMs;
  }

  send(request: ApiRequest): Promise<ApiResponse> {
    return this.#own.send(request);
  }

  watch(request: ApiRequest): ReturnType<KubeTransport["watch"]> {
    return this.#own.watch(request);
  }

  stream(request: ApiRequest): ReturnType<KubeTransport["stream"]> {
    return this.#own.stream(request);
  }

  as(user: Identity): KubeTransport {
    if (user.userName === this.#ownName) return this;
    return new ImpersonationOfAnother(this.#own, this.#process.as(user), user, this.#nowMs);
  }
}

/** Another account's identity, used while the listener's own account may impersonate it. */
class ImpersonationOfAnother implements KubeTransport {
  readonly #own: KubeTransport;
  readonly #other: KubeTransport;
  readonly #user: Identity;
  readonly #nowMs: () => number;
  #allowed: { readonly atMs: number; readonly answer: Promise<ApiResponse | undefined> } | undefined;

  constructor(own: KubeTransport, other: KubeTransport, user: Identity, nowMs: () => number) {
    this.#own = own;
    this.#other = other;
    this.#user = user;
    this.#nowMs = nowMs;
  }

  async send(request: ApiRequest): Promise<ApiResponse> {
    return (await this.#refusal()) ?? this.#other.send(request);
  }

  async watch(request: ApiRequest): ReturnType<KubeTransport["watch"]> {
    const refusal = await this.#refusal();
    return refusal === undefined ? this.#other.watch(request) : refusedStream(refusal);
  }

  async stream(request: ApiRequest): ReturnType<KubeTransport["stream"]> {
    const refusal = await this.#refusal();
    return refusal === undefined ? this.#other.stream(request) : refusedStream(refusal);
  }

  as(): KubeTransport {
    return this;
  }

  #refusal(): Promise<ApiResponse | undefined> {
    const nowMs = this.#nowMs();
    if (this.#allowed === undefined || nowMs - this.#allowed.atMs > lifetimeMs) {
      this.#allowed = { atMs: nowMs, answer: this.#review() };
    }
    return this.#allowed.answer;
  }

  async #review(): Promise<ApiResponse | undefined> {
    const [, , namespace = "", name = ""] = this.#user.userName.split(":");
    const isAccount = this.#user.userName.startsWith("system:serviceaccount:");
    const target: JsonObject = isAccount
      ? { verb: "impersonate", resource: "serviceaccounts", namespace, name }
      : { verb: "impersonate", resource: "users", name: this.#user.userName };
    const answer = await this.#own.send({
      method: "POST",
      path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      body: {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes: target },
      },
    });
    if (answer.status >= 300) {
      this.#allowed = undefined;
      return answer;
    }
    if (member(member(answer.body, "status"), "allowed") === true) return undefined;
    const what = isAccount ? `serviceaccounts "${name}" in the namespace "${namespace}"` : `users "${name}"`;
    const message = `${what}: the listener's service account cannot impersonate it`;
    return { status: 403, headers: {}, body: clientFailure(403, "Forbidden", message) as unknown as JsonObject };
  }
}

function refusedStream<T>({ status, body }: ApiResponse): ApiStream<T> {
  return { status, body, items: (async function* () {})() };
}
