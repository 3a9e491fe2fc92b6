import { createHash } from "node:crypto";
import { join } from "node:path";
import { err, ok, type Result } from "../../result.ts";
import type { LogStore } from "../../store/log-store.ts";
import type { Runtime } from "../pod-plan.ts";
import { ContainerBackend, instanceLabel, removal } from "./container-backend.ts";
import { ContainerEngine } from "./container-engine.ts";
import { removeOrphans } from "./orphans.ts";
import { PipePool } from "./pipe-pool.ts";
import { PodRuntime } from "./pod-runtime.ts";
import { restrictedRootArgs } from "./restricted-root.ts";

export interface ContainerOptions {
  readonly logs: LogStore;
  /** A folder of the runtime's own; what an earlier life left there is cleaned up. */
  readonly folder: string;
  readonly engine: ContainerEngine;
  readonly hasNetwork: boolean;
  /** For the engine's `run`, such as `--network host`. */
  readonly extraArgs: readonly string[];
}

/** Containers of podman or docker. */
export async function createContainerRuntime(options: ContainerOptions): Promise<Runtime> {
  const { logs, folder, engine, hasNetwork } = options;
  // In this order: what the user says comes last and wins.
  const extraArgs = [...(engine.program === "podman" ? restrictedRootArgs() : []), ...options.extraArgs];
  // On disk: an engine in a machine of its own may see this folder but not our memory.
  const pods = join(folder, "pods");
  const roots = { disk: pods, control: pods };
  // Another Tektite on this machine has another folder.
  const instance = createHash("sha256").update(folder).digest("hex").slice(0, 16);
  await removeContainers(engine, instance);
  await removeOrphans(roots);
  const surroundings = { engine, pipes: new PipePool(join(folder, "pipes")), hasNetwork, instance, extraArgs };
  return new PodRuntime(
    "container",
    { logs, roots, backend: (plan, pod) => new ContainerBackend(plan, pod, surroundings) },
    async () => undefined,
  );
}

async function removeContainers(engine: ContainerEngine, instance: string): Promise<void> {
  const left = await engine.command(["ps", "--all", "--quiet", "--filter", `label=${instanceLabel}=${instance}`]);
  const ids = left.ok ? left.value.split(/\s+/).filter((id) => id !== "") : [];
  if (ids.length > 0) await engine.command(removal(engine, ids));
}

/** The first container engine that answers, podman before docker; otherwise what each said. */
export async function detectContainerEngine(): Promise<Result<ContainerEngine, string>> {
  const failures: string[] = [];
  for (const program of ["podman", "docker"] as const) {
    const engine = new ContainerEngine(program);
    const checked = await engine.check();
    if (checked.ok) return ok(engine);
    failures.push(`${program}: ${checked.error.split("\n")[0]}`);
  }
  return err(failures.join("; "));
}

/** Splits extra arguments as a person writes them into a variable: by blanks, quotes keep blanks. */
export function splitArguments(text: string): readonly string[] {
  return [...text.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"),
  );
}
