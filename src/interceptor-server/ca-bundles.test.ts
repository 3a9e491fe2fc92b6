import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { type JsonObject, type JsonValue, member } from "../json/value.ts";
import { KubeClient } from "../kube/client.ts";
import { clientFailure } from "../kube/status.ts";
import type { ApiRequest, ApiResponse, KubeTransport } from "../kube/transport.ts";
import { CaBundles } from "./ca-bundles.ts";

/** An API server with three ClusterInterceptors, which refuses the first updates. */
class FlappingApi implements KubeTransport {
  readonly bundles = new Map<string, string>([
    ["cel", ""],
    ["github", ""],
    ["own", ""],
  ]);
  refusals = 0;
  updates = 0;

  as(): KubeTransport {
    return this;
  }

  async send({ method, path, body }: ApiRequest): Promise<ApiResponse> {
    if (method === "GET") {
      const items = [...this.bundles].map(
        ([name, caBundle]): JsonObject => ({
          metadata: { name },
          spec: { clientConfig: { service: { name: "s" }, ...(caBundle !== "" && { caBundle }) } },
        }),
      );
      return { status: 200, headers: {}, body: { kind: "List", apiVersion: "v1", metadata: {}, items } };
    }
    this.updates++;
    if (this.refusals-- > 0) {
      return {
        status: 500,
        headers: {},
        body: clientFailure(500, "InternalError", "no webhook") as unknown as JsonValue,
      };
    }
    const config = member(member(body, "spec"), "clientConfig");
    equal(member(member(config, "service"), "name"), "s");
    this.bundles.set(path.split("/").at(-1) ?? "", String(member(config, "caBundle")));
    return { status: 200, headers: {}, body: body ?? null };
  }

  watch(): never {
    throw new Error("nothing is watched here");
  }

  stream(): never {
    throw new Error("nothing is streamed here");
  }
}

const encoded = (text: string) => Buffer.from(text).toString("base64");

test("bundles are injected by name, again soon after a failure, and at once when the authority changes", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const api = new FlappingApi();
  api.refusals = 3;
  let authority: string | undefined = "one";
  const log: string[] = [];
  const bundles = new CaBundles({
    client: new KubeClient(api),
    names: new Set(["cel", "github"]),
    authorityPem: () => authority,
    everyMs: 60_000,
    log: (message) => log.push(message),
  });
  const settle = async () => {
    for (let i = 0; i < 20; i++) await setImmediate();
  };
  const stopping = new AbortController();
  const running = bundles.run(stopping.signal);
  await settle();
  deepEqual([api.updates, [...api.bundles.values()]], [2, ["", "", ""]]);
  t.mock.timers.tick(500);
  await settle();
  deepEqual([api.updates, [...api.bundles.values()]], [4, ["", encoded("one"), ""]]);
  equal(bundles.announces("one"), false);
  t.mock.timers.tick(1000);
  await settle();
  deepEqual([api.updates, [...api.bundles.values()]], [5, [encoded("one"), encoded("one"), ""]]);
  equal(bundles.announces("one"), true);
  deepEqual(
    new Set(log),
    new Set([
      "cannot update ClusterInterceptor cel: no webhook",
      "cannot update ClusterInterceptor github: no webhook",
    ]),
  );

  authority = "two";
  t.mock.timers.tick(59_999);
  await settle();
  equal(api.updates, 5);
  equal(bundles.announces("two"), false);
  bundles.wake();
  await settle();
  deepEqual([...api.bundles.values()], [encoded("two"), encoded("two"), ""]);
  api.bundles.delete("github");
  authority = "three";
  bundles.wake();
  await settle();
  equal(bundles.announces("three"), true, "one that somebody deleted does not count");
  api.bundles.set("github", "");
  t.mock.timers.tick(500);
  await settle();
  equal(api.bundles.get("github"), encoded("three"), "one that is created late");
  stopping.abort();
  await running;
});
