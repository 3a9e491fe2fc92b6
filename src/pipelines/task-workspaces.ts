import { createHash } from "node:crypto";
import type { WorkspaceBinding } from "../api/pipelines/runs.ts";
import type { Sidecar, Step, TaskSpec, WorkspaceDeclaration } from "../api/pipelines/task.ts";
import { textsIn, variablesIn } from "../api/pipelines/variable-reference.ts";

/** A declared workspace of a Task together with what is bound to it. */
export interface BoundWorkspace {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly: boolean;
  readonly optional: boolean;
  /** `ws-<5 hex>`. */
  readonly volume: string;
  /** Absent for an optional workspace that nobody bound. */
  readonly binding?: WorkspaceBinding;
}

/** Where a workspace is mounted unless its declaration says otherwise. */
function defaultMountPath(name: string): string {
  return `/workspace/${name}`;
}

/** Workspaces of a Task in order of declaration; `seed` makes the volume names of a run its own. */
export function bindWorkspaces(
  declarations: readonly WorkspaceDeclaration[],
  bindings: readonly WorkspaceBinding[],
  seed: string,
): readonly BoundWorkspace[] {
  const byName = new Map(bindings.map((binding) => [binding.name, binding]));
  return declarations.map((declaration) => {
    const binding = byName.get(declaration.name);
    return {
      name: declaration.name,
      mountPath: declaration.mountPath || defaultMountPath(declaration.name),
      readOnly: declaration.readOnly === true,
      optional: declaration.optional === true,
      volume: `ws-${createHash("md5").update(`${seed}/${declaration.name}`).digest("hex").slice(0, 5)}`,
      ...(binding === undefined ? {} : { binding }),
    };
  });
}

/** Names of workspaces that a Task's texts use as `$(workspaces.<name>.…)`. */
export function workspacesUsedIn(spec: TaskSpec): ReadonlySet<string> {
  const used = new Set<string>();
  for (const text of textsIn([spec.steps, spec.sidecars, spec.stepTemplate, spec.volumes])) {
    for (const expression of variablesIn(text)) {
      const match = /^workspaces\.(.+)\.(?:path|bound|claim|volume)$/.exec(expression);
      if (match?.[1] !== undefined) used.add(match[1]);
    }
  }
  return used;
}

/** An inline Task's declarations plus the bound workspaces that its texts use without declaring them. */
export function withPropagatedWorkspaces(spec: TaskSpec, bindings: readonly WorkspaceBinding[]): TaskSpec {
  const declared = new Set((spec.workspaces ?? []).map((workspace) => workspace.name));
  const used = workspacesUsedIn(spec);
  const more = bindings.filter((binding) => !declared.has(binding.name) && used.has(binding.name));
  if (more.length === 0) return spec;
  return { ...spec, workspaces: [...(spec.workspaces ?? []), ...more.map(({ name }) => ({ name }))] };
}

/** Workspaces that some step or sidecar claims for itself: no other container gets them. */
export function isolatedWorkspaces(spec: TaskSpec): ReadonlySet<string> {
  const containers: readonly (Step | Sidecar)[] = [...(spec.steps ?? []), ...(spec.sidecars ?? [])];
  return new Set(containers.flatMap((container) => (container.workspaces ?? []).map((usage) => usage.name)));
}
