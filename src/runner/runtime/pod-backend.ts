import type { Readable } from "node:stream";
import type { Result } from "../../result.ts";
import type { ExecIo, PlannedContainer } from "../pod-plan.ts";
import type { ContainerView } from "./container-view.ts";
import type { Replacement } from "./literal-replacer.ts";

/** Why a pod cannot run at all; `reason` as in the event `failed`. */
export interface PodFailure {
  readonly reason: string;
  readonly message: string;
  readonly step?: string;
}

/** A container that is about to start. */
export interface PreparedContainer {
  readonly container: PlannedContainer;
  readonly kind: "step" | "sidecar";
  /** With its prefix, such as `step-build`. */
  readonly id: string;
  readonly view: ContainerView;
  /** Its own writable folders on this machine. */
  readonly homeFolder: string;
  readonly tmpFolder: string;
}

/** What is to be started: everything expanded, paths as the container sees them. */
export interface Launch extends PreparedContainer {
  /** Path of the script below `/tekton/scripts`, or nothing. */
  readonly scriptName: string | undefined;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly workingDir: string | undefined;
}

/** How a container's command ended. */
export type Exit =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signalled"; readonly signal: string }
  | { readonly kind: "outOfMemory" }
  /** It never began; the text says why, for the step's author. */
  | { readonly kind: "notStarted"; readonly message: string };

export interface RunningContainer {
  readonly containerId: string;
  readonly imageId: string;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the command has ended and nothing it started is left. */
  readonly exited: Promise<Exit>;
  /** Ends it and everything it started, at once. */
  kill(): void;
  /** Asks it to end, as far as the runtime can ask; answers whether it still ran. */
  terminate(): Promise<boolean>;
  /** Runs another command beside it; answers that one's exit code. */
  exec(command: readonly string[], io: ExecIo, signal?: AbortSignal): Promise<number>;
}

/** How one runtime carries out the containers of one pod. */
export interface PodBackend {
  /** What the user should know about how this pod is run. */
  readonly notices: readonly string[];
  /** Brings together what the containers need, such as images; refuses what the runtime cannot do. */
  prepare(containers: readonly PreparedContainer[], signal: AbortSignal): Promise<Result<void, PodFailure>>;
  /** Whether a container sees what its image holds, or an unpacked one that stands in for it. */
  usesImage(image: string): boolean;
  /** The home that a container has unless its environment names another; a path as the container sees it. */
  homeOf(container: PreparedContainer): string;
  /** The user that a container's command runs as, where that is another than ours and known. */
  userOf(container: PreparedContainer): { readonly uid: number; readonly gid: number } | undefined;
  /** Whether output and results name this machine's paths in place of the container's, and how to put that right. */
  replacements(container: PreparedContainer): readonly Replacement[];
  /** A script as it has to lie in the file. */
  scriptText(container: PreparedContainer, text: string): string;
  launch(launch: Launch): Promise<Result<RunningContainer, string>>;
  /** Host where the ports of the pod's containers are reached. */
  readonly portHost: string;
  /** Lets go of everything that the pod still holds. */
  close(): Promise<void>;
}
