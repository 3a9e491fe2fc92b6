import { deepEqual, equal } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { K8sObject, Status } from "../../api/object.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok } from "../../result.ts";
import type { AdmissionAttributes } from "../pipeline.ts";
import { loadCertificates } from "../pki/certificates.ts";
import type { ResourceDefinition } from "../resource-definition.ts";
import { convertByWebhook } from "./conversion-webhook.ts";
import { conditionsHold } from "./match-conditions.ts";
import { WebhookAdmission } from "./webhook-admission.ts";
import { WebhookClient } from "./webhook-client.ts";
import { WebhookConfigurations } from "./webhook-configuration.ts";

const folder = mkdtempSync(join(tmpdir(), "tektite-webhooks-"));
const { authority, serving } = loadCertificates(folder, { addresses: [], nowMs: Date.now() });

type Reply = (review: JsonObject) => { readonly status?: number; readonly body: JsonValue } | undefined;
let reply: Reply = () => ({ body: null });
const seen: { readonly url: string; readonly review: JsonObject }[] = [];
const server = createServer({ cert: serving.certificatePem, key: serving.keyPem }, (request, answer) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const review = JSON.parse(Buffer.concat(chunks).toString()) as JsonObject;
    seen.push({ url: request.url ?? "", review });
    const given = reply(review);
    if (given === undefined) return; // a webhook that never answers
    answer.statusCode = given.status ?? 200;
    answer.end(typeof given.body === "string" ? given.body : JSON.stringify(given.body));
  });
});
let port = 0;
const client = new WebhookClient((namespace, name) =>
  Promise.resolve(
    name === "hooks" && namespace === "ns" ? ok({ host: "127.0.0.1", port }) : err(`service "${name}" not found`),
  ),
);
before(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  ({ port } = server.address() as AddressInfo);
});
after(() => {
  client.close();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const configMap: K8sObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", namespace: "ns" } };
const warnings: string[] = [];

function attributes(more: Partial<AdmissionAttributes> = {}): AdmissionAttributes {
  return {
    operation: "CREATE",
    user: { username: "admin", groups: ["system:masters"] },
    definition: {
      group: "",
      resource: "configmaps",
      kind: "ConfigMap",
      namespaced: true,
      versions: [{ version: "v1", subresources: [] }],
    } as unknown as ResourceDefinition,
    version: "v1",
    namespace: "ns",
    name: "c",
    object: configMap,
    options: { kind: "CreateOptions", apiVersion: "meta.k8s.io/v1" },
    dryRun: false,
    warn: (text) => warnings.push(text),
    ...more,
  };
}

function admissionWith(kind: "mutating" | "validating", ...webhooks: readonly object[]): WebhookAdmission {
  const configurations = { mutating: new WebhookConfigurations(), validating: new WebhookConfigurations() };
  configurations[kind].put({
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "X",
    metadata: { name: "w" },
    webhooks: webhooks.map((webhook) => ({
      name: "w.example.com",
      admissionReviewVersions: ["v1"],
      sideEffects: "None",
      timeoutSeconds: 5,
      clientConfig: {
        url: `https://127.0.0.1:${port}/d`,
        caBundle: Buffer.from(authority.certificatePem).toString("base64"),
      },
      rules: [{ apiGroups: [""], apiVersions: ["*"], operations: ["CREATE"], resources: ["configmaps"], scope: "*" }],
      ...webhook,
    })),
  });
  return new WebhookAdmission({
    ...configurations,
    client,
    namespaceLabels: () => ({ team: "a" }),
    convert: (_, object, version) => Promise.resolve(ok({ ...object, apiVersion: version })),
    decode: (_, object) => ok(object as unknown as K8sObject),
    applyJsonPatch: (document, operations) =>
      ok({
        ...(document as JsonObject),
        patched: operations.map((operation) => isJsonObject(operation) && operation["value"]) as JsonValue,
      }),
    conditionsHold: (webhook, attributes) =>
      conditionsHold(webhook, attributes, { authorize: () => ({ allowed: false }) }),
  });
}

function respond(response: JsonObject): Reply {
  return (review) => {
    const { uid } = review["request"] as { uid: string };
    return { body: { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response: { uid, ...response } } };
  };
}

async function refusal(admission: WebhookAdmission, given = attributes()): Promise<Status | undefined> {
  const result = await admission.validate(given);
  return result.ok ? undefined : result.error;
}

const failing = 'Internal error occurred: failed calling webhook "w.example.com": ';
const answers: readonly { name: string; reply: Reply; webhook?: object; code?: number; message?: string }[] = [
  { name: "allowed", reply: respond({ allowed: true }) },
  {
    name: "denied with a message",
    reply: respond({ allowed: false, status: { code: 422, reason: "Invalid", message: "nope" } }),
    code: 422,
    message: 'admission webhook "w.example.com" denied the request: nope',
  },
  {
    name: "denied with a reason only",
    reply: respond({ allowed: false, status: { reason: "because" } }),
    code: 400,
    message: 'admission webhook "w.example.com" denied the request: because',
  },
  {
    name: "denied without a word",
    reply: respond({ allowed: false }),
    code: 400,
    message: 'admission webhook "w.example.com" denied the request without explanation',
  },
  {
    name: "an error of the webhook",
    reply: () => ({ status: 500, body: "boom" }),
    code: 500,
    message: `${failing}failed to call webhook: an error on the server ("boom") has prevented the request from succeeding`,
  },
  {
    name: "an answer that is none",
    reply: () => ({ body: { nonsense: true } }),
    code: 500,
    message: `${failing}received invalid webhook response: webhook response was absent`,
  },
  {
    name: "a patch of a validating webhook",
    reply: respond({ allowed: true, patch: "W10=", patchType: "JSONPatch" }),
    code: 500,
    message: `${failing}received invalid webhook response: validating webhook may not return response.patch`,
  },
  {
    name: "an error that is ignored",
    reply: () => ({ status: 500, body: "boom" }),
    webhook: { failurePolicy: "Ignore" },
  },
  {
    name: "a service that is not there",
    reply: respond({ allowed: true }),
    webhook: { clientConfig: { service: { namespace: "ns", name: "none" } } },
    code: 500,
    message: `${failing}failed to call webhook: Post "https://none.ns.svc:443/?timeout=5s": service "none" not found`,
  },
  {
    name: "a match condition that does not hold",
    reply: respond({ allowed: false }),
    webhook: {
      matchConditions: [
        { name: "broken", expression: "object.absent == 1" },
        { name: "x", expression: "object.metadata.name != 'c' && request.operation == 'CREATE'" },
      ],
    },
  },
  {
    name: "a match condition that holds",
    reply: respond({ allowed: false }),
    webhook: { matchConditions: [{ name: "x", expression: "object.metadata.name == 'c' && oldObject == null" }] },
    code: 400,
    message: 'admission webhook "w.example.com" denied the request without explanation',
  },
  {
    name: "a match condition that cannot be evaluated",
    reply: respond({ allowed: true }),
    webhook: { matchConditions: [{ name: "x", expression: "object.absent == 1" }] },
    code: 500,
    message: `${failing}x: no such key: absent`,
  },
  {
    name: "another namespace's labels",
    reply: respond({ allowed: false }),
    webhook: { namespaceSelector: { matchLabels: { team: "b" } } },
  },
];
for (const { name, reply: given, webhook, code, message } of answers)
  test(`a validating webhook: ${name}`, async () => {
    reply = given;
    const status = await refusal(admissionWith("validating", webhook ?? {}));
    deepEqual([status?.code, status?.message], [code, message]);
  });

test("the review names the request", async () => {
  reply = respond({ allowed: true, warnings: ["careful"] });
  seen.length = 0;
  await refusal(admissionWith("validating", {}));
  equal(seen[0]?.url, "/d?timeout=5s");
  const sent = seen[0]?.review ?? {};
  const { uid: _, ...request } = sent["request"] as JsonObject;
  deepEqual(request, {
    kind: { group: "", version: "v1", kind: "ConfigMap" },
    resource: { group: "", version: "v1", resource: "configmaps" },
    requestKind: { group: "", version: "v1", kind: "ConfigMap" },
    requestResource: { group: "", version: "v1", resource: "configmaps" },
    name: "c",
    namespace: "ns",
    operation: "CREATE",
    userInfo: { username: "admin", groups: ["system:masters"] },
    object: configMap,
    oldObject: null,
    dryRun: false,
    options: { kind: "CreateOptions", apiVersion: "meta.k8s.io/v1" },
  });
  deepEqual(warnings, ["careful"]);
});

test("a webhook that answers too late", async () => {
  reply = () => undefined;
  const status = await refusal(admissionWith("validating", { timeoutSeconds: 1 }));
  equal(
    status?.message,
    `${failing}failed to call webhook: Post "https://127.0.0.1:${port}/d?timeout=1s": context deadline exceeded`,
  );
});

test("a certificate of an unknown authority is refused", async () => {
  reply = respond({ allowed: true });
  const admission = admissionWith("validating", { clientConfig: { url: `https://localhost:${port}/d` } });
  equal((await refusal(admission))?.message?.endsWith("x509: certificate signed by unknown authority"), true);
});

test("mutating webhooks see what came before, and again what came after", async () => {
  const patch = (value: string): JsonObject => ({
    allowed: true,
    patchType: "JSONPatch",
    patch: Buffer.from(JSON.stringify([{ op: "add", path: "/x", value }])).toString("base64"),
  });
  const order: string[] = [];
  reply = (review) => {
    const request = review["request"] as JsonObject;
    const object = request["object"] as JsonObject;
    order.push(JSON.stringify(object["patched"] ?? null));
    return respond(patch(String(order.length)))(review);
  };
  const admitted = await admissionWith("mutating", { reinvocationPolicy: "IfNeeded" }, { name: "b.example.com" }).admit(
    attributes(),
  );
  deepEqual(order, ["null", '["1"]', '["2"]']);
  deepEqual(admitted.ok && admitted.value?.["patched"], ["3"]);
});

test("objects of another version are converted, labels are the webhook's, the rest of metadata is not", async () => {
  const service = { namespace: "ns", name: "kubernetes", path: "/convert" };
  const crd = (name: string): K8sObject => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "es.example.com" },
    spec: {
      conversion: {
        strategy: "Webhook",
        webhook: {
          conversionReviewVersions: ["v1"],
          clientConfig: {
            service: { ...service, name },
            caBundle: Buffer.from(authority.certificatePem).toString("base64"),
          },
        },
      },
    },
  });
  const object = (version: string, name: string): K8sObject => ({
    apiVersion: `example.com/${version}`,
    kind: "E",
    metadata: { name, uid: `uid-${name}` },
  });
  const objects = [object("v1", "a"), object("v2", "b")];
  const kubernetes = new WebhookClient(() => Promise.resolve(ok({ host: "127.0.0.1", port })));
  reply = (review) => {
    const request = review["request"] as { uid: string; objects: readonly JsonObject[]; desiredAPIVersion: string };
    const convertedObjects = request.objects.map((item) => ({
      ...item,
      apiVersion: request.desiredAPIVersion,
      metadata: { name: "other", labels: { l: "1" } },
    }));
    return {
      body: {
        kind: "ConversionReview",
        response: { uid: request.uid, result: { status: "Success" }, convertedObjects },
      },
    };
  };
  // The serving certificate knows no name of a service: it is refused by name.
  const refused = await convertByWebhook(kubernetes, crd("kubernetes"), objects, "example.com/v2");
  equal(refused.ok, false);
  const byAddress = crd("x");
  const spec = byAddress["spec"] as { conversion: { webhook: { clientConfig: { url?: string; service?: object } } } };
  delete spec.conversion.webhook.clientConfig.service;
  spec.conversion.webhook.clientConfig.url = `https://127.0.0.1:${port}/convert`;
  const converted = await convertByWebhook(kubernetes, byAddress, objects, "example.com/v2");
  kubernetes.close();
  deepEqual(converted.ok && converted.value, [
    { apiVersion: "example.com/v2", kind: "E", metadata: { name: "a", uid: "uid-a", labels: { l: "1" } } },
    objects[1],
  ]);
});
