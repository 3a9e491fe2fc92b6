import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import type { K8sObject, Status } from "../../api/object.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ConnectHandler, PipelineResponse, ResourceRequest } from "../pipeline.ts";
import { badRequest, failure, notFound } from "../status.ts";
import type { ServiceResolver } from "../webhooks/webhook-client.ts";
import type { PodBackends } from "./pod-backends.ts";
import { findPod, type PodReader } from "./pod-location.ts";
import { statusResponse } from "./pod-log.ts";
import { podsBehind, servicePort } from "./service-pods.ts";

/** What a proxied request needs of the server. */
export interface ProxyParts {
  readonly reader: PodReader;
  readonly backends: PodBackends;
  readonly resolveService: ServiceResolver;
  service(namespace: string, name: string): K8sObject | undefined;
  pods(namespace: string): readonly K8sObject[];
}

/** Headers that belong to one connection, or to our own authorization. */
const notForwarded: ReadonlySet<string> = new Set([
  "authorization",
  "connection",
  "content-length",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** pods/[SCHEME:]NAME[:PORT]/proxy and services/…/proxy: HTTP requests to what a pod or service serves. */
export function proxies(parts: ProxyParts): readonly ConnectHandler[] {
  const handler = (
    resource: string,
    connect: (request: ResourceRequest, target: ProxyTarget) => Promise<Result<RequestOptions, Status>>,
  ): ConnectHandler => ({
    resource: `${resource}/proxy`,
    handle: async (request) => {
      const target = parseTarget(request.name ?? "");
      if (target === undefined)
        return statusResponse(
          badRequest(`invalid ${resource.slice(0, -1)} request ${JSON.stringify(request.name ?? "")}`),
        );
      const connected = await connect(request, target);
      return connected.ok ? forward(request, target, connected.value) : statusResponse(connected.error);
    },
  });
  return [
    handler("pods", (request, target) => connectPod(parts, request, target)),
    handler("services", (request, target) => connectService(parts, request, target)),
  ];
}

interface ProxyTarget {
  readonly scheme: "http" | "https";
  readonly name: string;
  /** A number, a port's name, or empty. */
  readonly port: string;
}

/** `name`, `name:port`, `scheme:name:port`; undefined when it is none of these. */
function parseTarget(text: string): ProxyTarget | undefined {
  const parts = text.split(":");
  if (parts.length > 3) return undefined;
  const [scheme, name, port] = parts.length === 3 ? parts : ["", ...parts];
  if (scheme !== "" && scheme !== "http" && scheme !== "https") return undefined;
  if (name === undefined || name === "") return undefined;
  return { scheme: scheme === "https" ? "https" : "http", name, port: port ?? "" };
}

async function connectPod(
  parts: ProxyParts,
  { namespace = "" }: ResourceRequest,
  target: ProxyTarget,
): Promise<Result<RequestOptions, Status>> {
  const pod = findPod(parts.reader, namespace, target.name);
  if (!pod.ok) return pod;
  const port = target.port === "" ? firstPort(pod.value["spec"]) : Number(target.port);
  if (port === undefined || !Number.isInteger(port) || port < 1 || port > 65_535)
    return err(badRequest(`invalid port ${JSON.stringify(target.port)} of pod ${target.name}`));
  const dialled = await parts.backends.dial(namespace, target.name, port);
  if (!dialled.ok) return err(unavailable(dialled.error));
  return ok({ createConnection: () => dialled.value as Socket });
}

async function connectService(
  parts: ProxyParts,
  { namespace = "" }: ResourceRequest,
  target: ProxyTarget,
): Promise<Result<RequestOptions, Status>> {
  const absent = notFound({ group: "", resource: "services" }, target.name);
  const service = parts.service(namespace, target.name);
  if (service === undefined) return err(absent);
  const port = servicePort(service, target.port);
  if (port === undefined) return err(absent);
  for (const { pod, port: podPort } of podsBehind(service, port, parts.pods(namespace))) {
    const dialled = await parts.backends.dial(namespace, pod, podPort);
    if (dialled.ok) return ok({ createConnection: () => dialled.value as Socket });
  }
  const resolved = await parts.resolveService(namespace, target.name, Number(port["port"]));
  // A service that nobody serves is as good as none.
  return resolved.ok ? ok({ ...resolved.value, agent: false }) : err(absent);
}

function firstPort(spec: unknown): number | undefined {
  const containers = isJsonObject(spec as JsonValue) ? (spec as JsonObject)["containers"] : undefined;
  for (const container of isJsonArray(containers) ? containers : []) {
    const ports = isJsonObject(container) ? container["ports"] : undefined;
    const [first] = isJsonArray(ports) ? ports : [];
    if (isJsonObject(first) && typeof first["containerPort"] === "number") return first["containerPort"];
  }
  return 80;
}

function forward(routed: ResourceRequest, target: ProxyTarget, connection: RequestOptions): Promise<PipelineResponse> {
  const { request, subpath = "" } = routed;
  const query = request.query.toString();
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => !notForwarded.has(name) && !name.startsWith("impersonate-")),
  );
  const { body } = request;
  const bytes =
    body.kind === "bytes" ? body.bytes : body.kind === "parsed" ? Buffer.from(JSON.stringify(body.value)) : undefined;
  const options: RequestOptions = {
    ...connection,
    method: request.method,
    path: `/${subpath}${request.path.endsWith("/") && subpath !== "" ? "/" : ""}${query === "" ? "" : `?${query}`}`,
    headers: { ...headers, host: target.name, ...(bytes === undefined ? {} : { "content-length": bytes.length }) },
    signal: request.signal,
  };
  return new Promise((resolve) => {
    // Certificates of pods are their own: what is protected is the way to this server.
    const sent =
      target.scheme === "https" ? httpsRequest({ ...options, rejectUnauthorized: false }) : httpRequest(options);
    sent.on("response", (answer) => resolve(proxied(answer)));
    sent.on("error", (error) => resolve(statusResponse(unavailable(error.message))));
    sent.end(bytes);
  });
}

function proxied(answer: IncomingMessage): PipelineResponse {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers))
    if (!notForwarded.has(name) && name !== "content-type" && value !== undefined)
      headers[name] = Array.isArray(value) ? value.join(", ") : value;
  return {
    kind: "bytes",
    status: answer.statusCode ?? 502,
    headers,
    contentType: answer.headers["content-type"] ?? "",
    stream: answer,
  };
}

function unavailable(why: string): Status {
  return failure(503, "ServiceUnavailable", `error trying to reach service: ${why}`);
}
