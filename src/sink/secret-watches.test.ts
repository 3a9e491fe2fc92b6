import { deepEqual, equal, ok } from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { K8sObject, Resource } from "../api/object.ts";
import { startMemoryApiServer } from "../apiserver/testdata/memory-api-server.ts";
import { KubeClient } from "../kube/client.ts";
import type { ApiRequest, KubeTransport } from "../kube/transport.ts";
import { KubeSecretReader } from "./kube-secret-reader.ts";

const secrets: Resource = { group: "", version: "v1", resource: "secrets" };
const rbac = (resource: string): Resource => ({ group: "rbac.authorization.k8s.io", version: "v1", resource });

/** Notes what is asked. */
class Noted implements KubeTransport {
  readonly gets: string[] = [];
  readonly selected: string[] = [];
  readonly #way: KubeTransport;

  constructor(way: KubeTransport) {
    this.#way = way;
  }

  as(user: { readonly userName: string }): KubeTransport {
    return this.#way.as(user);
  }

  send(request: ApiRequest) {
    if (request.method === "GET") this.gets.push(`${request.path} ${request.query?.["fieldSelector"] ?? ""}`.trim());
    return this.#way.send(request);
  }

  watch(request: ApiRequest) {
    this.selected.push(request.query?.["fieldSelector"] ?? "");
    return this.#way.watch(request);
  }

  stream(request: ApiRequest) {
    return this.#way.stream(request);
  }
}

/** Secrets `a` and `b` of namespace ci, read by an account with these verbs on the named Secrets. */
async function newWorld(t: TestContext, verbs: readonly string[], resourceNames?: readonly string[]) {
  const api = await startMemoryApiServer();
  const { admin } = api;
  const create = async (resource: Resource, object: object) => {
    const created = await admin.create(resource, object as K8sObject);
    ok(created.ok, JSON.stringify(created));
  };
  const namespace = "ci";
  await create(
    { group: "", version: "v1", resource: "namespaces" },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
  );
  const secret = (name: string, token: string) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace },
    data: { token: Buffer.from(token).toString("base64") },
  });
  for (const name of ["a", "b"]) await create(secrets, secret(name, `first of ${name}`));
  const rule = {
    apiGroups: [""],
    resources: ["secrets"],
    verbs,
    ...(resourceNames === undefined ? {} : { resourceNames }),
  };
  const metadata = { name: "reader", namespace };
  await create(rbac("roles"), { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata, rules: [rule] });
  await create(rbac("rolebindings"), {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata,
    subjects: [{ kind: "ServiceAccount", name: "l", namespace }],
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
  });
  const user = { username: "system:serviceaccount:ci:l", groups: ["system:serviceaccounts", "system:authenticated"] };
  const noted = new Noted(api.as(user));
  const stopping = new AbortController();
  t.after(() => stopping.abort());
  let nowMs = 0;
  const reader = new KubeSecretReader(new KubeClient(noted), () => nowMs, stopping.signal);
  return {
    noted,
    read: async (name: string) => {
      const read = await reader.read({ namespace, name, key: "token" });
      return read.ok ? read.value : `error: ${read.error}`;
    },
    change: (name: string, token: string) => admin.update(secrets, secret(name, token)),
    remove: (name: string) => admin.delete(secrets, { namespace, name }),
    pass: (ms: number) => (nowMs += ms),
  };
}

async function becomes(read: () => Promise<string>, value: string): Promise<void> {
  const endMs = Date.now() + 5_000;
  for (let last = ""; last !== value; await sleep(5)) {
    last = await read();
    ok(Date.now() < endMs, `${last} is not ${value}`);
  }
}

test("a Secret that the account may follow by name is read once, and its changes are known at once", async (t) => {
  const { noted, read, change, remove } = await newWorld(t, ["get", "list", "watch"], ["a"]);
  equal(await read("a"), "first of a");
  await change("a", "second");
  await becomes(() => read("a"), "second");
  const asked = noted.gets.length;
  for (let i = 0; i < 100; i++) equal(await read("a"), "second");
  equal(noted.gets.length, asked);
  await remove("a");
  await becomes(() => read("a"), 'error: secrets "a" not found');
  // Of the other Secret nothing was read.
  deepEqual(new Set(noted.selected), new Set(["metadata.name=a"]));
  deepEqual(noted.gets.filter((path) => path.includes("secrets")).sort(), [
    "/api/v1/namespaces/ci/secrets metadata.name=a",
    "/api/v1/namespaces/ci/secrets/a",
  ]);
});

test("a Secret that the account may only get is kept for five seconds", async (t) => {
  const { noted, read, change, pass } = await newWorld(t, ["get"]);
  equal(await read("b"), "first of b");
  await change("b", "second");
  equal(await read("b"), "first of b");
  pass(4_999);
  equal(await read("b"), "first of b");
  pass(1);
  equal(await read("b"), "second");
  deepEqual(noted.gets, ["/api/v1/namespaces/ci/secrets/b", "/api/v1/namespaces/ci/secrets/b"]);
  deepEqual(noted.selected, []);
});
