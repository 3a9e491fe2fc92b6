/** The Secret and the account, with its rights, of the listener `bench` that benchmarks post to. */
export const listenerAccount = `
apiVersion: v1
kind: Secret
metadata: {name: webhook}
stringData: {token: bench}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: bench}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: bench}
subjects: [{kind: ServiceAccount, name: bench}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: tekton-triggers-eventlistener-roles}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: bench}
subjects: [{kind: ServiceAccount, name: bench, namespace: default}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: tekton-triggers-eventlistener-clusterroles}
---`;
