import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { claimedHosts, HostRoutes, serviceHosts } from "./host-routes.ts";

test("the oldest claim has the host, the next one after it is released", () => {
  const routes = new HostRoutes<string>();
  routes.claim("a.example.com", "new", "2026");
  routes.claim("a.example.com", "old", "2025");
  routes.claim("b.example.com", "new", "2026");
  deepEqual([routes.find("a.example.com"), routes.find("b.example.com")], ["old", "new"]);
  routes.release("old");
  deepEqual([routes.find("a.example.com"), routes.find("b.example.com")], ["new", "new"]);
  routes.release("new");
  deepEqual([routes.find("a.example.com"), routes.find("b.example.com")], [undefined, undefined]);
});

test("port, capitals and the dot of the root do not matter", () => {
  const routes = new HostRoutes<string>();
  routes.claim("a.example.com", "a", "");
  for (const host of ["a.example.com:8080", "A.Example.com", "a.example.com.", "a.example.com.:80"]) {
    equal(routes.find(host), "a", host);
  }
  for (const host of ["", "example.com", "a.example.com.evil.org", "[::1]:80", "constructor"]) {
    equal(routes.find(host), undefined, host);
  }
  equal(routes.find(undefined), undefined);
});

test("names of the listener's Service", () => {
  deepEqual(serviceHosts({ namespace: "ci", name: "push" }, "cluster.local"), [
    "el-push.ci",
    "el-push.ci.svc",
    "el-push.ci.svc.cluster.local",
  ]);
});

const annotations: readonly (readonly [
  text: string | undefined,
  hosts: readonly string[],
  refused: readonly string[],
])[] = [
  [undefined, [], []],
  ["", [], []],
  ["a.example.com", ["a.example.com"], []],
  [" A.example.com , b ,", ["a.example.com", "b"], []],
  [
    "el-other.ns,el-other.ns.svc,x.y.svc.cluster.local",
    [],
    ["el-other.ns", "el-other.ns.svc", "x.y.svc.cluster.local"],
  ],
  ["a b,-a,a.,*.example.com,a:80", [], ["a b", "-a", "a.", "*.example.com", "a:80"]],
  ["el-x.y.example.com", ["el-x.y.example.com"], []],
];

for (const [text, hosts, refused] of annotations) {
  test(`annotation ${JSON.stringify(text)}`, () => {
    deepEqual(claimedHosts(text, "cluster.local"), { hosts, refused });
  });
}
