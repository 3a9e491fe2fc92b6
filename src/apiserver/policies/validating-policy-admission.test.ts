import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { K8sObject } from "../../api/object.ts";
import type { JsonObject } from "../../json/value.ts";
import { MemoryLog } from "../../store/memory-log.ts";
import { ObjectStore } from "../../store/object-store.ts";
import { ApiServer } from "../api-server.ts";
import { bootstrapObjects } from "../bootstrap.ts";
import type { JsonResponse } from "../pipeline.ts";
import { RbacAuthorizer } from "../rbac/rbac-authorizer.ts";
import { RbacPolicy } from "../rbac/rbac-policy.ts";
import { AdmissionPolicies } from "./admission-policy.ts";
import { ValidatingPolicyAdmission } from "./validating-policy-admission.ts";

const group = "/apis/admissionregistration.k8s.io/v1";
const rule = { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["configmaps"] };

async function newServer() {
  const store = new ObjectStore(new MemoryLog());
  const policies = new AdmissionPolicies();
  const roles = new RbacPolicy();
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "scaler" };
  const rules = [
    { apiGroups: ["apps"], resources: ["deployments/scale"], verbs: ["update"] },
    { nonResourceURLs: ["/x"], verbs: ["get"] },
  ];
  const subjects = [{ kind: "ServiceAccount", namespace: "default", name: "bot" }];
  roles.put(rbacObject("ClusterRole", { metadata: { name: "scaler" }, rules }));
  roles.put(rbacObject("ClusterRoleBinding", { metadata: { name: "scaler" }, roleRef, subjects }));
  const server = new ApiServer({
    store,
    admission: [
      new ValidatingPolicyAdmission({
        policies,
        authorizer: new RbacAuthorizer(roles),
        namespace: (name) => store.get("/namespaces", name)?.object,
        params: ({ kind }, namespace) =>
          kind === "ConfigMap" ? store.list("/configmaps", `${namespace}/`).map(({ object }) => object) : undefined,
      }),
    ],
  });
  await bootstrapObjects(server);
  const send = async (method: string, path: string, body?: JsonObject) => {
    const answer = (await server.handleAs(
      { username: "ann", groups: ["system:masters"] },
      {
        method,
        path,
        query: new URLSearchParams(),
        headers: {},
        body: body === undefined ? { kind: "none" } : { kind: "parsed", value: body },
        signal: new AbortController().signal,
      },
    )) as JsonResponse;
    const object = (typeof answer.body === "object" && answer.body !== null && "lazy" in answer.body
      ? (answer.body as { lazy: () => unknown }).lazy()
      : answer.body) as unknown as K8sObject & { readonly message?: string; readonly reason?: string };
    return { status: answer.status, warnings: answer.warnings ?? [], object };
  };
  return { policies, send };
}

function rbacObject(kind: string, rest: JsonObject): K8sObject {
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind, ...rest } as unknown as K8sObject;
}

const bot = "authorizer.serviceAccount('default', 'bot')";

const vectors: readonly {
  readonly name: string;
  readonly policy: JsonObject;
  readonly binding?: JsonObject;
  readonly object: JsonObject;
  readonly want: readonly [status: number, message?: string, reason?: string];
  readonly warnings?: readonly string[];
}[] = [
  {
    name: "what holds",
    policy: { validations: [{ expression: "object.data.size() <= 1" }] },
    object: { data: { a: "1" } },
    want: [201],
  },
  {
    name: "what does not hold",
    policy: { validations: [{ expression: " object.data.size() <= 1 " }] },
    object: { data: { a: "1", b: "2" } },
    want: [
      422,
      `configmaps "c" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed expression: object.data.size() <= 1`,
      "Invalid",
    ],
  },
  {
    name: "a message made of variables, and a reason",
    policy: {
      variables: [{ name: "keys", expression: "object.data.map(k, k)" }],
      validations: [
        {
          expression: "!('b' in variables.keys)",
          messageExpression: "'not ' + variables.keys[0] + ' by ' + request.userInfo.username",
          reason: "Forbidden",
        },
      ],
    },
    object: { data: { b: "2" } },
    want: [
      403,
      `configmaps "c" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: not b by ann`,
      "Forbidden",
    ],
  },
  {
    name: "what the sender and a service account may do",
    policy: {
      validations: [
        { expression: "authorizer.requestResource.check('approve').allowed()" },
        { expression: "authorizer.path('/y').check('get').allowed()" },
        {
          expression: `${bot}.group('apps').resource('deployments').subresource('scale').name('d').check('update').allowed()`,
        },
        { expression: `${bot}.path('/x').check('get').reason() != ''` },
      ],
    },
    object: { data: {} },
    want: [201],
  },
  {
    name: "what a service account may not do",
    policy: {
      validations: [
        {
          expression: `${bot}.group('apps').resource('deployments').namespace('default').check('update').allowed()`,
          message: "the bot may not",
        },
      ],
    },
    object: { data: {} },
    want: [
      422,
      `configmaps "c" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: the bot may not`,
      "Invalid",
    ],
  },
  {
    name: "an expression that fails",
    policy: { validations: [{ expression: "object.data.x == '1'" }] },
    object: { data: { b: "2" } },
    want: [
      422,
      `configmaps "c" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: expression 'object.data.x == '1'' resulted in error: no such key: x`,
      "Invalid",
    ],
  },
  {
    name: "an expression that fails and may",
    policy: { failurePolicy: "Ignore", validations: [{ expression: "object.data.x == '1'" }] },
    object: { data: { b: "2" } },
    want: [201],
  },
  {
    name: "a condition that does not hold",
    policy: {
      matchConditions: [{ name: "mine", expression: "request.userInfo.username != 'ann'" }],
      validations: [{ expression: "false" }],
    },
    object: {},
    want: [201],
  },
  {
    name: "a warning",
    policy: { validations: [{ expression: "false", message: "better not" }] },
    binding: { validationActions: ["Warn"] },
    object: {},
    want: [201],
    warnings: ["Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': better not"],
  },
  {
    name: "params, which bound a number",
    policy: {
      paramKind: { apiVersion: "v1", kind: "ConfigMap" },
      validations: [{ expression: "object.data.size() < int(params.data.most)", message: "too many" }],
    },
    binding: { paramRef: { name: "params", parameterNotFoundAction: "Deny" } },
    object: { data: { a: "1", b: "2" } },
    want: [
      422,
      `configmaps "c" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: too many`,
      "Invalid",
    ],
  },
  {
    name: "params that are missing",
    policy: { paramKind: { apiVersion: "v1", kind: "ConfigMap" }, validations: [{ expression: "true" }] },
    binding: { paramRef: { name: "none", parameterNotFoundAction: "Deny" } },
    object: {},
    want: [
      422,
      "configmaps \"c\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction",
      "Invalid",
    ],
  },
  {
    name: "another namespace than the binding's",
    policy: { validations: [{ expression: "false" }] },
    binding: { matchResources: { namespaceSelector: { matchLabels: { strict: "yes" } } } },
    object: {},
    want: [201],
  },
];
for (const { name, policy, binding, object, want, warnings = [] } of vectors)
  test(`a policy and ${name}`, async () => {
    const { policies, send } = await newServer();
    await send("POST", "/api/v1/namespaces/default/configmaps", { metadata: { name: "params" }, data: { most: "2" } });
    const made = await send("POST", `${group}/validatingadmissionpolicies`, {
      metadata: { name: "p" },
      spec: { matchConstraints: { resourceRules: [rule] }, ...policy },
    });
    equal(made.status, 201, made.object.message ?? "");
    policies.putPolicy(made.object);
    const bound = await send("POST", `${group}/validatingadmissionpolicybindings`, {
      metadata: { name: "b" },
      spec: { policyName: "p", validationActions: ["Deny"], ...binding },
    });
    equal(bound.status, 201, bound.object.message ?? "");
    policies.putBinding(bound.object);
    const answer = await send("POST", "/api/v1/namespaces/default/configmaps", { metadata: { name: "c" }, ...object });
    deepEqual([answer.status, answer.object.message, answer.object.reason].slice(0, want.length), want);
    deepEqual(answer.warnings, warnings);
  });

test("a policy whose expression is wrong is refused", async () => {
  const { send } = await newServer();
  const made = await send("POST", `${group}/validatingadmissionpolicies`, {
    metadata: { name: "p" },
    spec: { matchConstraints: { resourceRules: [rule] }, validations: [{ expression: "objekt.a" }] },
  });
  equal(made.status, 422);
  equal(
    made.object.message,
    "ValidatingAdmissionPolicy.admissionregistration.k8s.io \"p\" is invalid: spec.validations[0].expression: Invalid value: \"objekt.a\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'objekt' (in container '')\n | objekt.a\n | ^",
  );
});

test("a change of scale is shown as a Scale, and only to those who ask for it", async () => {
  const { policies, send } = await newServer();
  const path = "/apis/apps/v1/namespaces/default/deployments";
  await send("POST", path, {
    metadata: { name: "d" },
    spec: {
      selector: { matchLabels: { a: "b" } },
      template: { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "c", image: "i" }] } },
    },
  });
  const scaleTo = (replicas: number) =>
    send("PUT", `${path}/d/scale`, { metadata: { name: "d", namespace: "default" }, spec: { replicas } });
  const policy = (resource: string, expression: string): K8sObject => ({
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: "p" },
    spec: {
      matchConstraints: { resourceRules: [{ ...rule, apiGroups: ["apps"], resources: [resource] }] },
      validations: [{ expression }],
    },
  });
  policies.putBinding({
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: "b" },
    spec: { policyName: "p", validationActions: ["Deny"] },
  });
  policies.putPolicy(policy("deployments", "false"));
  equal((await scaleTo(3)).status, 200);
  policies.putPolicy(
    policy("deployments/scale", "object.kind == 'Scale' && object.spec.replicas <= oldObject.spec.replicas"),
  );
  equal((await scaleTo(2)).status, 200);
  equal((await scaleTo(4)).status, 422);
});
