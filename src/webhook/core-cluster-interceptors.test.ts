import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { type JsonObject, type JsonValue, member } from "../json/value.ts";
import { KubeClient } from "../kube/client.ts";
import { clientFailure } from "../kube/status.ts";
import type { ApiRequest, ApiResponse, KubeTransport } from "../kube/transport.ts";
import { createCoreClusterInterceptors } from "./core-cluster-interceptors.ts";

/** An API server that knows the kind after some requests only. */
class FreshApi implements KubeTransport {
  readonly objects = new Map<string, JsonObject>([["cel", { theirs: true }]]);
  unknownFor = 3;

  as(): KubeTransport {
    return this;
  }

  async send({ body }: ApiRequest): Promise<ApiResponse> {
    const fail = (code: number, reason: string) => ({
      status: code,
      headers: {},
      body: clientFailure(code, reason, reason) as unknown as JsonValue,
    });
    if (this.unknownFor-- > 0) return fail(404, "NotFound");
    const name = String(member(member(body, "metadata"), "name"));
    if (this.objects.has(name)) return fail(409, "AlreadyExists");
    this.objects.set(name, body as JsonObject);
    return { status: 201, headers: {}, body: body ?? null };
  }

  watch(): never {
    throw new Error("nothing is watched here");
  }

  stream(): never {
    throw new Error("nothing is streamed here");
  }
}

test("what is missing of the core ClusterInterceptors is created, however late; what exists stays", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const api = new FreshApi();
  const service = { name: "interceptors", namespace: "system" };
  const log: string[] = [];
  const done = createCoreClusterInterceptors(new KubeClient(api), service, {
    signal: new AbortController().signal,
    log: (message) => log.push(message),
  });
  for (let i = 0; i < 20; i++) await setImmediate();
  t.mock.timers.tick(500);
  await done;
  deepEqual([...api.objects.keys()].sort(), ["bitbucket", "cel", "gitea", "github", "gitlab", "slack"]);
  deepEqual(api.objects.get("cel"), { theirs: true });
  const github = api.objects.get("github");
  deepEqual(member(github?.["spec"], "clientConfig"), { service: { ...service, path: "github", port: 8443 } });
  equal(member(member(github?.["metadata"], "labels"), "server/type"), "https");
  equal(log.filter((line) => line.startsWith("cannot create")).length, 3);
});
