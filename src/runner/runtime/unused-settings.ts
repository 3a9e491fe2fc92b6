import type { PodPlan } from "../pod-plan.ts";

/** What a runtime that works with this machine's own programs leaves out of a pod: told once a pod. */
export function unusedSettings(plan: PodPlan, runtime: "sandbox" | "process"): readonly string[] {
  const containers = [...plan.steps, ...plan.sidecars];
  const images = [...new Set(containers.map(({ image }) => image).filter((image) => image !== ""))];
  const notices: string[] = [];
  if (images.length > 0) {
    notices.push(
      `the ${runtime} runtime runs steps with the programs of this machine: images are not used (${images.join(", ")})`,
    );
  }
  const isRestricted = containers.some(
    ({ securityContext, limits }) => securityContext !== undefined || Object.keys(limits).length > 0,
  );
  if (isRestricted) notices.push(`the ${runtime} runtime ignores securityContext and resource limits`);
  return notices;
}
