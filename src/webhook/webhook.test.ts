import { deepEqual, equal, match, ok } from "node:assert/strict";
import { test } from "node:test";
import type { K8sObject } from "../api/object.ts";
import type { JsonObject, JsonValue } from "../json/value.ts";
import { answerReview, type ReviewContext } from "./admission-review.ts";
import { jsonPatchBetween } from "./json-patch.ts";
import { completeConfiguration, webhookConfigurations } from "./webhook-configurations.ts";

const patches: readonly {
  readonly name: string;
  readonly before: JsonValue;
  readonly after: JsonValue;
  readonly want: JsonValue;
}[] = [
  { name: "nothing for what is equal", before: { a: [1, { b: 2 }] }, after: { a: [1, { b: 2 }] }, want: [] },
  {
    name: "adds, replaces and removes keys",
    before: { a: 1, b: 2 },
    after: { b: 3, c: null },
    want: [
      { op: "remove", path: "/a" },
      { op: "replace", path: "/b", value: 3 },
      { op: "add", path: "/c", value: null },
    ],
  },
  {
    name: "escapes keys",
    before: { "a/b": { "~c": 1 } },
    after: { "a/b": { "~c": 2 } },
    want: [{ op: "replace", path: "/a~1b/~0c", value: 2 }],
  },
  {
    name: "goes into lists of one length, replaces others",
    before: { a: [{ x: 1 }, 2], b: [1] },
    after: { a: [{ x: 3 }, 2], b: [1, 2] },
    want: [
      { op: "replace", path: "/a/0/x", value: 3 },
      { op: "replace", path: "/b", value: [1, 2] },
    ],
  },
  {
    name: "takes __proto__ for a key like any other",
    before: JSON.parse('{"__proto__":1}') as JsonValue,
    after: JSON.parse('{"__proto__":2}') as JsonValue,
    want: [{ op: "replace", path: "/__proto__", value: 2 }],
  },
];
for (const { name, before, after, want } of patches) {
  test(`patch: ${name}`, () => deepEqual(jsonPatchBetween(before, after), want));
}

const context: ReviewContext = {
  configMaps: { "my-defaults": { "default-service-account": "robot" } },
  defaultsName: "my-defaults",
  loggingName: "config-logging-triggers",
};
const listener = (spec: JsonObject): JsonObject => ({
  apiVersion: "triggers.tekton.dev/v1beta1",
  kind: "EventListener",
  metadata: { name: "el", namespace: "ns" },
  spec,
});

function review(path: string, object: JsonObject | undefined, more: JsonObject = {}) {
  const [group = "", version = ""] = String(object?.["apiVersion"] ?? "triggers.tekton.dev/v1beta1").split("/");
  const kind = { group, version, kind: String(object?.["kind"] ?? "EventListener") };
  const request = { uid: "u-1", operation: "CREATE", kind, ...(object && { object }), ...more };
  const text = JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request });
  return answerReview({ path, contentType: "application/json", body: Buffer.from(text) }, context);
}

test("defaulting answers with a patch", () => {
  const answer = review("/defaulting", listener({ triggers: [{ template: { ref: "t" } }] }));
  equal(answer.status, 200);
  const { apiVersion, kind, response } = JSON.parse(answer.body) as {
    apiVersion: string;
    kind: string;
    response: JsonObject;
  };
  deepEqual([apiVersion, kind], ["admission.k8s.io/v1", "AdmissionReview"]);
  deepEqual([response["uid"], response["allowed"], response["patchType"]], ["u-1", true, "JSONPatch"]);
  const patch = JSON.parse(Buffer.from(String(response["patch"]), "base64").toString()) as readonly JsonObject[];
  ok(patch.some(({ path, value }) => path === "/spec/serviceAccountName" && value === "robot"));
});

test("validation denies with the validator's words and allows what is right", () => {
  const denied = JSON.parse(review("/resource-validation", listener({})).body) as { response: JsonObject };
  equal(denied.response["allowed"], false);
  const status = denied.response["status"] as JsonObject;
  deepEqual([status["code"], status["reason"]], [400, "BadRequest"]);
  match(String(status["message"]), /^validation failed: expected exactly one, got neither: spec\.labelSelector/);
  const allowed = review("/resource-validation", listener({ triggers: [{ triggerRef: "t" }] }));
  deepEqual(JSON.parse(allowed.body), {
    kind: "AdmissionReview",
    apiVersion: "admission.k8s.io/v1",
    response: { uid: "u-1", allowed: true },
  });
  const deletion = review("/defaulting", undefined, { operation: "DELETE" });
  equal((JSON.parse(deletion.body) as { response: JsonObject }).response["allowed"], true);
});

test("ConfigMaps of the components are vetted", () => {
  const map = (data: JsonObject) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "my-defaults" },
    data,
  });
  const kind = { group: "", version: "v1", kind: "ConfigMap" };
  const answer = (data: JsonObject) =>
    (JSON.parse(review("/config-validation", map(data), { kind }).body) as { response: JsonObject }).response;
  equal(answer({ "default-run-as-user": "5" })["allowed"], true);
  equal(answer({ "default-run-as-user": "x" })["allowed"], false);
});

test("what is no review is refused", () => {
  const refusals: readonly (readonly [Parameters<typeof answerReview>[0], number, RegExp])[] = [
    [
      { path: "/defaulting", contentType: "application/json; charset=utf-8", body: Buffer.from("{}") },
      415,
      /^invalid Content-Type, want/,
    ],
    [
      { path: "/x<&'\"", contentType: undefined, body: Buffer.from("{}") },
      400,
      /^no controller registered for: \/x&lt;&amp;&#39;&#34;\n$/,
    ],
    [{ path: "/defaulting", contentType: "application/json", body: Buffer.from("{") }, 400, /^could not decode body:/],
    [{ path: "/defaulting", contentType: "application/json", body: undefined }, 400, /^could not decode body:/],
  ];
  for (const [request, status, body] of refusals) {
    const answer = answerReview(request, context);
    equal(answer.status, status);
    match(answer.body, body);
  }
});

test("configurations are completed once and left alone afterwards", () => {
  const owner = { apiVersion: "v1", kind: "Namespace", name: "ns", uid: "n-1", controller: false };
  for (const configuration of webhookConfigurations) {
    const existing: K8sObject = {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "X",
      metadata: { name: configuration.name },
      webhooks: [
        { name: configuration.name, clientConfig: { service: { name: "s", namespace: "ns" } } },
        { name: "other", clientConfig: { url: "https://x" } },
      ],
    };
    const completed = completeConfiguration(configuration, existing, { caBundle: "Y2E=", owner });
    const [entry, other] = (completed?.["webhooks"] ?? []) as readonly JsonObject[];
    deepEqual(other, { name: "other", clientConfig: { url: "https://x" } });
    deepEqual(entry?.["clientConfig"], {
      service: { name: "s", namespace: "ns", path: configuration.complete().path },
      caBundle: "Y2E=",
    });
    deepEqual(completed?.metadata.ownerReferences, [owner]);
    // The API server adds defaults, which are no reason to write again.
    const rules = ((entry?.["rules"] ?? []) as readonly JsonObject[]).map((rule) => ({ scope: "*", ...rule }));
    const stored = { ...completed, webhooks: [{ ...entry, rules, timeoutSeconds: 10 }, other] } as unknown as K8sObject;
    equal(completeConfiguration(configuration, stored, { caBundle: "Y2E=", owner }), undefined);
    ok(completeConfiguration(configuration, stored, { caBundle: "bmV3", owner }));
  }
});

test("what users and managed clusters set in a configuration stays", () => {
  const configuration = webhookConfigurations[1];
  const exclude = { key: "webhooks.knative.dev/exclude", operator: "DoesNotExist" };
  const theirs = { key: "control-plane", operator: "DoesNotExist" };
  const entryWith = (fields: JsonObject) => {
    const existing: K8sObject = {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "X",
      metadata: { name: configuration.name },
      webhooks: [{ name: configuration.name, clientConfig: { service: {} }, ...fields }],
    };
    const completed = completeConfiguration(configuration, existing, { caBundle: "Y2E=", owner: undefined });
    ok(completed);
    equal(completeConfiguration(configuration, completed, { caBundle: "Y2E=", owner: undefined }), undefined);
    return ((completed["webhooks"] ?? []) as readonly JsonObject[])[0] ?? {};
  };
  const own = { failurePolicy: "Ignore", timeoutSeconds: 3, objectSelector: { matchLabels: { a: "b" } } };
  for (const [field, value] of Object.entries(own)) deepEqual(entryWith({ [field]: value })[field], value);
  deepEqual(entryWith({})["namespaceSelector"], { matchExpressions: [exclude] });
  const selectors: readonly (readonly [given: JsonObject, want: JsonObject])[] = [
    [{ matchLabels: { team: "ci" } }, { matchLabels: { team: "ci" }, matchExpressions: [exclude] }],
    [{ matchExpressions: [theirs] }, { matchExpressions: [exclude, theirs] }],
    [{ matchExpressions: [theirs, exclude] }, { matchExpressions: [theirs, exclude] }],
    [{ matchExpressions: [{ ...exclude, operator: "Exists" }] }, { matchExpressions: [exclude] }],
  ];
  for (const [given, want] of selectors) deepEqual(entryWith({ namespaceSelector: given })["namespaceSelector"], want);
});

test("the rules name every kind in every version, in order", () => {
  const rules = webhookConfigurations[1].complete().entry["rules"] as readonly JsonObject[];
  equal(rules.length, 12);
  deepEqual(rules[0], {
    apiGroups: ["triggers.tekton.dev"],
    apiVersions: ["v1alpha1"],
    operations: ["CREATE", "UPDATE", "DELETE"],
    resources: ["clusterinterceptors", "clusterinterceptors/status"],
  });
});
