import { mkdtemp, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { err, ok, type Result } from "../../result.ts";
import { FileLogStore } from "../../store/log-files/file-log-store.ts";
import type { PodPlan, Runtime } from "../pod-plan.ts";
import { bubblewrap } from "./bubblewrap.ts";
import { ImageMap } from "./image-map.ts";
import { removeMemoryFolder } from "./memory-folder.ts";
import { removeOrphans } from "./orphans.ts";
import { PipePool } from "./pipe-pool.ts";
import { PodRuntime } from "./pod-runtime.ts";
import { podRoots, type RuntimeSurroundings } from "./process-runtime.ts";
import { SandboxBackend } from "./sandbox-backend.ts";
import type { SandboxTool } from "./sandbox-tool.ts";
import { unshare } from "./unshare.ts";

export interface SandboxOptions extends RuntimeSurroundings {
  readonly tool: SandboxTool["name"];
  readonly hasNetwork: boolean;
  /** Folders that steps must not see, such as the data folder; the user's home is hidden in any case. */
  readonly hidden: readonly string[];
}

const tools: Readonly<Record<SandboxTool["name"], SandboxTool>> = { bubblewrap, unshare };

/** Processes of this machine in sandboxes. */
export async function createSandboxRuntime(options: SandboxOptions): Promise<Runtime> {
  const { logs, folder, images, hasNetwork, hidden } = options;
  const roots = podRoots(folder);
  await removeOrphans(roots);
  const surroundings = {
    tool: tools[options.tool],
    pipes: new PipePool(join(roots.control, "..", "pipes")),
    images,
    hasNetwork,
    hidden: [...hidden, folder, homedir()],
  };
  return new PodRuntime(
    "sandbox",
    { logs, roots, backend: (plan, pod) => new SandboxBackend(plan, pod, surroundings) },
    () => removeMemoryFolder(folder),
  );
}

/**
 * The first tool that makes a working sandbox here, found by running a pod in one: kernels and containers differ in
 * what they allow, and no question to them is as sure as trying. Otherwise what each attempt gave.
 */
export async function detectSandbox(scratchFolder: string): Promise<Result<SandboxTool["name"], string>> {
  if (process.platform !== "linux") return err("sandboxes need Linux");
  const failures: string[] = [];
  for (const tool of ["bubblewrap", "unshare"] as const) {
    const failure = await tryTool(tool, scratchFolder);
    if (failure === undefined) return ok(tool);
    failures.push(`${tool}: ${failure}`);
  }
  return err(failures.join("; "));
}

async function tryTool(tool: SandboxTool["name"], scratchFolder: string): Promise<string | undefined> {
  const folder = await mkdtemp(join(scratchFolder, "try-"));
  const images = ImageMap.create([]);
  if (!images.ok) return images.error;
  const logs = new FileLogStore({ folder: join(folder, "logs"), maxBytesPerContainer: 100_000 });
  const runtime = await createSandboxRuntime({
    logs,
    folder,
    images: images.value,
    tool,
    hasNetwork: true,
    hidden: [],
  });
  try {
    let failure = "the pod did not run";
    for await (const event of runtime.start(trial).events) {
      if (event.kind === "failed") failure = event.message;
      if (event.kind !== "stepFinished") continue;
      const { exitCode, message } = event.outcome;
      if (exitCode === 255) return undefined;
      failure = message === "" ? `a command that was killed ended with ${exitCode}` : message;
    }
    return failure;
  } finally {
    await runtime.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Uses what every pod needs: the root, the mounts, a signal's way back. */
const trial: PodPlan = {
  namespace: "tektite",
  podName: "trial",
  podUid: "trial",
  taskRunName: "trial",
  volumes: [],
  steps: [
    {
      name: "trial",
      image: "",
      command: ["/bin/sh", "-c", "echo > /workspace/x && echo > /tmp/x && test -d /tekton/steps/0/ && kill -9 $$$$"],
      args: [],
      env: [],
      mounts: [],
      limits: {},
      onError: "stopAndFail",
      results: [],
    },
  ],
  sidecars: [],
  taskResults: [],
  resultLimit: { kind: "terminationMessage" },
  readsArtifacts: false,
  credentials: [],
  hostAliases: [],
  pullConfigJson: "",
  hostNetwork: false,
  maskedValues: [],
};
