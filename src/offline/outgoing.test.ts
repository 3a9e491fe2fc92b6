import { deepEqual, equal, fail } from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { parseManifests } from "./manifests.ts";
import { OfflineResources } from "./offline-resources.ts";
import { defaultEventId, runOffline } from "./offline-run.ts";
import { calling, offline } from "./outgoing.ts";
import { parseRequestFile } from "./request-file.ts";

test("remote interceptors are called when that is asked for, and only then", async (t) => {
  const bodies: unknown[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    bodies.push(JSON.parse(Buffer.concat(chunks).toString()));
    response.end('{"continue": true, "extensions": {"seen": true}}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close().closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/check`;
  const manifests = parseManifests(
    "f.yaml",
    `
apiVersion: triggers.tekton.dev/v1alpha1
kind: ClusterInterceptor
metadata: {name: check}
spec: {clientConfig: {url: "${url}"}}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: Trigger
metadata: {name: t}
spec:
  interceptors: [{ref: {name: check}, params: [{name: a, value: 1}]}]
  bindings: []
  template: {spec: {resourcetemplates: [{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}]}}
`,
  );
  if (!manifests.ok) return fail(manifests.error);
  const resources = OfflineResources.of(manifests.value, { namespace: "default" });
  const request = parseRequestFile(Buffer.from("POST /p?q=1 HTTP/1.1\nX-A: 1\n\n{}"));
  if (!resources.ok || !request.ok) return fail("the test's own files are broken");
  const verdicts = async (outgoing: typeof offline) => {
    const options = { eventId: defaultEventId, nowMs: () => 0, ...outgoing };
    const runs = await runOffline(resources.value, request.value, options);
    return runs.ok ? runs.value.flatMap(({ verdicts }) => verdicts) : fail(runs.error);
  };

  const [silent] = await verdicts(offline);
  equal(
    silent?.outcome.kind === "failed" && silent.outcome.message,
    `Post "${url}": not called offline: --call-remote does`,
  );
  deepEqual(bodies, []);

  const [called] = await verdicts(calling(resources.value.caBundles()));
  deepEqual([called?.outcome.kind, called?.extensions, called?.objects.length], ["matched", { seen: true }, 1]);
  deepEqual(bodies, [
    {
      body: "{}",
      header: { "Content-Length": ["2"], "X-A": ["1"] },
      interceptor_params: { a: 1 },
      context: { event_url: "/p?q=1", event_id: defaultEventId, trigger_id: "namespaces/default/triggers/t" },
    },
  ]);
});
