import { equal } from "node:assert/strict";
import { test } from "node:test";
import { IngressRoutes } from "./ingress-routes.ts";

function path(path: string, pathType: string, service: string) {
  return { path, pathType, backend: { service: { name: service, port: { number: 8080 } } } };
}

const routes = new IngressRoutes([
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "a", namespace: "ns" },
    spec: {
      defaultBackend: { service: { name: "fallback", port: { number: 80 } } },
      rules: [
        { host: "ci.example.com", http: { paths: [path("/", "Prefix", "host"), path("/hooks", "Prefix", "hooks")] } },
        { host: "*.example.com", http: { paths: [path("/", "Prefix", "wildcard")] } },
        { http: { paths: [path("/exact", "Exact", "exact"), path("/exact", "Prefix", "prefix")] } },
      ],
    },
  },
]);

const vectors = [
  { name: "host and longest prefix", host: "ci.example.com", path: "/hooks/x", want: "hooks" },
  { name: "a prefix is made of whole elements", host: "ci.example.com", path: "/hooksx", want: "host" },
  { name: "host names ignore case", host: "CI.Example.com", path: "/", want: "host" },
  { name: "wildcard host", host: "git.example.com", path: "/", want: "wildcard" },
  { name: "a wildcard stands for one label", host: "a.b.example.com", path: "/", want: "fallback" },
  { name: "exact before prefix", host: "other", path: "/exact", want: "exact" },
  { name: "prefix below", host: "other", path: "/exact/more", want: "prefix" },
  { name: "default backend", host: "other", path: "/nothing", want: "fallback" },
];

for (const { name, host, path, want } of vectors) {
  test(`ingress: ${name}`, () => equal(routes.find(host, path)?.service, want));
}
