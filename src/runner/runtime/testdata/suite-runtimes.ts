import type { Runtime } from "../../pod-plan.ts";
import { ContainerEngine } from "../container-engine.ts";
import { createContainerRuntime, splitArguments } from "../container-runtime.ts";
import { createProcessRuntime, type RuntimeSurroundings } from "../process-runtime.ts";
import { createSandboxRuntime } from "../sandbox-runtime.ts";
import { provideDocker } from "./suite-docker.ts";
import { importSuiteImage, suiteImage } from "./suite-image.ts";

/** A runtime that the suite tries. */
export interface Candidate {
  readonly name: string;
  readonly image: string;
  /** What only real mounts give. */
  readonly hasMounts: boolean;
  create(surroundings: RuntimeSurroundings): Promise<Runtime>;
  /** Starts what the runtime needs on this machine; the answer stops it again. */
  prepare?(): Promise<{ stop(): Promise<void> }>;
}

const sandbox = (tool: "bubblewrap" | "unshare"): Candidate => ({
  name: `sandbox (${tool})`,
  image: "busybox",
  hasMounts: true,
  create: (surroundings) => createSandboxRuntime({ ...surroundings, tool, hasNetwork: true, hidden: [] }),
});

/** Whether steps run the programs of this machine. */
export function runtimeUsesHost({ name }: Candidate): boolean {
  return !name.startsWith("container");
}

const container = (program: "podman" | "docker"): Candidate => ({
  name: `container (${program})`,
  image: suiteImage,
  hasMounts: true,
  ...(program === "docker" ? { prepare: provideDocker } : {}),
  create: async ({ logs, folder }) => {
    importSuiteImage(program);
    const extraArgs = splitArguments(process.env["TEKTITE_CONTAINER_ARGS"] ?? "");
    return createContainerRuntime({ logs, folder, engine: new ContainerEngine(program), hasNetwork: true, extraArgs });
  },
});

export const candidates: readonly Candidate[] = [
  { name: "process", image: "busybox", hasMounts: false, create: createProcessRuntime },
  ...(process.platform === "linux"
    ? [sandbox("bubblewrap"), sandbox("unshare"), container("podman"), container("docker")]
    : []),
];
