import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { Fields } from "../fields.ts";
import { ingressStrategy } from "./ingress.ts";

const backend = { service: { name: "s", port: { number: 80 } } };
const onePath = (path: Fields): Fields => ({
  rules: [{ http: { paths: [{ path: "/", pathType: "Exact", backend, ...path }] } }],
});
const at = "spec.rules[0].http.paths[0]";

const vectors: readonly { readonly name: string; readonly spec: Fields; readonly want: readonly string[] }[] = [
  { name: "a path", spec: onePath({}), want: [] },
  { name: "a wildcard host", spec: { rules: [{ host: "*.a.b" }], tls: [{ hosts: ["*.a.b"] }] }, want: [] },
  {
    name: "nothing",
    spec: {},
    want: ["spec: Invalid value: {}: either `defaultBackend` or `rules` must be specified"],
  },
  {
    name: "an address as host",
    spec: { rules: [{ host: "1.2.3.4" }] },
    want: ['spec.rules[0].host: Invalid value: "1.2.3.4": must be a DNS name, not an IP address'],
  },
  {
    name: "no type",
    spec: onePath({ pathType: "" }),
    want: [`${at}.pathType: Required value: pathType must be specified`],
  },
  {
    name: "an unknown type",
    spec: onePath({ pathType: "X" }),
    want: [`${at}.pathType: Unsupported value: "X": supported values: "Exact", "ImplementationSpecific", "Prefix"`],
  },
  {
    name: "a relative path",
    spec: onePath({ path: "a" }),
    want: [`${at}.path: Invalid value: "a": must be an absolute path`],
  },
  {
    name: "a path upwards",
    spec: onePath({ path: "/a/.." }),
    want: [`${at}.path: Invalid value: "/a/..": cannot end with '/..'`],
  },
  {
    name: "two slashes",
    spec: onePath({ path: "/a//b" }),
    want: [`${at}.path: Invalid value: "/a//b": must not contain '//'`],
  },
  {
    name: "a path that its implementation knows",
    spec: onePath({ path: "/a//b", pathType: "ImplementationSpecific" }),
    want: [],
  },
  {
    name: "no backend",
    spec: onePath({ backend: {} }),
    want: [`${at}.backend: Invalid value: "": resource or service backend is required`],
  },
  {
    name: "no port",
    spec: onePath({ backend: { service: { name: "s" } } }),
    want: [`${at}.backend: Required value: port name or number is required`],
  },
  {
    name: "two ports",
    spec: { defaultBackend: { service: { name: "s", port: { name: "a", number: 1 } } } },
    want: ['spec.defaultBackend: Invalid value: "": cannot set both port name & port number'],
  },
];

for (const { name, spec, want } of vectors) {
  test(`an Ingress with ${name}`, () => {
    deepEqual(
      ingressStrategy.validate?.({ spec }).map(({ field, message }) => `${field}: ${message}`),
      want,
    );
  });
}
