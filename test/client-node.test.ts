import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { CoreV1Api, CustomObjectsApi, KubeConfig, makeInformer, Watch } from "@kubernetes/client-node";
import { eventually, startUp, temporaryFolder } from "./harness.ts";

test("informers and watches of @kubernetes/client-node run against the embedded API", async (t) => {
  const up = await startUp(t, { dataDir: temporaryFolder(t) });
  const config = new KubeConfig();
  config.loadFromFile(up.kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const namespace = "default";
  const settings = (value: string) => ({ metadata: { name: "watched" }, data: { value } });

  await t.test("an informer tells of what is added, changed and deleted", async () => {
    const seen: string[] = [];
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const informer = makeInformer(config, path, () => core.listNamespacedConfigMap({ namespace }));
    const note = (kind: string) => (object: { metadata?: { name?: string }; data?: Record<string, string> }) => {
      if (object.metadata?.name === "watched") seen.push(`${kind} ${object.data?.["value"]}`);
    };
    informer.on("add", note("add"));
    informer.on("update", note("update"));
    informer.on("delete", note("delete"));
    await informer.start();
    await core.createNamespacedConfigMap({ namespace, body: settings("1") });
    await core.replaceNamespacedConfigMap({ name: "watched", namespace, body: settings("2") });
    await core.deleteNamespacedConfigMap({ name: "watched", namespace });
    await eventually("three changes", async () => (seen.length >= 3 ? true : undefined));
    deepEqual(seen, ["add 1", "update 2", "delete 2"]);
    await informer.stop();
  });

  await t.test("a watch of a custom kind follows a run to its end", async () => {
    const reasons: string[] = [];
    const watch = await new Watch(config).watch(
      `/apis/tekton.dev/v1/namespaces/${namespace}/taskruns`,
      {},
      (_type, object: { status?: { conditions?: readonly { reason: string }[] } }) => {
        reasons.push(object.status?.conditions?.[0]?.reason ?? "");
      },
      () => {},
    );
    const body = {
      apiVersion: "tekton.dev/v1",
      kind: "TaskRun",
      metadata: { generateName: "by-client-" },
      spec: { taskSpec: { steps: [{ name: "say", image: "busybox", script: "echo hello" }] } },
    };
    const custom = config.makeApiClient(CustomObjectsApi);
    await custom.createNamespacedCustomObject({
      group: "tekton.dev",
      version: "v1",
      namespace,
      plural: "taskruns",
      body,
    });
    await eventually("the run to end", async () => (reasons.includes("Succeeded") ? true : undefined));
    equal(reasons[0], "");
    watch.abort();
  });
});
