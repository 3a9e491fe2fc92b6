import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { assert, constantFrom, property, uint8Array } from "fast-check";
import { KubernetesProtobufDecoder } from "./protobuf-decoder.ts";
import { KubernetesProtobufEncoder } from "./protobuf-encoder.ts";

const decoder = new KubernetesProtobufDecoder();

/** A message from its fields: `[number, value]`; text and messages are length-delimited, numbers are varints. */
function message(...fields: readonly (readonly [number, string | number | Uint8Array])[]): Uint8Array {
  const varint = (value: number): readonly number[] =>
    value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
  return Buffer.concat(
    fields.map(([number, value]) => {
      if (typeof value === "number") return Buffer.from([...varint(number * 8), ...varint(value)]);
      const bytes = Buffer.from(value);
      return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]);
    }),
  );
}

function body(apiVersion: string, kind: string, raw: Uint8Array): Uint8Array {
  const envelope = message([1, message([1, apiVersion], [2, kind])], [2, raw], [3, ""], [4, ""]);
  return Buffer.concat([Buffer.from("k8s\0"), envelope]);
}

/** Sent by kubectl 1.36 for `auth can-i create pods`. */
const canI =
  "azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSQQoQCgASABoAIgAqADIAOABCABIjCiEKCW5zLTk1MWVmYhIGY3JlYXRlGgAiACoEcG9kczIAOgAaCAgAEgAaACAAGgAiAA==";

test("reads what kubectl sends", () => {
  const decoded = decoder.decode(Buffer.from(canI, "base64"));
  const object = decoded?.ok === true ? decoded.value : {};
  equal(object["kind"], "SelfSubjectAccessReview");
  deepEqual(object["spec"], {
    resourceAttributes: {
      namespace: "ns-951efb",
      verb: "create",
      group: "",
      version: "",
      resource: "pods",
      subresource: "",
      name: "",
    },
  });
});

const entry = (key: string, value: string | Uint8Array): Uint8Array => message([1, key], [2, value]);

const vectors = [
  {
    name: "maps of text and of bytes",
    bytes: body(
      "v1",
      "Secret",
      message([1, message([1, "s"])], [2, entry("a", Buffer.from([1, 255]))], [4, entry("__proto__", "x")]),
    ),
    want: { metadata: { name: "s" }, data: { a: "Af8=" }, stringData: JSON.parse('{"__proto__":"x"}') },
  },
  {
    name: "times, the zero time, integers",
    bytes: body("v1", "ConfigMap", message([1, message([7, 5], [8, message([1, 1_700_000_000])], [9, ""])])),
    want: { metadata: { generation: 5, creationTimestamp: "2023-11-14T22:13:20Z", deletionTimestamp: null } },
  },
  {
    name: "quantities, int-or-string and packed numbers",
    bytes: body(
      "v1",
      "Service",
      message([
        2,
        message(
          [1, message([3, 80], [4, message([1, 0], [2, 8080])])],
          [1, message([4, message([1, 1], [3, "http"])])],
        ),
      ]),
    ),
    want: { spec: { ports: [{ port: 80, targetPort: 8080 }, { targetPort: "http" }] } },
  },
  {
    name: "members of an inlined message",
    bytes: body(
      "v1",
      "Pod",
      message([2, message([1, message([1, "v"], [2, message([19, message([1, message([1, "c"])], [4, 1])])])])]),
    ),
    want: { spec: { volumes: [{ name: "v", configMap: { name: "c", optional: true } }] } },
  },
];
for (const { name, bytes, want } of vectors)
  test(`reads ${name}`, () => {
    const decoded = decoder.decode(bytes);
    const { kind: _, apiVersion: __, ...rest } = decoded?.ok === true ? decoded.value : {};
    equal(JSON.stringify(rest), JSON.stringify(want));
  });

test("a kind without a table is not known", () => equal(decoder.decode(body("v1", "Node", message())), undefined));

const broken = [
  { name: "JSON", bytes: Buffer.from("{}") },
  { name: "a body cut short", bytes: Buffer.from(canI, "base64").subarray(0, 90) },
  { name: "a wrong wire type", bytes: body("v1", "ConfigMap", message([1, 7])) },
  { name: "an endless integer", bytes: Buffer.concat([Buffer.from("k8s\0"), Buffer.alloc(12, 0xff)]) },
];
for (const { name, bytes } of broken) test(`refuses ${name}`, () => equal(decoder.decode(bytes)?.ok, false));

const printed = [
  {
    name: "a Secret",
    object: {
      kind: "Secret",
      apiVersion: "v1",
      metadata: { name: "s", creationTimestamp: "2023-11-14T22:13:20Z" },
      data: { a: "Af8=" },
    },
  },
  {
    name: "a Pod",
    object: {
      kind: "Pod",
      apiVersion: "v1",
      metadata: { name: "p", generation: 7, managedFields: [{ manager: "m", fieldsV1: { "f:data": {} } }] },
      spec: {
        volumes: [{ name: "v", configMap: { name: "c", optional: true } }],
        containers: [
          {
            name: "c",
            resources: { limits: { cpu: "1" } },
            readinessProbe: { httpGet: { port: "http" }, failureThreshold: 3 },
            securityContext: { runAsUser: -5 },
          },
        ],
      },
    },
  },
  {
    name: "an Event",
    object: {
      kind: "Event",
      apiVersion: "v1",
      metadata: { name: "e.1", namespace: "ns" },
      involvedObject: { kind: "TaskRun", namespace: "ns", name: "t" },
      reason: "Started",
      source: { component: "TaskRun" },
      firstTimestamp: "2023-11-14T22:13:20Z",
      count: 2,
      type: "Normal",
      eventTime: "2023-11-14T22:13:20.000120Z",
      reportingComponent: "TaskRun",
    },
  },
  {
    name: "an Event of the newer group",
    object: {
      kind: "Event",
      apiVersion: "events.k8s.io/v1",
      metadata: { name: "e.1" },
      eventTime: "2023-11-14T22:13:20.500000Z",
      reportingController: "c",
      regarding: { kind: "Pod", name: "p" },
      note: "n",
    },
  },
  {
    name: "a Lease",
    object: {
      kind: "Lease",
      apiVersion: "coordination.k8s.io/v1",
      metadata: { name: "c.bucket-00-of-01", resourceVersion: "7" },
      spec: { holderIdentity: "me", leaseDurationSeconds: 60, renewTime: "2023-11-14T22:13:20.000001Z" },
    },
  },
  {
    name: "a StatefulSet",
    object: {
      kind: "StatefulSet",
      apiVersion: "apps/v1",
      metadata: { name: "affinity-assistant" },
      spec: {
        replicas: 1,
        selector: { matchLabels: { a: "b" } },
        template: { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "c", image: "i" }] } },
        serviceName: "s",
        updateStrategy: { rollingUpdate: { partition: 2 } },
      },
    },
  },
  {
    name: "a webhook configuration",
    object: {
      kind: "MutatingWebhookConfiguration",
      apiVersion: "admissionregistration.k8s.io/v1",
      metadata: { name: "webhook.triggers.tekton.dev" },
      webhooks: [
        {
          name: "webhook.triggers.tekton.dev",
          clientConfig: { service: { namespace: "ns", name: "s", port: 443 }, caBundle: "Af8=" },
          rules: [{ operations: ["CREATE"], apiGroups: ["g"], apiVersions: ["v1"], resources: ["r/*"], scope: "*" }],
          timeoutSeconds: 10,
          admissionReviewVersions: ["v1"],
          matchConditions: [{ name: "m", expression: "true" }],
        },
      ],
    },
  },
];
for (const { name, object } of printed)
  test(`prints ${name} as it is read`, () => {
    const bytes = new KubernetesProtobufEncoder().encode(object);
    const decoded = decoder.decode(bytes ?? new Uint8Array());
    deepEqual(decoded?.ok === true && JSON.parse(JSON.stringify(decoded.value)), object);
  });

test("prints lists, and nothing that it has no table for", () => {
  const encoder = new KubernetesProtobufEncoder();
  equal(
    encoder.encode({ kind: "ConfigMapList", apiVersion: "v1", metadata: {}, items: [{ metadata: { name: "a" } }] })
      ?.length,
    40,
  );
  equal(encoder.encode({ kind: "Node", apiVersion: "v1" }), undefined);
});

test("whatever bytes come, they are read or refused", () => {
  const kinds = constantFrom("Pod", "Secret", "Service", "ConfigMap", "TokenRequest");
  const versions = { TokenRequest: "authentication.k8s.io/v1" } as Readonly<Record<string, string>>;
  assert(
    property(kinds, uint8Array({ maxLength: 300 }), (kind, raw) => {
      decoder.decode(body(versions[kind] ?? "v1", kind, raw));
      decoder.decode(Buffer.concat([Buffer.from("k8s\0"), raw]));
    }),
    { numRuns: 500 },
  );
});
