import { mkdir } from "node:fs/promises";
import { err, ok, type Result } from "../../result.ts";
import type { LogStore } from "../../store/log-store.ts";
import type { Runtime } from "../pod-plan.ts";
import { createContainerRuntime, detectContainerEngine, splitArguments } from "./container-runtime.ts";
import { ImageMap, type ImageStandIn } from "./image-map.ts";
import { createProcessRuntime } from "./process-runtime.ts";
import { createSandboxRuntime, detectSandbox } from "./sandbox-runtime.ts";

export interface RuntimeOptions {
  readonly logs: LogStore;
  /** A folder of the runtime's own; what an earlier life of Tektite left there is killed and removed. */
  readonly folder: string;
  /** Stand-ins for images, for the sandbox and the process runtime. */
  readonly images: readonly ImageStandIn[];
  /** Whether sandboxes and containers reach the network; plain processes always do. */
  readonly hasNetwork: boolean;
  /** Further arguments for the container engine's `run`, as one text: `TEKTITE_CONTAINER_ARGS`. */
  readonly containerArgs: string;
  /** Folders that a sandbox must not show, such as the data folder. */
  readonly hidden: readonly string[];
}

/**
 * The runtime that the user asks for. `auto` takes the first that works here of sandbox, container and process: a
 * sandbox needs neither images nor a network and starts in milliseconds; whoever wants a step's image asks for
 * containers.
 */
export async function chooseRuntime(
  wanted: "auto" | Runtime["kind"],
  options: RuntimeOptions,
): Promise<Result<Runtime, string>> {
  const { logs, folder, hasNetwork, hidden } = options;
  const mapped = ImageMap.create(options.images);
  if (!mapped.ok) return err(mapped.error);
  const images = mapped.value;
  await mkdir(folder, { recursive: true });
  if (wanted === "sandbox" || wanted === "auto") {
    const tool = await detectSandbox(folder);
    if (tool.ok) {
      return ok(await createSandboxRuntime({ logs, folder, images, tool: tool.value, hasNetwork, hidden }));
    }
    if (wanted === "sandbox") return err(`no sandbox can be made on this machine: ${tool.error}`);
  }
  if (wanted === "container" || wanted === "auto") {
    const engine = await detectContainerEngine();
    if (engine.ok) {
      const extraArgs = splitArguments(options.containerArgs);
      return ok(await createContainerRuntime({ logs, folder, engine: engine.value, hasNetwork, extraArgs }));
    }
    if (wanted === "container") return err(`no container engine answers on this machine: ${engine.error}`);
  }
  return ok(await createProcessRuntime({ logs, folder, images }));
}
