import { equal } from "node:assert/strict";
import { test } from "node:test";
import { findClusterDomain } from "./cluster-domain.ts";

const resolvConf = "nameserver 10.0.0.10\nsearch ci.svc.example.org svc.example.org example.org\noptions ndots:5\n";

const vectors: readonly { name: string; env: Record<string, string>; resolvConf: string; want: string }[] = [
  { name: "the environment wins", env: { CLUSTER_DOMAIN: "told.test" }, resolvConf, want: "told.test" },
  { name: "the search list", env: {}, resolvConf, want: "example.org" },
  { name: "with a final dot", env: {}, resolvConf: "search svc.a.b.", want: "a.b" },
  { name: "a search list without svc", env: {}, resolvConf: "search lan", want: "cluster.local" },
  { name: "nothing", env: { CLUSTER_DOMAIN: "" }, resolvConf: "", want: "cluster.local" },
];

for (const { name, env, resolvConf: text, want } of vectors) {
  test(name, () => equal(findClusterDomain(env, text), want));
}
