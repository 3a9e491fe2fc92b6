import { deepEqual, equal, match } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { decodeJwt } from "jose";
import type { K8sObject } from "../../api/object.ts";
import type { AuthorizationAttributes, PipelineRequest, PipelineResponse, ResourceRequest } from "../pipeline.ts";
import { loadServiceAccountKey } from "../pki/service-account-key.ts";
import { clusterRole, clusterRoleBinding, groupSubject, rule } from "../rbac/policy-objects.ts";
import { RbacAuthorizer } from "../rbac/rbac-authorizer.ts";
import { RbacPolicy } from "../rbac/rbac-policy.ts";
import type { ResourceDefinition } from "../resource-definition.ts";
import type { UserInfo } from "../user-info.ts";
import { bearerToken } from "./bearer-token.ts";
import { identityReviews } from "./identity-reviews.ts";
import { HeaderImpersonator } from "./impersonation.ts";
import { secretTokenSigner } from "./secret-token.ts";
import { ServiceAccountTokens } from "./service-account-tokens.ts";
import { StaticTokens } from "./static-tokens.ts";
import { TokenAuthenticator } from "./token-authenticator.ts";
import { tokenRequests } from "./token-request.ts";

const folder = mkdtempSync(join(tmpdir(), "tektite-auth-"));
after(() => rmSync(folder, { recursive: true }));
const key = await loadServiceAccountKey(folder);

let nowMs = Date.parse("2026-05-01T10:00:00Z");
const stored = new Map<string, K8sObject>();
const objects = {
  get: (resource: string, namespace: string | undefined, name: string) =>
    stored.get(`${resource}/${namespace ?? ""}/${name}`),
};

function store(resource: string, name: string, uid: string, more: object = {}): void {
  stored.set(`${resource}/ns/${name}`, {
    apiVersion: "v1",
    kind: "X",
    metadata: { name, namespace: "ns", uid },
    ...more,
  });
}

store("serviceaccounts", "sa", "uid-sa");
store("pods", "p", "uid-p", { spec: { serviceAccountName: "sa", nodeName: "n1" } });

const accounts = new ServiceAccountTokens(key, objects, () => nowMs);
const admin: UserInfo = { username: "admin", uid: "admin", groups: ["system:masters"] };
const alice: UserInfo = { username: "alice", groups: ["devs"] };
const tokens = new TokenAuthenticator(
  new StaticTokens([
    { token: "t-admin", user: admin },
    { token: "t-alice", user: alice },
  ]),
  accounts,
  () => nowMs,
);

function request(headers: Readonly<Record<string, string>> = {}): PipelineRequest {
  return {
    method: "POST",
    path: "/x",
    query: new URLSearchParams(),
    headers,
    body: { kind: "none" },
    signal: AbortSignal.timeout(60_000),
  };
}

function routed(resource: string, name?: string): ResourceRequest {
  return {
    request: request(),
    user: admin,
    definition: {
      group: resource.includes("review") ? "authentication.k8s.io" : "",
      resource,
      singular: "",
      kind: "",
      listKind: "",
      namespaced: name !== undefined,
      shortNames: [],
      categories: [],
      versions: [],
      storageVersion: "v1",
      verbs: [],
      custom: false,
    } as unknown as ResourceDefinition,
    version: "v1",
    verb: "create",
    ...(name === undefined ? {} : { namespace: "ns", name, subresource: "token" }),
  };
}

function bodyOf(response: PipelineResponse): { [field: string]: never } {
  return (response.kind === "json" ? response.body : {}) as { [field: string]: never };
}

async function order(spec: object, account = "sa"): Promise<{ status: number; body: { [field: string]: never } }> {
  const handler = tokenRequests(accounts, objects, () => nowMs);
  const answer = await handler.handle(routed("serviceaccounts", account), { spec: { ...spec } });
  return { status: answer.status, body: bodyOf(answer) };
}

const headers = [
  { name: "a bearer token", headers: { authorization: "Bearer abc" }, want: "abc" },
  { name: "any case", headers: { authorization: "bearer abc" }, want: "abc" },
  { name: "another scheme", headers: { authorization: "Basic abc" }, want: undefined },
  { name: "nothing after the scheme", headers: { authorization: "Bearer " }, want: undefined },
  {
    name: "a WebSocket's sub-protocol",
    headers: { "sec-websocket-protocol": "v5.channel.k8s.io, base64url.bearer.authorization.k8s.io.YWJj" },
    want: "abc",
  },
];
for (const { name, headers: given, want } of headers)
  test(`reads ${name}`, () => equal(bearerToken(given as unknown as Record<string, string>), want));

test("a wrong token is 401, none is nobody, a static one its user", async () => {
  const wrong = await tokens.authenticate(request({ authorization: "Bearer nope" }));
  equal(wrong.ok ? 0 : wrong.error.code, 401);
  deepEqual(await tokens.authenticate(request()), { ok: true, value: undefined });
  const known = await tokens.authenticate(request({ authorization: "Bearer t-admin" }));
  deepEqual(known.ok && known.value?.groups, ["system:masters", "system:authenticated"]);
});

test("a requested token carries its claims, authenticates, and dies with its pod", async () => {
  const { status, body } = await order({
    expirationSeconds: 600,
    boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "p" },
  });
  equal(status, 201);
  const { token } = body["status"] as unknown as { token: string };
  const claims = decodeJwt(token);
  equal(Number(claims.exp) - Number(claims.iat), 600);
  deepEqual(claims["kubernetes.io"], {
    namespace: "ns",
    node: { name: "n1" },
    pod: { name: "p", uid: "uid-p" },
    serviceaccount: { name: "sa", uid: "uid-sa" },
  });
  const ask = request({ authorization: `Bearer ${token}` });
  const found = await tokens.authenticate(ask);
  equal(found.ok && found.value?.username, "system:serviceaccount:ns:sa");
  store("pods", "p", "uid-other", { spec: { serviceAccountName: "sa" } });
  equal((await tokens.authenticate(ask)).ok, true, "still in the cache");
  nowMs += 11_000;
  equal((await tokens.authenticate(ask)).ok, false);
  store("pods", "p", "uid-p", { spec: { serviceAccountName: "sa" } });
  nowMs += 700_000;
  equal((await tokens.authenticate(ask)).ok, false, "expired");
});

const refusals = [
  { name: "too short a life", spec: { expirationSeconds: 5 }, account: "sa", code: 422, text: /less than 10 minutes/ },
  { name: "no such account", spec: {}, account: "none", code: 404, text: /serviceaccounts "none" not found/ },
  {
    name: "a bound pod that does not exist",
    spec: { boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "nope" } },
    account: "sa",
    code: 404,
    text: /pods "nope" not found/,
  },
];
for (const { name, spec, account, code, text } of refusals)
  test(`no token for ${name}`, async () => {
    const { status, body } = await order(spec, account);
    equal(status, code);
    match(body["message"] ?? "", text);
  });

test("TokenReview answers for each audience", async () => {
  const review = identityReviews(tokens, () => nowMs)[0];
  const { body } = await order({ audiences: ["other"] });
  const { token } = body["status"] as unknown as { token: string };
  const status = async (spec: object): Promise<{ authenticated?: boolean; error?: string }> => {
    const answer = await review?.handle(routed("tokenreviews"), { spec: { ...spec } });
    return answer === undefined ? {} : (bodyOf(answer)["status"] ?? {});
  };
  equal((await status({ token, audiences: ["other"] })).authenticated, true);
  equal(
    (await status({ token })).error,
    '[invalid bearer token, token audiences ["other"] is invalid for the target audiences ["https://kubernetes.default.svc"]]',
  );
  equal((await status({ token: "junk" })).error, "invalid bearer token");
  equal((await review?.handle(routed("tokenreviews"), { spec: {} }))?.status, 400);
});

test("the token of a Secret lives as long as the Secret that holds it, and the account", async () => {
  const secret = { namespace: "ns", serviceAccount: { name: "sa", uid: "uid-sa" }, secretName: "kept" };
  const token = await secretTokenSigner(key)(secret);
  const data = (text: string) => ({ data: { token: Buffer.from(text).toString("base64") } });
  const error = async (): Promise<string> => {
    const verified = await accounts.verify(token, ["https://kubernetes.default.svc"]);
    return verified.ok ? verified.value.user.username : verified.error;
  };
  equal(await error(), "service account token has been invalidated");
  store("secrets", "kept", "uid-kept", data(token));
  equal(await error(), "system:serviceaccount:ns:sa");
  const asked = await tokens.authenticate(request({ authorization: `Bearer ${token}` }));
  deepEqual(asked.ok && asked.value, {
    username: "system:serviceaccount:ns:sa",
    uid: "uid-sa",
    groups: ["system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated"],
  });
  equal((await tokens.review(token, ["elsewhere"])).ok, false);
  store("serviceaccounts", "sa", "uid-new");
  equal(await error(), "service account UID (uid-new) does not match claim (uid-sa)");
  store("serviceaccounts", "sa", "uid-sa");
  store("secrets", "kept", "uid-kept", data("another"));
  equal(await error(), "service account token does not match server's copy");
  stored.delete("secrets/ns/kept");
  const reviewed = await tokens.review(token, []);
  equal(reviewed.ok ? "" : reviewed.error, "[invalid bearer token, service account token has been invalidated]");
});

const policy = new RbacPolicy();
policy.put(
  clusterRole("imp", [rule("", ["serviceaccounts"], ["impersonate"]), rule("", ["groups"], ["impersonate"], ["ops"])]),
);
policy.put(clusterRoleBinding("imp", "imp", [groupSubject("devs")]));
policy.put(
  clusterRole("constrained", [
    rule("", ["pods"], ["impersonate-on:user-info:list"]),
    rule("authentication.k8s.io", ["users"], ["impersonate:user-info"], ["dave"]),
  ]),
);
policy.put(clusterRoleBinding("constrained", "constrained", [groupSubject("devs")]));
const asked = (_: PipelineRequest, user: UserInfo): AuthorizationAttributes => ({
  user,
  verb: "list",
  path: "/api/v1/pods",
  resource: { group: "", version: "v1", resource: "pods" },
});
const impersonator = new HeaderImpersonator(new RbacAuthorizer(policy), asked);

const wishes = [
  { name: "nobody", by: alice, headers: {}, want: "alice devs" },
  { name: "a user", by: admin, headers: { "impersonate-user": "carol" }, want: "carol system:authenticated" },
  {
    name: "groups",
    by: admin,
    headers: { "impersonate-user": "carol", "impersonate-group": "a, b" },
    want: "carol a b system:authenticated",
  },
  {
    name: "anonymous",
    by: admin,
    headers: { "impersonate-user": "system:anonymous" },
    want: "system:anonymous system:unauthenticated",
  },
  {
    name: "a service account",
    by: alice,
    headers: { "impersonate-user": "system:serviceaccount:ns:sa" },
    want: "system:serviceaccount:ns:sa system:serviceaccounts system:serviceaccounts:ns system:authenticated",
  },
  { name: "constrained", by: alice, headers: { "impersonate-user": "dave" }, want: "dave system:authenticated" },
  {
    name: "refused",
    by: { username: "eve", groups: [] },
    headers: { "impersonate-user": "carol" },
    want: 'pods is forbidden: User "eve" cannot impersonate-on:user-info:list resource "pods" in API group "" at the cluster scope',
  },
  {
    name: "refused for the identity",
    by: alice,
    headers: { "impersonate-user": "carol" },
    want: 'users.authentication.k8s.io "carol" is forbidden: User "alice" cannot impersonate:user-info resource "users" in API group "authentication.k8s.io" at the cluster scope',
  },
  {
    name: "no user",
    by: admin,
    headers: { "impersonate-group": "devs", "impersonate-extra-scopes": "a" },
    want: 'requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string{"devs"}, Extra:map[string][]string{"scopes":[]string{"a"}}} without impersonating a user name',
  },
];
for (const { name, by, headers: given, want } of wishes)
  test(`impersonates: ${name}`, async () => {
    const result = await impersonator.impersonate(by, request(given as unknown as Record<string, string>));
    equal(result.ok ? [result.value.username, ...result.value.groups].join(" ") : result.error.message, want);
  });
