import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import { MemoryLog } from "../../store/memory-log.ts";
import { ObjectStore } from "../../store/object-store.ts";
import { ApiServer } from "../api-server.ts";
import { bootstrapObjects } from "../bootstrap.ts";
import { tektonDefinitions } from "../tekton-definitions.ts";

const server = new ApiServer({ store: new ObjectStore(new MemoryLog()), builtinCustom: tektonDefinitions(undefined) });
await bootstrapObjects(server);

async function warningsOf(path: string, body: JsonObject): Promise<readonly string[]> {
  const answer = await server.handleAs(
    { username: "admin", groups: ["system:masters"] },
    {
      method: "POST",
      path,
      query: new URLSearchParams(),
      headers: {},
      body: { kind: "parsed", value: body },
      signal: new AbortController().signal,
    },
  );
  deepEqual([path, answer.status], [path, 201]);
  return answer.warnings ?? [];
}

const twice = (name: string): JsonValue => [
  { name: "A", value: "1" },
  { name, value: "2" },
];
const template = (name: string): JsonObject => ({
  metadata: { labels: { a: "b" } },
  spec: { containers: [{ name: "c", image: "i", env: twice(name) }] },
});

const vectors: readonly {
  readonly name: string;
  readonly path: string;
  readonly body: JsonObject;
  readonly want: readonly string[];
}[] = [
  {
    name: "a Pod whose name is no host name, with a variable set twice",
    path: "/api/v1/namespaces/default/pods",
    body: { ...template("A"), metadata: { name: "a.b" } },
    want: [
      "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]",
      'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
    ],
  },
  {
    name: "a template",
    path: "/apis/apps/v1/namespaces/default/deployments",
    body: { metadata: { name: "d" }, spec: { selector: { matchLabels: { a: "b" } }, template: template("A") } },
    want: [
      'spec.template.spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
    ],
  },
  {
    name: "nothing",
    path: "/apis/apps/v1/namespaces/default/deployments",
    body: { metadata: { name: "e" }, spec: { selector: { matchLabels: { a: "b" } }, template: template("B") } },
    want: [],
  },
  {
    name: "a finalizer without a domain",
    path: "/apis/triggers.tekton.dev/v1beta1/namespaces/default/triggertemplates",
    body: {
      apiVersion: "triggers.tekton.dev/v1beta1",
      kind: "TriggerTemplate",
      metadata: { name: "t", finalizers: ["mine", "x.io/f"] },
    },
    want: [
      'metadata.finalizers: "mine": prefer a domain-qualified finalizer name including a path (/) to avoid accidental conflicts with other finalizer writers',
    ],
  },
  {
    name: "an old annotation of an Ingress",
    path: "/apis/networking.k8s.io/v1/namespaces/default/ingresses",
    body: {
      metadata: { name: "i", annotations: { "kubernetes.io/ingress.class": "x" } },
      spec: { defaultBackend: { service: { name: "s", port: { number: 80 } } } },
    },
    want: ["annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead"],
  },
  {
    name: "Endpoints",
    path: "/api/v1/namespaces/default/endpoints",
    body: { metadata: { name: "e" } },
    want: ["v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"],
  },
];
for (const { name, path, body, want } of vectors)
  test(`the server warns of ${name}`, async () => deepEqual(await warningsOf(path, body), want));
