import { join } from "node:path";
import type { LogStore } from "../../store/log-store.ts";
import type { Runtime } from "../pod-plan.ts";
import type { ImageMap } from "./image-map.ts";
import { memoryFolder, removeMemoryFolder } from "./memory-folder.ts";
import { removeOrphans } from "./orphans.ts";
import { PipePool } from "./pipe-pool.ts";
import type { PodRoots } from "./pod-folder.ts";
import { PodRuntime } from "./pod-runtime.ts";
import { ProcessBackend } from "./process-backend.ts";
import { killMarked } from "./process-tree.ts";

/** What every runtime is given. */
export interface RuntimeSurroundings {
  readonly logs: LogStore;
  /** A folder of the runtime's own; what an earlier life left there is cleaned up. */
  readonly folder: string;
  readonly images: ImageMap;
}

/** Where pods lie whose processes run on this machine itself. */
export function podRoots(folder: string): PodRoots {
  return { disk: join(folder, "pods"), control: join(memoryFolder(folder) ?? folder, "pods") };
}

const sweepDelayMs = 500;

/** Plain processes of this machine. */
export async function createProcessRuntime({ logs, folder, images }: RuntimeSurroundings): Promise<Runtime> {
  const roots = podRoots(folder);
  await removeOrphans(roots);
  const pipes = new PipePool(join(roots.control, "..", "pipes"));
  const over = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const sweepNow = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const uids = new Set(over);
    over.clear();
    if (uids.size > 0) await killMarked(uids);
  };
  // Looking through all processes costs more than a short step, so that one look serves many pods.
  const sweep = (podUid: string): void => {
    over.add(podUid);
    timer ??= setTimeout(() => void sweepNow(), sweepDelayMs).unref();
  };
  const surroundings = { pipes, images, sweep };
  return new PodRuntime(
    "process",
    { logs, roots, backend: (plan, pod) => new ProcessBackend(plan, pod, surroundings) },
    async () => {
      await sweepNow();
      await removeMemoryFolder(folder);
    },
  );
}
