import { equal, match } from "node:assert/strict";
import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eventually, startUp, temporaryFolder } from "./harness.ts";

const roles = `
apiVersion: v1
kind: Secret
metadata: {name: webhook}
stringData: {token: "s3cret\\n"}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: sick}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: sick}
subjects: [{kind: ServiceAccount, name: sick}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: tekton-triggers-eventlistener-roles}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: sick}
subjects: [{kind: ServiceAccount, name: sick, namespace: default}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: tekton-triggers-eventlistener-clusterroles}
`;

const listener = `
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: sick}
spec:
  serviceAccountName: sick
  triggers:
    - triggerRef: gone
    - name: signed
      interceptors:
        - ref: {name: github}
          params: [{name: secretRef, value: {secretName: webhook, secretKey: token}}]
      template:
        spec:
          resourcetemplates:
            - {apiVersion: tekton.dev/v1, kind: PipelineRun, metadata: {generateName: x-}, spec: {pipelineRef: {name: missing}}}
    - name: open
      interceptors:
        - ref: {name: cel}
          params: [{name: filter, value: "body.branch == 'main'"}]
      bindings: [{name: sha, value: $(body.after)}]
      template:
        spec:
          params: [{name: sha}]
          resourcetemplates:
            - {apiVersion: v1, kind: ConfigMap, metadata: {generateName: x-}, data: {sha: $(tt.params.sha)}}
`;

test("doctor tells what keeps a listener silent", async (t) => {
  const dataDir = temporaryFolder(t);
  const file = join(dataDir, "sick.yaml");
  writeFileSync(file, `${roles}---${listener}`);
  const up = await startUp(t, { dataDir, args: ["-f", file] });
  const body = JSON.stringify({ ref: "refs/heads/main" });
  const signature = `sha256=${createHmac("sha256", "s3cret").update(body).digest("hex")}`;
  const send = (content: string) =>
    fetch(`${up.hooks}/default/sick`, { method: "POST", headers: { "x-hub-signature-256": signature }, body: content });
  await eventually("the listener to accept", async () => ((await send(body)).status === 202 ? true : undefined));
  equal((await send("payload=%7B%7D")).status, 400);
  await eventually("its verdicts", async () => {
    const { stdout } = await up.tektite(["events", "show", "-o", "json"]);
    return /"finished": true/.test(stdout) ? true : undefined;
  });

  const { stdout, stderr, exitCode } = await up.tektite(["doctor", "el", "sick"]);
  equal(exitCode, 1, stderr);
  for (const wanted of [
    /^EventListener default\/sick\n/,
    /✓ readiness: the listener takes events\n/,
    /✗ permissions: system:serviceaccount:default:sick may not create configmaps in namespace default\n/,
    /✗ references: the EventListener names Trigger gone, which is not in namespace default\n/,
    /✗ references: trigger signed: key token of Secret webhook has white space around it\n/,
    /✗ references: trigger signed: its PipelineRun names Pipeline missing, which is not in namespace default\n/,
    /! signatures: trigger open does not verify senders/,
    /✗ requests: 1 request was refused, as their bodies are no JSON objects/,
    /✗ signatures: trigger signed: 1 event could not be verified, such as [-0-9a-f]{36}: the stored secret ends in a line break/,
    /! triggers: trigger open has run for none of 1 events/,
    /! paths: trigger open: its filter reads body\.branch: the only event does not have it\n/,
    /! paths: trigger open: param sha reads \$\(body\.after\): the only event does not have it\n/,
  ]) {
    match(stdout, wanted);
  }
});
