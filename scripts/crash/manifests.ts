const trigger = (name: string, filter: string) => `
    - name: ${name}
      interceptors:
        - ref: {name: github}
          params:
            - {name: secretRef, value: {secretName: crash, secretKey: token}}
        - ref: {name: cel}
          params: [{name: filter, value: "${filter}"}]
      bindings: [{name: number, value: $(body.number)}]
      template:
        spec:
          params: [{name: number}]
          resourcetemplates:
            - apiVersion: v1
              kind: ConfigMap
              metadata: {name: ${name}-$(tt.params.number)}
            - apiVersion: tekton.dev/v1
              kind: PipelineRun
              metadata: {generateName: ${name}-}
              spec:
                status: PipelineRunPending
                pipelineRef: {name: none}
                params: [{name: number, value: $(tt.params.number)}]`;

/** For an API server that brings the core interceptors along. Objects with a name of their own and with a generated one. One trigger takes every event, the other every second one. */
export const manifests = `
apiVersion: v1
kind: Secret
metadata: {name: crash}
stringData: {token: crash}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: crash}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: crash}
subjects: [{kind: ServiceAccount, name: crash, namespace: default}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: crash}
spec:
  serviceAccountName: crash
  triggers:${trigger("every", "body.number >= 0")}${trigger("even", "int(body.number) % 2 == 0")}
`;

/** For one that does not. */
export const withInterceptors = `${manifests}${["github", "cel"]
  .map(
    (name) => `---
apiVersion: triggers.tekton.dev/v1alpha1
kind: ClusterInterceptor
metadata: {name: ${name}}
spec: {clientConfig: {service: {name: tekton-triggers-core-interceptors, namespace: tekton-pipelines, path: ${name}}}}
`,
  )
  .join("")}`;
