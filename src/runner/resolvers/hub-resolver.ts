import { isJsonObject, type JsonValue, member } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import { digestOf, readDefinition } from "./definition.ts";
import { fetchText } from "./http-resolver.ts";
import {
  type ResolvedObject,
  type Resolver,
  type ResolverError,
  type ResolverRequest,
  textParam,
} from "./resolvers.ts";

const artifactHub = "https://artifacthub.io";

/** Definitions of a hub: Artifact Hub, or a Tekton Hub at a given URL. */
export class HubResolver implements Resolver {
  readonly title = "Hub";

  async resolve(request: ResolverRequest, signal: AbortSignal): Promise<Result<ResolvedObject, ResolverError>> {
    const { params, kind: wanted } = request;
    const kind = textParam(params, "kind") ?? "task";
    const name = textParam(params, "name");
    const version = textParam(params, "version");
    const type = textParam(params, "type") ?? "artifact";
    if (name === undefined || version === undefined) {
      const missing = [...(name === undefined ? ["name"] : []), ...(version === undefined ? ["version"] : [])];
      return err({ kind: "invalid", cause: `missing required hub resolver params: ${missing.join(", ")}` });
    }
    if (type !== "artifact" && type !== "tekton") {
      return err({ kind: "invalid", cause: `failed to validate params: type param must be artifact or tekton` });
    }
    const parts = [name, version, kind].map(encodeURIComponent);
    const base = textParam(params, "url")?.replace(/\/+$/, "");
    if (type === "tekton" && base === undefined) {
      return err({
        kind: "invalid",
        cause: "failed to validate params: please configure TEKTON_HUB_API env variable to use tekton type",
      });
    }
    const catalog = encodeURIComponent(
      textParam(params, "catalog") ?? (type === "tekton" ? "Tekton" : `tekton-catalog-${kind}s`),
    );
    const url =
      type === "tekton"
        ? `${base}/v1/resource/${catalog}/${parts[2]}/${parts[0]}/${parts[1]}/yaml`
        : `${base ?? artifactHub}/api/v1/packages/tekton-${parts[2]}/${catalog}/${parts[0]}/${parts[1]}`;
    const title = type === "tekton" ? "Tekton" : "Artifact";
    const fetched = await fetchText(url, { accept: "application/json" }, signal);
    if (!fetched.ok) {
      return err({
        kind: "failed",
        cause: `fail to fetch ${title} Hub resource: requesting resource from Hub: ${fetched.error}`,
      });
    }
    const text = manifestOf(fetched.value);
    if (text === undefined) {
      return err({ kind: "failed", cause: `fail to fetch ${title} Hub resource: error unmarshalling json response` });
    }
    const object = readDefinition(text, wanted);
    if (!object.ok) return err({ kind: "failed", cause: object.error });
    return ok({ object: object.value, refSource: { uri: url, digest: { sha256: digestOf("sha256", text) } } });
  }
}

/** The definition inside a hub's answer, where either hub puts it. */
function manifestOf(body: Uint8Array): string | undefined {
  try {
    const answer = JSON.parse(new TextDecoder().decode(body)) as JsonValue;
    const data = member(answer, "data");
    const manifest = member(
      isJsonObject(data) ? data : undefined,
      data !== undefined && member(data, "manifestRaw") !== undefined ? "manifestRaw" : "yaml",
    );
    return typeof manifest === "string" ? manifest : undefined;
  } catch {
    return undefined;
  }
}
