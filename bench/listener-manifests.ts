/** The Secret with which events to the listener `bench` are signed: `bench`. */
export const webhookSecret = `
apiVersion: v1
kind: Secret
metadata: {name: webhook, namespace: default}
stringData: {token: bench}
---`;

/** The Secret and the account, with its rights, of the listener `bench` that benchmarks post to. */
export const listenerAccount = `${webhookSecret}
apiVersion: v1
kind: ServiceAccount
metadata: {name: bench, namespace: default}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: bench, namespace: default}
subjects: [{kind: ServiceAccount, name: bench}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: tekton-triggers-eventlistener-roles}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: bench}
subjects: [{kind: ServiceAccount, name: bench, namespace: default}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: tekton-triggers-eventlistener-clusterroles}
---
`;

/** A pushed branch, as a CEL filter. */
export const isBranch = "body.ref.startsWith('refs/heads/')";

/** What a listener creates of an event whose run is not to take place. */
export const runOfNoPipeline = {
  apiVersion: "tekton.dev/v1",
  kind: "PipelineRun",
  metadata: { generateName: "bench-" },
  spec: { pipelineRef: { name: "none" }, params: [{ name: "revision", value: "$(tt.params.revision)" }] },
} as const;

/** The listener `bench`: verifies signed pushes, filters them, and creates an object with the param `revision`. */
export function pushListener({
  codeHost,
  filter = isBranch,
  creates,
}: {
  readonly codeHost: "github" | "gitea";
  readonly filter?: string;
  readonly creates: object;
}): string {
  return `apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: bench, namespace: default}
spec:
  serviceAccountName: bench
  triggers:
    - name: push
      interceptors:
        - ref: {name: ${codeHost}}
          params:
            - {name: secretRef, value: {secretName: webhook, secretKey: token}}
            - {name: eventTypes, value: [push]}
        - ref: {name: cel}
          params: [{name: filter, value: "${filter}"}]
      bindings: [{name: revision, value: $(body.after)}]
      template:
        spec:
          params: [{name: revision}]
          resourcetemplates: [${JSON.stringify(creates)}]
`;
}
