import { deepEqual, equal, match } from "node:assert/strict";
import { test } from "node:test";
import type { K8sObject } from "../../api/object.ts";
import type { AdmissionAttributes, AuthorizationAttributes } from "../pipeline.ts";
import type { ResourceDefinition } from "../resource-definition.ts";
import type { UserInfo } from "../user-info.ts";
import { bootstrapPolicy } from "./bootstrap-policy.ts";
import { EscalationCheck } from "./escalation.ts";
import { forbiddenByAuthorizer } from "./forbidden.ts";
import { clusterRole, clusterRoleBinding, groupSubject, roleBinding, rule } from "./policy-objects.ts";
import { RbacAuthorizer } from "./rbac-authorizer.ts";
import { RbacPolicy } from "./rbac-policy.ts";
import { tektonPolicy } from "./tekton-policy.ts";

const alice: UserInfo = { username: "alice", groups: ["devs", "system:authenticated"] };
const anonymous: UserInfo = { username: "system:anonymous", groups: ["system:unauthenticated"] };
const account: UserInfo = {
  username: "system:serviceaccount:ns:bot",
  groups: ["system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated"],
};

function policyWith(...objects: readonly K8sObject[]): { policy: RbacPolicy; authorizer: RbacAuthorizer } {
  const policy = new RbacPolicy();
  for (const object of [...bootstrapPolicy(), ...tektonPolicy(), ...objects]) policy.put(object);
  return { policy, authorizer: new RbacAuthorizer(policy) };
}

const { authorizer } = policyWith(
  clusterRole("ev", [
    rule("", ["configmaps"], ["get", "list", "watch", "create", "update"], ["only"]),
    rule("", ["pods/log", "*/status"], ["get"]),
    { nonResourceURLs: ["/foo*"], verbs: ["get"] },
  ]),
  roleBinding("ev", { kind: "ClusterRole", name: "ev", namespace: "ns" }, [groupSubject("devs")]),
  clusterRole("paths", [{ nonResourceURLs: ["/bar/*"], verbs: ["get"] }]),
  clusterRoleBinding("paths", "paths", [groupSubject("devs")]),
  roleBinding("bot", { kind: "ClusterRole", name: "tekton-triggers-eventlistener-roles", namespace: "ns" }, [
    { kind: "ServiceAccount", name: "bot" },
  ]),
  roleBinding("gone", { kind: "Role", name: "absent", namespace: "other" }, [groupSubject("devs")]),
);

interface Asked {
  readonly name: string;
  readonly user: UserInfo;
  readonly ask: string;
  readonly want: boolean;
}

/** `VERB GROUP/RESOURCE[/SUB] [NAMESPACE] [NAME]` or `VERB /path`. */
function attributes(user: UserInfo, ask: string): AuthorizationAttributes {
  const [verb = "", what = "", namespace = "", name = ""] = ask.split(" ");
  if (what.startsWith("/") && namespace === "") return { user, verb, path: what };
  const [group = "", resource = "", subresource = ""] = what.split("/");
  return {
    user,
    verb,
    path: "",
    resource: {
      group,
      version: "v1",
      resource,
      ...(subresource === "" ? {} : { subresource }),
      ...(namespace === "-" ? {} : { namespace }),
      ...(name === "" ? {} : { name }),
    },
  };
}

const vectors: readonly Asked[] = [
  { name: "a named object", user: alice, ask: "get /configmaps ns only", want: true },
  { name: "another name", user: alice, ask: "get /configmaps ns else", want: false },
  { name: "a list without a name", user: alice, ask: "list /configmaps ns", want: false },
  { name: "a list by field selector", user: alice, ask: "list /configmaps ns only", want: true },
  { name: "create never matches names", user: alice, ask: "create /configmaps ns", want: false },
  { name: "a sub-resource", user: alice, ask: "get /pods/log ns p", want: true },
  { name: "not its resource", user: alice, ask: "get /pods ns p", want: false },
  { name: "any resource's status", user: alice, ask: "get /services/status ns s", want: true },
  { name: "another namespace", user: alice, ask: "get /pods/log default p", want: false },
  { name: "paths do not come by RoleBinding", user: alice, ask: "get /foobar", want: false },
  { name: "a path pattern", user: alice, ask: "get /bar/x", want: true },
  { name: "masters may do anything", user: { username: "a", groups: ["system:masters"] }, ask: "x y/z n", want: true },
  { name: "discovery for the authenticated", user: alice, ask: "get /apis/apps/v1", want: true },
  { name: "anonymous discovery", user: anonymous, ask: "get /apis", want: false },
  { name: "anonymous version", user: anonymous, ask: "get /version", want: true },
  { name: "account of the binding's namespace", user: account, ask: "create tekton.dev/taskruns ns", want: true },
  { name: "account elsewhere", user: account, ask: "create tekton.dev/taskruns default", want: false },
  { name: "accounts read the key set", user: account, ask: "get /openid/v1/jwks", want: true },
];

for (const { name, user, ask, want } of vectors)
  test(`authorizes: ${name}`, () => equal(authorizer.authorize(attributes(user, ask)).allowed, want));

test("says by which binding", () =>
  equal(
    authorizer.authorize(attributes(account, "create tekton.dev/taskruns ns")).reason,
    'RBAC: allowed by RoleBinding "bot/ns" of ClusterRole "tekton-triggers-eventlistener-roles" to ServiceAccount "bot/ns"',
  ));

test("a refusal names the user, the verb, the resource and roles that are missing", () => {
  const asked = attributes(alice, "get apps/deployments/scale other d");
  equal(
    forbiddenByAuthorizer(asked, authorizer.authorize(asked).message).message,
    'deployments.apps "d" is forbidden: User "alice" cannot get resource "deployments/scale" in API group "apps" in ' +
      'the namespace "other": RBAC: role.rbac.authorization.k8s.io "absent" not found',
  );
});

test("a binding that was removed or changed no longer grants", () => {
  const { policy, authorizer } = policyWith(clusterRoleBinding("a", "cluster-admin", [groupSubject("devs")]));
  equal(authorizer.authorize(attributes(alice, "get /secrets ns s")).allowed, true);
  policy.put(clusterRoleBinding("a", "cluster-admin", [groupSubject("ops")]));
  equal(authorizer.authorize(attributes(alice, "get /secrets ns s")).allowed, false);
  policy.put(clusterRoleBinding("a", "cluster-admin", [groupSubject("devs")]));
  policy.remove("ClusterRoleBinding", undefined, "a");
  equal(authorizer.authorize(attributes(alice, "get /secrets ns s")).allowed, false);
});

function writes(user: UserInfo, resource: string, object: K8sObject, oldObject?: K8sObject): AdmissionAttributes {
  return {
    operation: oldObject === undefined ? "CREATE" : "UPDATE",
    user,
    definition: {
      group: "rbac.authorization.k8s.io",
      resource,
      singular: resource.slice(0, -1),
      kind: object.kind,
      listKind: `${object.kind}List`,
      namespaced: !resource.startsWith("cluster"),
      shortNames: [],
      categories: [],
      versions: [],
      storageVersion: "v1",
      verbs: [],
      custom: false,
    } as unknown as ResourceDefinition,
    version: "v1",
    name: object.metadata.name ?? "",
    ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }),
    object,
    ...(oldObject === undefined ? {} : { oldObject }),
    options: {},
    dryRun: false,
    warn: () => undefined,
  };
}

test("nobody grants what they do not hold", () => {
  const { policy, authorizer } = policyWith(
    clusterRole("own", [
      rule("", ["configmaps"], ["get", "list"]),
      rule("rbac.authorization.k8s.io", ["*"], ["*"], ["x"]),
    ]),
    clusterRoleBinding("own", "own", [groupSubject("devs")]),
    clusterRole("binder", [rule("rbac.authorization.k8s.io", ["clusterroles"], ["bind"], ["view"])]),
    clusterRoleBinding("binder", "binder", [groupSubject("devs")]),
  );
  const check = new EscalationCheck(authorizer, policy);
  const wider = clusterRole("w", [rule("", ["configmaps", "secrets"], ["get", "delete"])]);
  const refused = check.admit(writes(alice, "clusterroles", wider));
  equal(
    refused.ok ? "" : refused.error.message,
    'clusterroles.rbac.authorization.k8s.io "w" is forbidden: user "alice" (groups=["devs" "system:authenticated"]) is ' +
      "attempting to grant RBAC permissions not currently held:\n" +
      '{APIGroups:[""], Resources:["configmaps"], Verbs:["delete"]}\n' +
      '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "delete"]}',
  );
  const own = clusterRole("o", [rule("", ["configmaps"], ["get"], ["some"])]);
  equal(check.admit(writes(alice, "clusterroles", own)).ok, true);
  equal(check.admit(writes(alice, "clusterroles", { ...wider, metadata: { name: "x" } }, wider)).ok, true, "unchanged");
  const bindView = clusterRoleBinding("b", "view", [groupSubject("devs")]);
  equal(check.admit(writes(alice, "clusterrolebindings", bindView)).ok, true, "bind on that role");
  const bindAdmin = check.admit(
    writes(alice, "clusterrolebindings", clusterRoleBinding("b", "cluster-admin", [groupSubject("devs")])),
  );
  match(
    bindAdmin.ok ? "" : (bindAdmin.error.message ?? ""),
    /\{APIGroups:\["\*"\], Resources:\["\*"\], Verbs:\["\*"\]\}/,
  );
  const absent = check.admit(writes(alice, "clusterrolebindings", clusterRoleBinding("b", "nope", [])));
  deepEqual(absent.ok ? undefined : absent.error.code, 404);
});
