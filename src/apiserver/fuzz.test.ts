import { ok } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MemoryLog } from "../store/memory-log.ts";
import { ObjectStore } from "../store/object-store.ts";
import { ApiServer } from "./api-server.ts";
import { bootstrapObjects } from "./bootstrap.ts";
import type { PipelineResponse } from "./pipeline.ts";
import { tektonDefinitions } from "./tekton-definitions.ts";

async function newServer(): Promise<ApiServer> {
  const server = new ApiServer({
    store: new ObjectStore(new MemoryLog()),
    builtinCustom: tektonDefinitions(undefined),
  });
  await bootstrapObjects(server);
  await send(server, "POST", "/api/v1/namespaces/default/configmaps", "application/json", '{"metadata":{"name":"a"}}');
  return server;
}

function send(server: ApiServer, method: string, url: string, type: string, body: string): Promise<PipelineResponse> {
  const mark = url.indexOf("?");
  return server.handle({
    method,
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1)),
    headers: { accept: "application/json", "content-type": type },
    body: { kind: "bytes", bytes: Buffer.from(body) },
    signal: AbortSignal.abort(),
  });
}

/** Whether the answer admits a fault of ours. */
function isOurFault(answer: PipelineResponse): boolean {
  return answer.kind === "json" && (answer.body as { readonly reason?: string }).reason === "InternalError";
}

const resources = [
  "/api/v1/namespaces",
  ...["configmaps", "secrets", "pods", "services", "events", "serviceaccounts", "persistentvolumeclaims"].map(
    (resource) => `/api/v1/namespaces/default/${resource}`,
  ),
  ...["deployments", "statefulsets", "daemonsets"].map((resource) => `/apis/apps/v1/namespaces/default/${resource}`),
  "/apis/batch/v1/namespaces/default/jobs",
  "/apis/networking.k8s.io/v1/namespaces/default/ingresses",
  "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
  "/apis/coordination.k8s.io/v1/namespaces/default/leases",
  "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
  "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
  "/apis/triggers.tekton.dev/v1beta1/namespaces/default/eventlisteners",
  "/apis/tekton.dev/v1/namespaces/default/taskruns",
];

const words = [
  "metadata",
  "name",
  "spec",
  "data",
  "status",
  "kind",
  "apiVersion",
  "labels",
  "annotations",
  "finalizers",
  "managedFields",
  "ownerReferences",
  "template",
  "containers",
  "ports",
  "rules",
  "subjects",
  "roleRef",
  "versions",
  "schema",
  "openAPIV3Schema",
  "names",
  "webhooks",
  "clientConfig",
  "generateName",
  "resourceVersion",
  "__proto__",
  "constructor",
  "fieldsV1",
  "$patch",
  "$setElementOrder/containers",
  "selector",
  "matchLabels",
  "volumes",
  "items",
];

const { value: document } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<unknown>(
      null,
      true,
      0,
      -1,
      1.5,
      1e300,
      "",
      "a",
      "a/b",
      "2020-01-01T00:00:00Z",
      "10Mi",
      "99999999999999999999",
    ),
    fc.string({ maxLength: 8 }),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...words), tie("value"), { maxKeys: 5, noNullPrototype: true }),
  ),
}));

const shaped = fc
  .record({
    name: fc.constantFrom("a", "b", "Bad_", ""),
    rest: fc.dictionary(fc.constantFrom(...words), document, { maxKeys: 5, noNullPrototype: true }),
  })
  .map(({ name, rest }) => ({ ...rest, metadata: { name, ...(rest["metadata"] as object | undefined) } }));

const queries = [
  "",
  "?dryRun=All",
  "?fieldValidation=Strict&fieldManager=m",
  "?fieldManager=m&force=true",
  "?limit=x",
  "?watch=true&timeoutSeconds=1",
  "?labelSelector=a%20in%20(",
  "?fieldSelector=x=y",
  "?continue=zzz",
  "?resourceVersion=-1",
];

test("malformed documents are refused, never a fault", async () => {
  const server = await newServer();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("POST", "PUT", "PATCH", "DELETE", "GET"),
      fc.constantFrom(...resources),
      fc.constantFrom("", "/a", "/a/status", "/a/scale", "/a/nothing", "/%ff"),
      fc.constantFrom(...queries),
      fc.constantFrom(
        "application/json",
        "application/yaml",
        "application/merge-patch+json",
        "application/json-patch+json",
        "application/strategic-merge-patch+json",
        "application/apply-patch+yaml",
        "application/vnd.kubernetes.protobuf",
      ),
      fc.oneof(
        document.map((value) => JSON.stringify(value) ?? ""),
        shaped.map((value) => JSON.stringify(value)),
        fc.string({ maxLength: 40 }),
        fc
          .array(
            fc.record({
              op: fc.constantFrom("add", "remove", "replace", "test", "move", "copy"),
              path: fc.constantFrom("", "/", "/metadata", "/metadata/labels/x", "/data/-", "/spec/0", "bad"),
              from: fc.constantFrom("/data", "/metadata", ""),
              value: document,
            }),
          )
          .map((value) => JSON.stringify(value)),
      ),
      async (method, resource, tail, query, type, body) => {
        const answer = await send(server, method, `${resource}${tail}${query}`, type, body);
        ok(!isOurFault(answer), `${method} ${resource}${tail}${query} ${type} ${body}: ${JSON.stringify(answer)}`);
      },
    ),
    { numRuns: 1_500 },
  );
});
