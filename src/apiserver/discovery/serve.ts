import { createHash } from "node:crypto";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import type { PipelineRequest, PipelineResponse } from "../pipeline.ts";
import type { ResourceRegistry } from "../registry.ts";
import { notAcceptable } from "../status.ts";
import { negotiate, prefersAggregatedDiscovery } from "../wire/accept.ts";
import { jsonAnswer, statusAnswer } from "../wire/answer.ts";
import { aggregatedGroups, apiGroup, apiGroups, resourceList, rootPaths } from "./documents.ts";
import { serveOpenApi } from "./openapi.ts";

const version: JsonObject = {
  major: "1",
  minor: "36",
  emulationMajor: "1",
  emulationMinor: "36",
  minCompatibilityMajor: "1",
  minCompatibilityMinor: "35",
  gitVersion: "v1.36.0",
  gitCommit: "0000000000000000000000000000000000000000",
  gitTreeState: "clean",
  buildDate: "1970-01-01T00:00:00Z",
  goVersion: "go1.26.10",
  compiler: "gc",
  platform: "linux/amd64",
};

const aggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

function text(status: number, body: string): PipelineResponse {
  return { kind: "text", status, contentType: "text/plain; charset=utf-8", body };
}

function json(request: PipelineRequest, body: JsonValue): PipelineResponse {
  const negotiated = negotiate(request.headers, request.query, { forms: false });
  if (!negotiated.ok) return statusAnswer(negotiated.error, { format: "json", pretty: false });
  return jsonAnswer(200, body, negotiated.value);
}

/** Answers paths that name no resource: discovery, OpenAPI, version and health; undefined for unknown ones. */
export function serveDiscovery(registry: ResourceRegistry, request: PipelineRequest): PipelineResponse | undefined {
  if (request.method !== "GET" && request.method !== "HEAD") return undefined;
  const path = request.path.length > 1 ? request.path.replace(/\/$/, "") : request.path;
  switch (path) {
    case "/":
      return json(request, { paths: rootPaths(registry) });
    case "/api":
      return aggregated(registry, request, "legacy", {
        kind: "APIVersions",
        versions: ["v1"],
        serverAddressByClientCIDRs: [
          { clientCIDR: "0.0.0.0/0", serverAddress: request.headers["host"] ?? "127.0.0.1" },
        ],
      });
    case "/apis":
      return aggregated(registry, request, "groups", {
        kind: "APIGroupList",
        apiVersion: "v1",
        groups: apiGroups(registry),
      });
    case "/version":
      return json(request, version);
    default:
      break;
  }
  const health = serveHealth(request, path);
  if (health) return health;
  if (path.startsWith("/openapi/")) return serveOpenApi(registry, request, path);
  const [, root, group, groupVersion, extra] = path.split("/");
  if (root === "api" && group !== undefined && groupVersion === undefined) {
    const list = group === "v1" ? resourceList(registry, "", "v1") : undefined;
    return list && json(request, list);
  }
  if (root !== "apis" || group === undefined || extra !== undefined) return undefined;
  const document = groupVersion === undefined ? apiGroup(registry, group) : resourceList(registry, group, groupVersion);
  return document && json(request, document);
}

const checks = [
  "ping",
  "log",
  "loopback-serving-certificate",
  "etcd",
  "poststarthook/start-apiextensions-controllers",
  "poststarthook/crd-informer-synced",
  "poststarthook/start-system-namespaces-controller",
  "poststarthook/rbac/bootstrap-roles",
];

function serveHealth(request: PipelineRequest, path: string): PipelineResponse | undefined {
  const match = /^\/(livez|readyz|healthz)(?:\/(.+))?$/.exec(path);
  if (!match) return undefined;
  const [, endpoint = "", check] = match;
  if (check !== undefined) return checks.includes(check) ? text(200, "ok") : text(404, "404 page not found\n");
  if (!request.query.has("verbose")) return text(200, "ok");
  const excluded = new Set(request.query.getAll("exclude"));
  const lines = checks.map((name) => `[+]${name} ${excluded.delete(name) ? "excluded: ok" : "ok"}\n`);
  if (excluded.size > 0) {
    const unknown = [...excluded].sort().map((name) => JSON.stringify(name));
    lines.push(`warn: some health checks cannot be excluded: no matches for ${unknown.join(", ")}\n`);
  }
  return text(200, `${lines.join("")}${endpoint} check passed\n`);
}

function aggregated(
  registry: ResourceRegistry,
  request: PipelineRequest,
  which: "legacy" | "groups",
  plain: JsonObject,
): PipelineResponse {
  const preferred = prefersAggregatedDiscovery(request.headers["accept"] ?? "");
  if (preferred === "plain") return json(request, plain);
  if (preferred === "none") return statusAnswer(notAcceptable(), { format: "json", pretty: false });
  const body = aggregatedGroups(registry, which);
  const encoded = JSON.stringify(body);
  const etag = `"${createHash("sha512").update(encoded).digest("hex").toUpperCase()}"`;
  const headers = { "cache-control": "public", etag, vary: "Accept" };
  if (request.headers["if-none-match"] === etag) {
    return { kind: "text", status: 304, contentType: "", body: "", headers };
  }
  return { kind: "json", status: 200, body, text: `${encoded}\n`, contentType: aggregatedType, headers };
}
