import { createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { eventually, startUp, temporaryFolder, type Up } from "./harness.ts";
import { account, mayDoAll, runReader, webhookSecret } from "./manifests.ts";

/** A `tektite up` with its dashboard. */
export interface DashboardSite {
  readonly up: Up;
  /** Of the dashboard, without a path. */
  readonly url: string;
  /** Of the administrator. */
  readonly token: string;
}

/** Starts `tektite up` with a dashboard on these manifests (YAML documents). */
export async function startSite(
  t: TestContext,
  manifests: string,
  { args = [] }: { readonly args?: readonly string[] } = {},
): Promise<DashboardSite> {
  const dataDir = temporaryFolder(t);
  const file = join(dataDir, "objects.yaml");
  writeFileSync(file, manifests);
  const flags = ["-f", file, "--runtime", "process", "--dashboard-address", "127.0.0.1:0", ...args];
  const up = await startUp(t, { dataDir, args: flags });
  const { dashboard } = JSON.parse(readFileSync(join(dataDir, "ready.json"), "utf8")) as { readonly dashboard: string };
  const token = /token: (\S+)/.exec(readFileSync(up.kubeconfig, "utf8"))?.[1] ?? "";
  return { up, url: dashboard, token };
}

/** Sends a push, signed as GitHub signs, to `default/pushes`; the answer is the event's id. */
export async function push(
  { up }: Pick<DashboardSite, "up">,
  event: Readonly<Record<string, unknown>>,
  secret: string,
): Promise<string> {
  const body = JSON.stringify(event);
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  const headers = { "content-type": "application/json", "x-github-event": "push", "x-hub-signature-256": signature };
  return eventually("the listener to accept", async () => {
    const answer = await fetch(`${up.hooks}/default/pushes`, { method: "POST", body, headers });
    return answer.status === 202 ? ((await answer.json()) as { eventID: string }).eventID : undefined;
  });
}

/** Secret with the key of signed pushes below. */
export const pushSecret = "s3cret";

const listenerHead = [webhookSecret(pushSecret), account("listener"), mayDoAll("listener"), runReader, ""].join(
  "---\n",
);
/**
 * A listener `default/pushes` for GitHub's pushes, signed with `pushSecret`, whose trigger `branch` lets branches pass
 * and prints the commit's message in green; an account `reader` that may read runs alone; a TaskRun `long` that waits.
 */
export const pushListener: string = `${listenerHead}apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: pushes}
spec:
  serviceAccountName: listener
  triggers:
    - name: branch
      interceptors:
        - ref: {name: github}
          params:
            - {name: secretRef, value: {secretName: webhook, secretKey: token}}
            - {name: eventTypes, value: [push]}
        - ref: {name: cel}
          params: [{name: filter, value: "body.ref.startsWith('refs/heads/')"}]
      bindings: [{name: message, value: $(body.head_commit.message)}]
      template:
        spec:
          params: [{name: message}]
          resourcetemplates:
            - apiVersion: tekton.dev/v1
              kind: PipelineRun
              metadata: {generateName: push-}
              spec:
                params: [{name: message, value: $(tt.params.message)}]
                pipelineSpec:
                  params: [{name: message}]
                  tasks:
                    - name: say
                      params: [{name: message, value: $(params.message)}]
                      taskSpec:
                        params: [{name: message}]
                        steps:
                          - name: say
                            image: busybox
                            env: [{name: MESSAGE, value: $(params.message)}]
                            script: |
                              printf '\\033[32m%s\\033[0m\\n' "$MESSAGE"
---
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: long}
spec:
  taskSpec:
    steps: [{name: wait, image: busybox, script: sleep 120}]
`;
