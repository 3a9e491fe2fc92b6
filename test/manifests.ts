/** Parts of manifests that tests have in common: YAML documents, to be put one after another with `---` between them. */

/** The Secret `webhook`, whose key `token` holds this. */
export function webhookSecret(token: string): string {
  return `apiVersion: v1
kind: Secret
metadata: {name: webhook}
stringData: {token: ${JSON.stringify(token)}}
`;
}

/** An account of the namespace `default`. */
export function account(name: string): string {
  return `apiVersion: v1
kind: ServiceAccount
metadata: {name: ${name}, namespace: default}
`;
}

/** Lets an account do everything. */
export function mayDoAll(name: string): string {
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: ${name}}
subjects: [{kind: ServiceAccount, name: ${name}, namespace: default}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
`;
}

/** Lets an account do what a release of Tekton Triggers lets a listener do. */
export function mayListen(name: string): string {
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: ${name}, namespace: default}
subjects: [{kind: ServiceAccount, name: ${name}}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: tekton-triggers-eventlistener-roles}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: ${name}}
subjects: [{kind: ServiceAccount, name: ${name}, namespace: default}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: tekton-triggers-eventlistener-clusterroles}
`;
}

/** An account that may read these, and nothing else. */
export function reader(name: string, apiGroup: string, resources: readonly string[]): string {
  return `${account(name)}---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: ${name}}
rules:
  - {apiGroups: [${apiGroup}], resources: [${resources.join(", ")}], verbs: [get, list, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: ${name}}
subjects: [{kind: ServiceAccount, name: ${name}}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: ${name}}
`;
}

/** The account `reader`, which may read runs. */
export const runReader: string = reader("reader", "tekton.dev", ["pipelineruns", "taskruns"]);

/** The listener `default/push`, whose run prints the body's `after`. */
export function echoListener({
  serviceAccount = "default",
  interceptors,
}: {
  readonly serviceAccount?: string;
  /** Each in YAML's flow style. */
  readonly interceptors: readonly string[];
}): string {
  return `apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: push, namespace: default}
spec:
  serviceAccountName: ${serviceAccount}
  triggers:
    - name: push
      interceptors: [${interceptors.join(", ")}]
      bindings: [{name: revision, value: $(body.after)}]
      template:
        spec:
          params: [{name: revision}]
          resourcetemplates:
            - apiVersion: tekton.dev/v1
              kind: PipelineRun
              metadata: {generateName: push-}
              spec:
                pipelineSpec:
                  tasks:
                    - name: say
                      taskSpec: {steps: [{name: say, image: busybox, script: "echo $(tt.params.revision)"}]}
`;
}
