import { deepEqual, match } from "node:assert/strict";
import { request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { SecretReader } from "../interceptors/interceptor.ts";
import type { JsonObject } from "../json/value.ts";
import { issueCertificateSet } from "../kube/certificate-set.ts";
import { err, ok } from "../result.ts";
import { createInterceptorServer } from "./interceptor-server.ts";

const names = { service: "localhost", namespace: "ns", clusterDomain: "cluster.local" };

/** The server with this way to read Secrets, and how to ask it. */
async function start(t: TestContext, read: SecretReader["read"]) {
  const served = issueCertificateSet(names, { nowMs: Date.now(), validityMs: 60_000 });
  const server = createInterceptorServer({
    certificates: { served, onChange: () => {} },
    tls: { minVersion: "TLSv1.2" },
    environment: { secrets: { read }, codeHost: { get: async () => err("nothing is there") } },
    log: (message) => t.diagnostic(message),
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return (path: string, body: JsonObject | string = "") =>
    new Promise<readonly [status: number, body: string]>((resolve, reject) => {
      const outgoing = httpsRequest(
        { host: "localhost", port, path, method: "POST", ca: served.caCertPem },
        (response) => {
          let text = "";
          response.on("data", (chunk: Buffer) => (text += chunk.toString()));
          response.on("end", () => resolve([response.statusCode ?? 0, text]));
        },
      );
      outgoing.on("error", reject).end(typeof body === "string" ? body : JSON.stringify(body));
    });
}

const request: JsonObject = {
  body: "{}",
  header: { "X-Gitlab-Token": ["token"] },
  interceptor_params: { secretRef: { secretName: "s", secretKey: "k" } },
  context: { event_url: "/", event_id: "e", trigger_id: "namespaces/ns/triggers/t" },
};

test("it is ready, and answers the interceptors by name", async (t) => {
  const ask = await start(t, async () => ok("token"));
  deepEqual(await ask("/ready"), [200, ""]);
  deepEqual(await ask("/GitLab?x=1", request), [200, '{"continue":true,"status":{}}']);
  deepEqual(await ask("/none", request), [400, "path did not match any interceptors\n"]);
  const [status, text] = await ask("/gitlab", "{");
  deepEqual([status, text.startsWith("failed to parse body as InterceptorRequest: ")], [400, true]);
});

test("what is wrong with the event or its trigger is a stop, what may pass is an error of the server", async (t) => {
  let error = 'secrets "s" not found';
  const ask = await start(t, async () => err(error));
  const [status, text] = await ask("/gitlab", request);
  deepEqual([status, (JSON.parse(text) as JsonObject)["continue"]], [200, false]);
  error = "cannot reach the API server";
  deepEqual(await ask("/gitlab", request), [503, "error getting secret: cannot reach the API server\n"]);
});

test("an answer that takes more than three seconds is an error of the server", async (t) => {
  const timers: (() => void)[] = [];
  const ask = await start(t, () => new Promise(() => timers.push(() => t.mock.timers.tick(3_000))));
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const answer = ask("/gitlab", request);
  while (timers.length === 0) await setImmediate();
  await setImmediate();
  timers[0]?.();
  const [status, text] = await answer;
  match(`${status} ${text}`, /^503 context deadline exceeded\n$/);
});
