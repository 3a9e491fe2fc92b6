import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type JsonObject, type JsonValue, member } from "../../json/value.ts";
import { ConfigSource } from "./config-source.ts";
import { defaultControllerFlags } from "./controller-flags.ts";
import { buildCustomResource, encodeWithPod, guessResource } from "./listener-custom-resource.ts";
import { buildDeployment } from "./listener-deployment.ts";
import { decodeListener } from "./listener-input.ts";
import { buildService, listenerAddress } from "./listener-service.ts";

const given = new ConfigSource(defaultControllerFlags, { METRICS_PROMETHEUS_PORT: "9000" }, "cluster.local").current;

function listener(kubernetesResource: JsonObject) {
  const object = { metadata: { name: "l", namespace: "ci" }, spec: { resources: { kubernetesResource } } };
  const decoded = decodeListener(object, given);
  ok(decoded.ok);
  return decoded.value;
}

const tls = (key: string): JsonObject => ({
  spec: {
    template: {
      spec: {
        containers: [
          {
            env: ["TLS_CERT", "TLS_KEY"].map((name) => ({ name, valueFrom: { secretKeyRef: { name: "s", key } } })),
          },
        ],
      },
    },
  },
});

const ports = [
  { name: "plain", resource: {}, flag: 8080, want: [8080, "8080"] },
  { name: "own port", resource: { servicePort: 80 }, flag: 8080, want: [80, "80"] },
  { name: "TLS", resource: tls("k"), flag: 8080, want: [8443, "8443"] },
  { name: "TLS on 8080", resource: { ...tls("k"), servicePort: 8080 }, flag: 8080, want: [8443, "8443"] },
  {
    name: "TLS on 443: the address is wrong",
    resource: { ...tls("k"), servicePort: 443 },
    flag: 8080,
    want: [443, "8443"],
  },
  { name: "TLS with another default", resource: tls("k"), flag: 80, want: [80, "80"] },
  {
    name: "TLS on 8080 with another default",
    resource: { ...tls("k"), servicePort: 8080 },
    flag: 80,
    want: [8443, "8080"],
  },
  { name: "empty keys are no TLS here", resource: tls(""), flag: 8080, want: [8080, "8080"] },
];

for (const { name, resource, flag, want } of ports) {
  test(`ports: ${name}`, () => {
    const flags = { ...defaultControllerFlags, port: flag };
    const service = buildService(listener(resource), { ...given, flags });
    const [port] = (service["spec"] as { readonly ports: readonly { readonly port: number }[] }).ports;
    deepEqual([port?.port, listenerAddress(listener(resource), { ...given, flags }).split(":")[2]], want);
  });
}

test("a TLS variable that is no secret is an error of the listener", () => {
  const built = buildDeployment(
    listener({ spec: { template: { spec: { containers: [{ env: [{ name: "TLS_CERT" }] }] } } } }),
    given,
  );
  equal(built.ok ? "" : built.error, "environment variable TLS_CERT must come from a secretKeyRef");
});

test("a metrics port out of range is told apart from one that is none", () => {
  const build = (metricsPort: string) =>
    buildDeployment(listener({}), { ...given, env: { ...given.env, metricsPort } });
  const errors = ["", "x", "2147483648"].map(build).map((built) => (built.ok ? "" : built.error));
  deepEqual(errors, [
    'strconv.ParseInt: parsing "": invalid syntax',
    'strconv.ParseInt: parsing "x": invalid syntax',
    'strconv.ParseInt: parsing "2147483648": value out of range',
  ]);
});

test("resources are guessed from kinds", () => {
  const guess = (kind: string) => guessResource("serving.knative.dev/v1", kind).resource;
  deepEqual(["Service", "Policy", "Ingress", "Endpoints", "MyEndpoints"].map(guess), [
    "services",
    "policies",
    "ingresses",
    "endpoints",
    "myendpoints",
  ]);
  deepEqual(guessResource("v1", "Pod"), { group: "", version: "v1", resource: "pods" });
});

const keys = fc.constantFrom(
  ...[
    "metadata",
    "name",
    "labels",
    "spec",
    "template",
    "containers",
    "env",
    "valueFrom",
    "secretKeyRef",
    "key",
    "kind",
  ],
  ...[
    "resources",
    "kubernetesResource",
    "customResource",
    "replicas",
    "servicePort",
    "tolerations",
    "affinity",
    "args",
  ],
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 8 },
    fc.constantFrom(null, 0, 1, "", "TLS_CERT", "TLS_KEY", "x", [], {}),
    fc.array(tie("tree"), { maxLength: 2 }),
    fc.dictionary(keys, tie("tree"), { maxKeys: 4 }),
  ),
}));

test("no listener makes the builders throw", () => {
  fc.assert(
    fc.property(tree as fc.Arbitrary<JsonValue>, (resources) => {
      const decoded = decodeListener({ metadata: { name: "l" }, spec: { resources } }, given);
      if (!decoded.ok) return;
      buildDeployment(decoded.value, given);
      buildService(decoded.value, given);
      const custom = decoded.value.spec?.resources?.customResource;
      if (custom === undefined) return;
      const built = buildCustomResource(decoded.value, custom, given);
      if (built.ok) equal(member(encodeWithPod(built.value) as unknown as JsonObject, "kind"), built.value.kind);
    }),
    { numRuns: 1000 },
  );
});

test("a custom object keeps its own metadata but for what the listener sets", () => {
  const metadata = {
    name: "mine",
    namespace: "other",
    finalizers: ["f"],
    ownerReferences: [],
    annotations: { a: "b" },
  };
  const customResource = {
    apiVersion: "serving.knative.dev/v1",
    kind: "Service",
    metadata,
    spec: { x: 1 },
    status: {},
  };
  const decoded = decodeListener({ metadata: { name: "l", uid: "u" }, spec: { resources: { customResource } } }, given);
  const custom = decoded.ok ? decoded.value.spec?.resources?.customResource : undefined;
  ok(decoded.ok && custom !== undefined);
  const built = buildCustomResource(decoded.value, custom, given);
  ok(built.ok);
  const { labels: _, ownerReferences, ...rest } = encodeWithPod(built.value).metadata;
  deepEqual(rest, { name: "mine", namespace: "other", finalizers: ["f"], annotations: { a: "b" } });
  deepEqual(
    ownerReferences?.map(({ name, uid }) => [name, uid]),
    [["l", "u"]],
  );
});
