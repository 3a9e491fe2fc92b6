import { err, ok, type Result } from "../../../result.ts";

/** An image in a registry. */
export interface ImageReference {
  /** Host, and port where it has one, as the reference writes it: `docker.io`, `localhost:5000`. */
  readonly registry: string;
  /** Base of the registry's API, such as `https://registry-1.docker.io`. */
  readonly url: string;
  readonly repository: string;
  /** What to ask the registry for: a tag, or a digest that pins the content. */
  readonly version:
    | { readonly kind: "tag"; readonly tag: string }
    | { readonly kind: "digest"; readonly digest: string };
}

const defaultRegistry = "docker.io";
const repositoryPattern = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^[\w][\w.-]{0,127}$/;
const registryPattern = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/;
const digestPattern = /^sha256:[0-9a-f]{64}$/;

/** Reads references as container tools write them: `[registry/]repository[:tag][@digest]`. */
export function parseImageReference(text: string): Result<ImageReference, string> {
  const invalid = err(`could not parse reference: ${text}`);
  const [named = "", digest, ...rest] = text.split("@");
  if (rest.length > 0 || (digest !== undefined && !digestPattern.test(digest))) return invalid;
  const slash = named.indexOf("/");
  const first = slash === -1 ? "" : named.slice(0, slash);
  const hasRegistry = first === "localhost" || /[.:]/.test(first);
  const registry = hasRegistry ? first : defaultRegistry;
  const path = hasRegistry ? named.slice(slash + 1) : named;
  const colon = path.indexOf(":");
  const tag = colon === -1 ? "latest" : path.slice(colon + 1);
  const plain = colon === -1 ? path : path.slice(0, colon);
  const isHub = registry === defaultRegistry || registry === "index.docker.io";
  const repository = isHub && !plain.includes("/") ? `library/${plain}` : plain;
  if (!registryPattern.test(registry) || !repositoryPattern.test(repository) || !tagPattern.test(tag)) return invalid;
  return ok({
    registry,
    url: isHub ? "https://registry-1.docker.io" : `${isLoopback(registry) ? "http" : "https"}://${registry}`,
    repository,
    version: digest === undefined ? { kind: "tag", tag } : { kind: "digest", digest },
  });
}

/** Whether a host, with or without port, is this machine: only there a registry may do without TLS. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, "");
  return name === "localhost" || name.endsWith(".localhost") || name === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(name);
}
