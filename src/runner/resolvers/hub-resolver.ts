import { isJsonArray, type JsonValue, member } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import { digestOf, type ReadDefinition } from "./definition.ts";
import { fetchBody } from "./fetch-text.ts";
import {
  type ResolvedObject,
  type Resolver,
  type ResolverError,
  type ResolverRequest,
  textParam,
} from "./resolvers.ts";
import { highestMatching, isConstraint, spelledFor } from "./version-constraint.ts";

const artifactHub = "https://artifacthub.io";
/** How large a hub's answer may be. */
const maxBytes = 1024 * 1024;

/** One kind of hub: its name in texts, and where it has things. */
interface Hub {
  readonly type: "artifact" | "tekton";
  readonly title: string;
  /** Address of the definition, or of the list of versions without one. */
  url(version: string | undefined): string;
}

/** Definitions of a hub: Artifact Hub, or a Tekton Hub at a given URL. */
export class HubResolver implements Resolver {
  readonly title = "Hub";
  readonly #read: ReadDefinition;

  constructor(read: ReadDefinition) {
    this.#read = read;
  }

  async resolve(request: ResolverRequest, signal: AbortSignal): Promise<Result<ResolvedObject, ResolverError>> {
    const { params } = request;
    const name = textParam(params, "name");
    const version = textParam(params, "version");
    if (name === undefined || version === undefined) {
      const missing = [...(name === undefined ? ["name"] : []), ...(version === undefined ? ["version"] : [])];
      return err({ kind: "invalid", cause: `missing required hub resolver params: ${missing.join(", ")}` });
    }
    const hub = hubOf(request, name);
    if (!hub.ok) return err({ kind: "invalid", cause: `failed to validate params: ${hub.error}` });
    const failed = (cause: string) =>
      err({ kind: "failed", cause: `fail to fetch ${hub.value.title} Hub resource: ${cause}` } as const);

    const exact = isConstraint(version) ? await highestVersion(hub.value, version, signal) : ok(version);
    if (!exact.ok) return failed(exact.error);
    const url = hub.value.url(spelledFor(hub.value.type, exact.value));
    const answer = await fetchJson(url, signal);
    if (!answer.ok) return failed(answer.error);
    const data = member(answer.value, "data");
    const text = member(data, hub.value.type === "tekton" ? "yaml" : "manifestRaw");
    if (typeof text !== "string") return failed("error unmarshalling json response");
    const object = this.#read(text, request.kind);
    if (!object.ok) return err({ kind: "failed", cause: object.error });
    return ok({ object: object.value, refSource: { uri: url, digest: { sha256: digestOf("sha256", text) } } });
  }
}

function hubOf({ params }: ResolverRequest, name: string): Result<Hub, string> {
  const kind = textParam(params, "kind") ?? "task";
  if (kind !== "task" && kind !== "pipeline" && kind !== "stepaction") {
    return err("kind param must be task, pipeline or stepaction");
  }
  const type = textParam(params, "type") ?? "artifact";
  const base = textParam(params, "url")?.replace(/\/+$/, "");
  const path = (...parts: readonly (string | undefined)[]) =>
    parts.flatMap((part) => (part === undefined ? [] : [encodeURIComponent(part)])).join("/");
  if (type === "tekton") {
    if (base === undefined) return err("please configure TEKTON_HUB_API env variable to use tekton type");
    const catalog = textParam(params, "catalog") ?? "Tekton";
    const url = (version?: string) =>
      `${base}/v1/resource/${path(catalog, kind, name, version)}${version === undefined ? "" : "/yaml"}`;
    return ok({ type, title: "Tekton", url });
  }
  if (type !== "artifact") return err("type param must be artifact or tekton");
  const catalog = textParam(params, "catalog") ?? `tekton-catalog-${kind}s`;
  const url = (version?: string) =>
    `${base ?? artifactHub}/api/v1/packages/${path(`tekton-${kind}`, catalog, name, version)}`;
  return ok({ type, title: "Artifact", url });
}

async function highestVersion(hub: Hub, constraint: string, signal: AbortSignal): Promise<Result<string, string>> {
  const answer = await fetchJson(hub.url(undefined), signal);
  if (!answer.ok) return answer;
  const list =
    hub.type === "tekton"
      ? member(member(answer.value, "data"), "versions")
      : member(answer.value, "available_versions");
  const versions = (isJsonArray(list) ? list : []).flatMap((entry) => {
    const version = member(entry, "version");
    return typeof version === "string" && member(entry, "prerelease") !== true ? [version] : [];
  });
  const found = highestMatching(versions, constraint);
  return found === undefined ? err(`no version found for constraint ${constraint}`) : ok(found);
}

async function fetchJson(url: string, signal: AbortSignal): Promise<Result<JsonValue, string>> {
  const fetched = await fetchBody(url, { accept: "application/json" }, { signal, maxBytes });
  if (!fetched.ok) {
    return err(
      fetched.error.kind === "status"
        ? `requested resource '${url}' not found on hub`
        : `requesting resource from Hub: ${fetched.error.cause}`,
    );
  }
  try {
    return ok(JSON.parse(new TextDecoder().decode(fetched.value)) as JsonValue);
  } catch {
    return err("error unmarshalling json response");
  }
}
