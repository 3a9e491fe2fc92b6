import { createHash } from "node:crypto";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import type { PipelineRequest, PipelineResponse } from "../pipeline.ts";
import type { ResourceRegistry } from "../registry.ts";
import { apiVersionOf } from "../resource-definition.ts";
import { openApiV2, openApiV3 } from "./openapi-documents.ts";
import { encodeOpenApi, openApiProtobufAccept, openApiProtobufType } from "./openapi-protobuf.ts";

interface Cached {
  readonly generation: number;
  readonly body: string | Uint8Array;
  readonly hash: string;
}

const documents = new WeakMap<ResourceRegistry, Map<string, Cached>>();

/** A document with its hash, made again only when the resources served have changed. */
function cached(registry: ResourceRegistry, key: string, make: () => JsonValue | Uint8Array): Cached {
  let byKey = documents.get(registry);
  if (!byKey) {
    byKey = new Map();
    documents.set(registry, byKey);
  }
  const known = byKey.get(key);
  if (known?.generation === registry.generation) return known;
  const document = make();
  const body = document instanceof Uint8Array ? document : JSON.stringify(document);
  const hash = createHash("sha512").update(body).digest("hex").toUpperCase();
  const made = { generation: registry.generation, body, hash };
  byKey.set(key, made);
  return made;
}

/** The group versions served: `api/v1`, `apis/apps/v1`. */
function groupVersions(
  registry: ResourceRegistry,
): readonly { readonly path: string; readonly group: string; readonly version: string }[] {
  const found = new Map<string, { readonly path: string; readonly group: string; readonly version: string }>();
  for (const { group, versions } of registry.all()) {
    for (const { version } of versions) {
      const path = group === "" ? `api/${version}` : `apis/${apiVersionOf(group, version)}`;
      found.set(path, { path, group, version });
    }
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function answer(
  request: PipelineRequest,
  { body, hash }: Cached,
  contentType: string,
  headers: Readonly<Record<string, string>>,
): PipelineResponse {
  const etag = `"${hash}"`;
  if (request.headers["if-none-match"] === etag) {
    return { kind: "text", status: 304, contentType: "", body: "", headers: { etag } };
  }
  return { kind: "text", status: 200, contentType, body, headers: { etag, ...headers } };
}

/** Answers `/openapi/v2` and `/openapi/v3[/…]`; undefined for unknown paths (spec: kube-api, section 1). */
export function serveOpenApi(
  registry: ResourceRegistry,
  request: PipelineRequest,
  path: string,
): PipelineResponse | undefined {
  if (path === "/openapi/v2") {
    const headers = { vary: "Accept-Encoding, Accept" };
    if (request.headers["accept"]?.includes(openApiProtobufAccept) === true) {
      const document = cached(registry, "v2 as protobuf", () => encodeOpenApi(openApiV2(registry)));
      return answer(request, document, openApiProtobufType, headers);
    }
    const document = cached(registry, "v2", () => openApiV2(registry));
    return answer(request, document, "application/json", headers);
  }
  if (path === "/openapi/v3") {
    const index = cached(registry, "v3", () => ({
      paths: Object.fromEntries(
        groupVersions(registry).map(({ path: name, group, version }): [string, JsonObject] => {
          const { hash } = cached(registry, name, () => openApiV3(registry, group, version));
          return [name, { serverRelativeURL: `/openapi/v3/${name}?hash=${hash}` }];
        }),
      ),
    }));
    return answer(request, index, "text/plain; charset=utf-8", {});
  }
  const wanted = path.slice("/openapi/v3/".length);
  const found = path.startsWith("/openapi/v3/")
    ? groupVersions(registry).find((candidate) => candidate.path === wanted)
    : undefined;
  if (!found) return undefined;
  const document = cached(registry, found.path, () => openApiV3(registry, found.group, found.version));
  return answer(request, document, "application/json", { "cache-control": "public, immutable", vary: "Accept" });
}
