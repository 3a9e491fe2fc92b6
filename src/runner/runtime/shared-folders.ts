import type { PlannedContainer, PlannedMount, PodPlan, Runtime } from "../pod-plan.ts";

/**
 * Lets every step read folders of this machine at their own paths, such as repositories to clone from. Plain processes
 * see them anyway.
 */
export function withSharedFolders(runtime: Runtime, folders: readonly string[]): Runtime {
  if (folders.length === 0 || runtime.kind === "process") return runtime;
  return {
    kind: runtime.kind,
    start: (plan) => runtime.start(shareInPlan(plan, folders)),
    close: () => runtime.close(),
  };
}

/** The plan with the folders as volumes, mounted read-only where a container mounts nothing else. */
function shareInPlan(plan: PodPlan, folders: readonly string[]): PodPlan {
  const named = folders.map((folder, index) => ({ folder, volume: `tekton-internal-shared-${index}` }));
  const share = <C extends PlannedContainer>(container: C): C => {
    const taken = new Set(container.mounts.map(({ mountPath }) => mountPath));
    const mounts = named
      .filter(({ folder }) => !taken.has(folder))
      .map(({ folder, volume }): PlannedMount => ({ volume, mountPath: folder, readOnly: true }));
    return { ...container, mounts: [...container.mounts, ...mounts] };
  };
  return {
    ...plan,
    volumes: [
      ...plan.volumes,
      ...named.map(({ folder, volume }) => ({ kind: "host", name: volume, hostPath: folder, create: false }) as const),
    ],
    steps: plan.steps.map(share),
    sidecars: plan.sidecars.map(share),
  };
}
