/** Kinds of Tekton Pipelines that its releases no longer have, and what has taken their place. */
const kinds: ReadonlyMap<string, string> = new Map([
  ["ClusterTask", "Tekton has removed it: make it a Task, and name it with `resolver: cluster` from other namespaces"],
  ["PipelineResource", "Tekton has removed it: use params, workspaces and a task such as git-clone"],
  ["Condition", "Tekton has removed it: use `when` in the Pipeline"],
  ["Run", "Tekton has removed it: a CustomRun of tekton.dev/v1beta1 has taken its place"],
]);

/** Fields likewise, by their name. */
const fields: ReadonlyMap<string, string> = new Map([
  [
    "resources",
    "of a step or sidecar it is `computeResources` in tekton.dev/v1; PipelineResources were removed: use params and workspaces",
  ],
  ["conditions", "Conditions were removed: use `when`"],
  ["bundle", "it was removed: use `resolver: bundles` with its params"],
]);

/** What to do about a kind that Tekton once had; undefined when it never did. */
export function removedKindHint(apiVersion: string, kind: string): string | undefined {
  return apiVersion.startsWith("tekton.dev/") ? kinds.get(kind) : undefined;
}

/** What to do about a field that objects of Tekton Pipelines once had. */
export function removedFieldHint(apiVersion: string, field: string): string | undefined {
  return apiVersion.startsWith("tekton.dev/") ? fields.get(field) : undefined;
}
