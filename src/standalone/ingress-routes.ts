import type { K8sObject } from "../api/object.ts";
import { type JsonObject, type JsonValue, member } from "../json/value.ts";

/** Where a rule sends a request. */
export interface IngressBackend {
  readonly namespace: string;
  readonly service: string;
  /** Number or name of the Service's port. */
  readonly port: number | string;
}

interface Route {
  /** Empty for all hosts. `*.example.com` matches one more label. */
  readonly host: string;
  readonly path: string;
  readonly exact: boolean;
  readonly backend: IngressBackend;
}

/** The rules of all Ingress objects, most specific first (networking.k8s.io/v1: exact before prefix, longer first). */
export class IngressRoutes {
  readonly #routes: readonly Route[];

  constructor(ingresses: readonly K8sObject[]) {
    this.#routes = ingresses.flatMap(routesOf).sort(moreSpecific);
  }

  /** The backend for a request's host (no port) and path (no query). */
  find(host: string, path: string): IngressBackend | undefined {
    const name = host.toLowerCase();
    return this.#routes.find((route) => matchesHost(route.host, name) && matchesPath(route, path))?.backend;
  }
}

function moreSpecific(a: Route, b: Route): number {
  const hostRank = (host: string) => (host === "" ? 2 : host.startsWith("*.") ? 1 : 0);
  return hostRank(a.host) - hostRank(b.host) || Number(b.exact) - Number(a.exact) || b.path.length - a.path.length;
}

function matchesHost(pattern: string, host: string): boolean {
  if (pattern === "") return true;
  if (!pattern.startsWith("*.")) return pattern === host;
  const dot = host.indexOf(".");
  return dot > 0 && host.slice(dot) === pattern.slice(1);
}

/** Prefixes match whole path elements: `/a` matches `/a` and `/a/b`, not `/ab`. */
function matchesPath(route: Route, path: string): boolean {
  if (route.exact) return route.path === path;
  const prefix = route.path.replace(/\/+$/, "");
  return path === prefix || path.startsWith(`${prefix}/`);
}

function routesOf(ingress: K8sObject): readonly Route[] {
  const namespace = ingress.metadata.namespace ?? "default";
  const spec = ingress["spec"] as JsonValue | undefined;
  const fallback = backendOf(member(spec, "defaultBackend"), namespace);
  const rules = list(member(spec, "rules")).flatMap((rule) => {
    const host = String(member(rule, "host") ?? "").toLowerCase();
    return list(member(member(rule, "http"), "paths")).flatMap((path): Route[] => {
      const backend = backendOf(member(path, "backend"), namespace);
      if (backend === undefined) return [];
      return [
        { host, path: String(member(path, "path") ?? "/"), exact: member(path, "pathType") === "Exact", backend },
      ];
    });
  });
  return fallback === undefined ? rules : [...rules, { host: "", path: "/", exact: false, backend: fallback }];
}

function backendOf(backend: JsonValue | undefined, namespace: string): IngressBackend | undefined {
  const service = member(backend, "service");
  const name = member(service, "name");
  const port = member(member(service, "port"), "number") ?? member(member(service, "port"), "name");
  if (typeof name !== "string" || (typeof port !== "number" && typeof port !== "string")) return undefined;
  return { namespace, service: name, port };
}

function list(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonObject[]) : [];
}
