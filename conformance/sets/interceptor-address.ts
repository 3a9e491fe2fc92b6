import { basename } from "node:path";
import type { K8sObject } from "../../src/api/object.ts";
import { reconcileInterceptor } from "../../src/controllers/triggers/reconcile-interceptor.ts";
import { clusterInterceptors, interceptors } from "../../src/kube/known-resources.ts";
import { FakeApiServer } from "../fake-api-server.ts";
import { readVectors, valueOutcome } from "../resource-vectors.ts";
import type { CaseOutcome, ConformanceSet } from "../set.ts";

interface Vector {
  readonly name: string;
  readonly kind: "ClusterInterceptor" | "Interceptor";
  readonly object: K8sObject;
  readonly status: unknown;
  readonly error: string;
}

/** Status of the interceptor kinds after one reconcile. */
export const set: ConformanceSet = {
  claim: (path) => (basename(path) === "interceptor-address.json" ? "interceptor-address" : undefined),
  async *run(_name, files) {
    for (const vector of readVectors<Vector>(files)) yield await run(vector);
  },
};

async function run({ name, kind, object, status, error }: Vector): Promise<CaseOutcome> {
  const server = new FakeApiServer([object], {});
  const resource = kind === "Interceptor" ? interceptors : clusterInterceptors;
  const result = await reconcileInterceptor(resource, object, {
    client: server,
    now: () => "2026-01-02T03:04:05Z",
    warn: () => undefined,
    log: () => undefined,
  });
  const got = { status: server.objects[0]?.["status"] ?? {}, error: result.ok ? "" : result.error };
  return valueOutcome(name, { status, error }, got);
}
