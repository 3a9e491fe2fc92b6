import type { KubeClient } from "../../kube/client.ts";
import { secretValues } from "../../pipelines/credentials.ts";
import { err, ok, type Result } from "../../result.ts";
import { secrets } from "../resources.ts";
import { digestOf, type ReadDefinition } from "./definition.ts";
import { fetchBody } from "./fetch-text.ts";
import {
  type ResolvedObject,
  type Resolver,
  type ResolverError,
  type ResolverRequest,
  textParam,
} from "./resolvers.ts";

/** How large a definition may be. */
const maxBytes = 1024 * 1024;

/** Definitions fetched from a URL. */
export class HttpResolver implements Resolver {
  readonly title = "Http";
  readonly #client: KubeClient;
  readonly #read: ReadDefinition;

  constructor(client: KubeClient, read: ReadDefinition) {
    this.#client = client;
    this.#read = read;
  }

  async resolve(request: ResolverRequest, signal: AbortSignal): Promise<Result<ResolvedObject, ResolverError>> {
    const { params, namespace, kind } = request;
    const url = textParam(params, "url");
    if (url === undefined) return err({ kind: "invalid", cause: "missing required http resolver params: url" });
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      return err({ kind: "invalid", cause: `url ${url} is not a valid http(s) url` });
    }
    const digest = textParam(params, "digest");
    if (digest !== undefined && !/^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(digest)) {
      return err({ kind: "invalid", cause: `invalid digest: ${digest}` });
    }
    const headers = await this.#headers(request, namespace);
    if (!headers.ok) return headers;
    const fetched = await fetchBody(url, headers.value, { signal, maxBytes });
    if (!fetched.ok) {
      const { error } = fetched;
      const cause =
        error.kind === "status" ? `requested URL '${url}' is not found` : `error fetching URL: ${error.cause}`;
      return err({ kind: "failed", cause });
    }
    const content = fetched.value;
    if (digest !== undefined) {
      const [algorithm, wanted] = digest.split(":");
      const actual = digestOf(algorithm === "sha512" ? "sha512" : "sha256", content);
      if (actual !== wanted) {
        return err({ kind: "failed", cause: `digest mismatch: expected ${digest}, got ${algorithm}:${actual}` });
      }
    }
    const object = this.#read(new TextDecoder().decode(content), kind);
    if (!object.ok) return err({ kind: "failed", cause: object.error });
    return ok({ object: object.value, refSource: { uri: url, digest: { sha256: digestOf("sha256", content) } } });
  }

  async #headers(
    { params }: ResolverRequest,
    namespace: string,
  ): Promise<Result<Readonly<Record<string, string>>, ResolverError>> {
    const userName = textParam(params, "http-username");
    const secretName = textParam(params, "http-password-secret");
    if (userName === undefined && secretName === undefined) return ok({});
    if (userName === undefined || secretName === undefined) {
      const missing = userName === undefined ? "http-username" : "http-password-secret";
      return err({ kind: "invalid", cause: `missing required param ${missing} when using basic authentication` });
    }
    const secret = await this.#client.get(secrets, { namespace, name: secretName });
    if (!secret.ok)
      return err({
        kind: "failed",
        cause: `cannot get API token, secret ${secretName} not found in namespace ${namespace}`,
      });
    const key = textParam(params, "http-password-secret-key") ?? "password";
    const password = secretValues(secret.value).get(key);
    if (password === undefined) {
      return err({
        kind: "failed",
        cause: `cannot get API token, key ${key} not found in secret ${secretName} in namespace ${namespace}`,
      });
    }
    const credentials = Buffer.concat([Buffer.from(`${userName}:`), password]).toString("base64");
    return ok({ authorization: `Basic ${credentials}` });
  }
}
