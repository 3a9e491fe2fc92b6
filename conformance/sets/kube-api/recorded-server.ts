import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApiServer } from "../../../src/apiserver/api-server.ts";
import { assembleApiServer } from "../../../src/apiserver/assemble.ts";
import type { StaticToken } from "../../../src/apiserver/auth/static-tokens.ts";
import { createInProcessTransport } from "../../../src/apiserver/in-process-transport.ts";
import { loadServiceAccountKey, type ServiceAccountKey } from "../../../src/apiserver/pki/service-account-key.ts";
import { tektonKinds } from "../../../src/apiserver/tekton-definitions.ts";
import type { JsonObject, JsonValue } from "../../../src/json/value.ts";
import { err } from "../../../src/result.ts";
import { MemoryLog } from "../../../src/store/memory-log.ts";
import { ObjectStore } from "../../../src/store/object-store.ts";

let sharedKey: Promise<ServiceAccountKey> | undefined;

/** The key with which servers sign tokens: one for all, as making it takes time. */
export function serviceAccountKey(): Promise<ServiceAccountKey> {
  sharedKey ??= loadServiceAccountKey(mkdtempSync(join(tmpdir(), "tektite-conformance-")));
  return sharedKey;
}

const tokens: readonly StaticToken[] = [
  { token: "admin-token-value", user: { username: "admin", uid: "admin", groups: ["system:masters"] } },
  { token: "alice-token-value", user: { username: "alice", uid: "alice-uid", groups: ["devs"] } },
  { token: "bob-token-value", user: { username: "bob", groups: [] } },
];

/** A server as the recorded one was set up: its users, and Tekton's CustomResourceDefinitions as released. */
export async function startRecordedServer(key: ServiceAccountKey): Promise<ApiServer> {
  const server = await assembleApiServer({
    store: new ObjectStore(new MemoryLog()),
    tokens,
    serviceAccountKey: key,
    resolveService: (_namespace, name) => Promise.resolve(err(`service "${name}" not found`)),
    tektonKinds: false,
    backends: {
      logs: {
        open: () => ({ write: () => Promise.resolve(), end: () => Promise.resolve() }),
        restart: () => Promise.resolve(),
        read: () => undefined,
        remove: () => Promise.resolve(),
      },
      servesNode: () => false,
      exec: () => Promise.resolve(err("no node")),
      dial: () => Promise.resolve(err("no node")),
    },
  });
  const transport = createInProcessTransport(server, { username: "admin", groups: ["system:masters"] });
  for (const kind of [...tektonKinds, verificationPolicy]) {
    await transport.send({
      method: "POST",
      path: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
      body: tektonCrd(kind),
    });
  }
  return server;
}

/** A kind of Tekton's releases that we do not serve of our own accord. */
const verificationPolicy: (typeof tektonKinds)[number] = {
  group: "tekton.dev",
  versions: ["v1alpha1"],
  kind: "VerificationPolicy",
  plural: "verificationpolicies",
  singular: "verificationpolicy",
  shortNames: [],
  categories: ["tekton", "tekton-pipelines"],
  namespaced: true,
  columns: [],
};

const openSchema: JsonObject = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

/** What the transcripts touch of the schemas of runs: who owns which field depends on what is declared. */
const runSchema: JsonObject = {
  ...openSchema,
  properties: {
    spec: {
      ...openSchema,
      properties: {
        params: { type: "array", "x-kubernetes-list-type": "atomic", items: openSchema },
        pipelineRef: { ...openSchema, properties: { name: { type: "string" } } },
        taskRef: { ...openSchema, properties: { name: { type: "string" } } },
      },
    },
  },
};

/** Tekton's CustomResourceDefinitions as released: without schemas that matter here, converted by an absent webhook. */
function tektonCrd(kind: (typeof tektonKinds)[number]): JsonObject {
  const converted = kind.group === "tekton.dev" && kind.versions.length > 1;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${kind.plural}.${kind.group}` },
    spec: {
      group: kind.group,
      scope: kind.namespaced ? "Namespaced" : "Cluster",
      names: {
        plural: kind.plural,
        singular: kind.singular,
        kind: kind.kind,
        shortNames: kind.shortNames,
        categories: kind.categories,
      },
      ...(converted && {
        conversion: {
          strategy: "Webhook",
          webhook: {
            conversionReviewVersions: ["v1beta1", "v1"],
            clientConfig: { service: { name: "tekton-pipelines-webhook", namespace: "tekton-pipelines" } },
          },
        },
      }),
      versions: kind.versions.map((name, index) => ({
        name,
        served: true,
        storage: index === 0,
        schema: { openAPIV3Schema: kind.group === "tekton.dev" ? runSchema : openSchema },
        ...(kind !== verificationPolicy && { subresources: { status: {} } }),
        additionalPrinterColumns: kind.columns as unknown as JsonValue,
      })),
    },
  };
}
