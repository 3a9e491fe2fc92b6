import { createHash } from "node:crypto";
import { isJsonArray, type JsonObject, type JsonValue, member } from "../../../json/value.ts";
import { err, ok, type Result } from "../../../result.ts";
import { readBody } from "../fetch-text.ts";
import { type ImageReference, isLoopback } from "./image-reference.ts";
import type { RegistryCredentials } from "./registry-credentials.ts";

/** Part of an image. */
export interface Layer {
  readonly digest: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What a registry has under a reference. */
export interface Manifest {
  /** `sha256:…` of the manifest itself. */
  readonly digest: string;
  readonly layers: readonly Layer[];
}

const manifestTypes = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];
const indexTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];
const maxManifestBytes = 1024 * 1024;
const maxTokenBytes = 64 * 1024;

/**
 * Reads one image over the distribution API of registries: without credentials, with a user and password, or with the
 * token that the registry's own answer says where to get. Every content is checked against its digest.
 */
export class RegistryClient {
  readonly #reference: ImageReference;
  readonly #credentials: RegistryCredentials | undefined;
  readonly #signal: AbortSignal;
  #authorization: string | undefined;

  constructor(reference: ImageReference, credentials: RegistryCredentials | undefined, signal: AbortSignal) {
    this.#reference = reference;
    this.#credentials = credentials;
    this.#signal = signal;
  }

  /** The image's manifest; of an index, that of its first image. */
  async manifest(): Promise<Result<Manifest, string>> {
    const { version } = this.#reference;
    const outer = await this.#manifest(version.kind === "digest" ? version.digest : version.tag);
    if (!outer.ok) return outer;
    const images = member(outer.value.json, "manifests");
    if (!isJsonArray(images)) return ok(manifestOf(outer.value));
    const digest = member(images[0], "digest");
    if (typeof digest !== "string") return err("the image index is empty");
    const inner = await this.#manifest(digest);
    return inner.ok ? ok(manifestOf(inner.value)) : inner;
  }

  /** A layer as it is stored, up to so many bytes. */
  async blob(digest: string, maxBytes: number): Promise<Result<Buffer, string>> {
    const content = await this.#get(`blobs/${digest}`, {}, maxBytes);
    if (!content.ok) return content;
    const actual = digestOf(content.value);
    return actual === digest ? content : err(`blob ${digest} has the digest ${actual}`);
  }

  async #manifest(name: string): Promise<Result<{ readonly digest: string; readonly json: JsonValue }, string>> {
    const accept = [...manifestTypes, ...indexTypes].join(", ");
    const content = await this.#get(`manifests/${name}`, { accept }, maxManifestBytes);
    if (!content.ok) return content;
    const digest = digestOf(content.value);
    if (name.startsWith("sha256:") && name !== digest) {
      return err(`manifest digest: "${digest}" does not match requested digest: "${name}"`);
    }
    try {
      return ok({ digest, json: JSON.parse(content.value.toString()) as JsonValue });
    } catch {
      return err("the manifest is not JSON");
    }
  }

  async #get(
    path: string,
    headers: Readonly<Record<string, string>>,
    maxBytes: number,
  ): Promise<Result<Buffer, string>> {
    const { url, repository } = this.#reference;
    const target = `${url}/v2/${repository}/${path}`;
    const ask = () =>
      fetch(target, {
        headers: { ...headers, ...(this.#authorization === undefined ? {} : { authorization: this.#authorization }) },
        signal: this.#signal,
      });
    try {
      let response = await ask();
      if (response.status === 401) {
        await response.body?.cancel();
        const authorized = await this.#authorize(response.headers.get("www-authenticate") ?? "");
        if (!authorized.ok) return authorized;
        response = await ask();
      }
      const body = await readBody(response, maxBytes);
      if (!body.ok) return err(`GET ${target}: ${body.error}`);
      if (response.status !== 200) return err(`GET ${target}: ${refusal(response, body.value)}`);
      return ok(Buffer.from(body.value));
    } catch (error) {
      return err(`GET ${target}: ${reasonOf(error)}`);
    }
  }

  /** Does what the registry asks for: user and password, or a token from the place that it names. */
  async #authorize(challenge: string): Promise<Result<void, string>> {
    const basic = this.#basic();
    const [, scheme = "", rest = ""] = /^(\S+)\s*(.*)$/s.exec(challenge) ?? [];
    if (scheme.toLowerCase() === "basic" && basic !== undefined) {
      this.#authorization = basic;
      return ok(undefined);
    }
    if (scheme.toLowerCase() !== "bearer") return err("UNAUTHORIZED: authentication required");
    const params = new Map([...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]));
    const realm = params.get("realm") ?? "";
    if (!URL.canParse(realm)) return err(`the registry names no place for tokens: ${challenge}`);
    const place = new URL(realm);
    if (place.protocol !== "https:" && !(place.protocol === "http:" && isLoopback(place.host))) {
      return err(`tokens of ${place.origin} would go over the network in plain text`);
    }
    const service = params.get("service");
    if (service !== undefined) place.searchParams.set("service", service);
    place.searchParams.set("scope", params.get("scope") ?? `repository:${this.#reference.repository}:pull`);
    const response = await fetch(place, {
      headers: basic === undefined ? {} : { authorization: basic },
      signal: this.#signal,
    });
    const body = await readBody(response, maxTokenBytes);
    if (!body.ok) return err(`GET ${place.origin}${place.pathname}: ${body.error}`);
    if (response.status !== 200) return err(`GET ${place.origin}${place.pathname}: ${refusal(response, body.value)}`);
    const token = tokenOf(body.value);
    if (token === undefined) return err(`${place.origin}${place.pathname} answers without a token`);
    this.#authorization = `Bearer ${token}`;
    return ok(undefined);
  }

  #basic(): string | undefined {
    if (this.#credentials === undefined) return undefined;
    const { username, password } = this.#credentials;
    return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  }
}

function manifestOf({ digest, json }: { readonly digest: string; readonly json: JsonValue }): Manifest {
  const layers = member(json, "layers");
  return {
    digest,
    layers: (isJsonArray(layers) ? layers : []).map((layer) => {
      const name = member(layer, "digest");
      const annotations = (member(layer, "annotations") ?? {}) as JsonObject;
      return {
        digest: typeof name === "string" ? name : "",
        annotations: Object.fromEntries(
          Object.entries(annotations).flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])),
        ),
      };
    }),
  };
}

function tokenOf(body: Uint8Array): string | undefined {
  try {
    const answer = JSON.parse(new TextDecoder().decode(body)) as JsonValue;
    const token = member(answer, "token") ?? member(answer, "access_token");
    return typeof token === "string" ? token : undefined;
  } catch {
    return undefined;
  }
}

/** The registry's own words for a refusal, such as `MANIFEST_UNKNOWN: manifest unknown`. */
function refusal(response: Response, body: Uint8Array): string {
  try {
    const errors = member(JSON.parse(new TextDecoder().decode(body)) as JsonValue, "errors");
    const first = isJsonArray(errors) ? errors[0] : undefined;
    const code = member(first, "code");
    const message = member(first, "message");
    if (typeof code === "string") return typeof message === "string" ? `${code}: ${message}` : code;
  } catch {
    // No JSON: the status says enough.
  }
  return `unexpected status code ${response.status} ${response.statusText}`.trimEnd();
}

function digestOf(content: Uint8Array): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
