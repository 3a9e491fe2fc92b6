import type { EndedStep } from "../pipelines/task-run-progress.ts";

/**
 * What a TaskRun's pod has to do, all names substituted and all references resolved: made by the TaskRun reconciler,
 * carried out by a runtime. Paths are those that the steps see (`/workspace/...`, `/tekton/...`).
 */
export interface PodPlan {
  readonly namespace: string;
  readonly podName: string;
  readonly podUid: string;
  readonly taskRunName: string;
  readonly volumes: readonly PlannedVolume[];
  readonly steps: readonly PlannedStep[];
  readonly sidecars: readonly PlannedSidecar[];
  /** Names of the Task's declared results: files below `/tekton/results`. */
  readonly taskResults: readonly string[];
  /** How results reach the status: together within a termination message, or each within a limit of its own. */
  readonly resultLimit:
    | { readonly kind: "terminationMessage" }
    | { readonly kind: "perResult"; readonly maxBytes: number };
  /** Whether what steps write about their artifacts is read. */
  readonly readsArtifacts: boolean;
  /** Files to lay into `/tekton/creds` and, 0600, into each step's `$HOME` (spec: pipelines, section 7). */
  readonly credentials: readonly PlannedFile[];
  readonly hostAliases: readonly { readonly ip: string; readonly hostnames: readonly string[] }[];
  /** What the pod's name resolution has of its own. */
  readonly dns?: PlannedDns;
  /** Registry credentials of `imagePullSecrets`, as a docker config.json text; empty for none. */
  readonly pullConfigJson: string;
  readonly hostNetwork: boolean;
  /** Values that are shown as `***` in logs; empty when masking is off. */
  readonly maskedValues: readonly string[];
}

export interface PlannedDns {
  /** Whether this stands in the place of the machine's settings instead of beside them. */
  readonly isComplete: boolean;
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  /** As `resolv.conf` has them: `ndots:2`, `edns0`. */
  readonly options: readonly string[];
}

interface PlannedFile {
  /** Relative to its volume or folder. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Permission bits such as 0o644. */
  readonly mode: number;
}

/** A volume of the pod, ready to be mounted. */
export type PlannedVolume =
  | { readonly kind: "scratch"; readonly name: string }
  /** A folder of this machine, such as a claim's directory or a hostPath; made when absent if `create`. */
  | { readonly kind: "host"; readonly name: string; readonly hostPath: string; readonly create: boolean }
  /** configMap, secret, projected and downwardAPI sources: always read-only. */
  | { readonly kind: "files"; readonly name: string; readonly files: readonly PlannedFile[] };

export interface PlannedMount {
  /** Name of a volume of the pod. */
  readonly volume: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly: boolean;
}

export interface PlannedContainer {
  /** Without the `step-` or `sidecar-` prefix. */
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy?: "Always" | "IfNotPresent" | "Never";
  /** Empty when the image's own entrypoint is meant. `$(VAR)` of `env` is still to be expanded, `$$` too. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  /** Text of the script, shebang included; then `command` is empty. Never expanded. */
  readonly script?: string;
  /** Absolute. When it lies below `/workspace` the runtime makes it before the step starts. */
  readonly workingDir?: string;
  /** In order; `value` may name earlier variables as `$(NAME)`. */
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly mounts: readonly PlannedMount[];
  readonly securityContext?: {
    readonly runAsUser?: number;
    readonly runAsGroup?: number;
    readonly privileged?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  };
  /** Limits as Kubernetes quantities, by resource name. */
  readonly limits: Readonly<Record<string, string>>;
}

export interface PlannedStep extends PlannedContainer {
  /** Milliseconds; absent means no limit of its own. */
  readonly timeoutMs?: number;
  readonly onError: "continue" | "stopAndFail";
  readonly stdoutPath?: string;
  readonly stderrPath?: string;
  /** Names of the step's own results: files below `/tekton/steps/<container>/results`. */
  readonly results: readonly string[];
  /**
   * Called right before the step with the results and artifacts of the steps before it, for what can only be known
   * then: fills in `$(steps.<s>.results.<r>)` and `$(steps.<s>.outputs.<a>)`, and evaluates `when`.
   */
  readonly resolve?: (results: StepResults, artifacts: StepArtifacts) => StepDecision;
}

/** Step name to result name to the file's text. */
type StepResults = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Step name to the text of its `provenance.json`. */
type StepArtifacts = ReadonlyMap<string, string>;

type StepDecision =
  | {
      readonly kind: "run";
      readonly command: readonly string[];
      readonly args: readonly string[];
      readonly env: readonly { readonly name: string; readonly value: string }[];
      readonly script?: string;
    }
  | { readonly kind: "skip" }
  | { readonly kind: "fail"; readonly message: string };

export interface PlannedSidecar extends PlannedContainer {
  readonly readinessProbe?: ReadinessProbe;
}

export type ReadinessProbe = {
  readonly initialDelayMs: number;
  readonly periodMs: number;
  readonly timeoutMs: number;
  readonly failureThreshold: number;
} & (
  | { readonly kind: "exec"; readonly command: readonly string[] }
  | { readonly kind: "httpGet"; readonly path: string; readonly port: number; readonly scheme: "HTTP" | "HTTPS" }
  | { readonly kind: "tcpSocket"; readonly port: number }
);

/** How a step ended (spec: pipelines, section 6.2). */
export interface StepOutcome extends EndedStep {
  /** `terminated.reason`. */
  readonly reason: "Completed" | "Error" | "OOMKilled" | "TaskRunCancelled" | "TaskRunTimeout";
  readonly terminationReason:
    | "Completed"
    | "Error"
    | "OOMKilled"
    | "Continued"
    | "Skipped"
    | "TimeoutExceeded"
    | "TaskRunCancelled"
    | "TaskRunTimeout";
}

/** What a running pod tells, in order. */
export type PodEvent =
  | { readonly kind: "stepStarted"; readonly step: string; readonly startedAt: string }
  | { readonly kind: "stepFinished"; readonly step: string; readonly outcome: StepOutcome }
  | { readonly kind: "sidecarStarted"; readonly sidecar: string; readonly startedAt: string }
  | {
      readonly kind: "sidecarFinished";
      readonly sidecar: string;
      readonly exitCode: number;
      readonly reason: string;
      /** Why it could not start. */
      readonly message?: string;
      readonly finishedAt: string;
    }
  /** The pod could not be started or went on no further: `reason` such as `PodCreationFailed`, `TaskRunImagePullFailed`, `CreateContainerConfigError`. */
  | { readonly kind: "failed"; readonly reason: string; readonly message: string; readonly step?: string }
  /** Something the user should be told once, such as that a step's image is not used. */
  | { readonly kind: "notice"; readonly message: string }
  | { readonly kind: "finished" };

export interface RunningPod {
  /** Ends after `finished` or `failed`. */
  readonly events: AsyncIterable<PodEvent>;
  /** Kills every process of the pod; running and waiting steps end with that reason. Resolves when all is gone. */
  stop(reason: "TaskRunCancelled" | "TaskRunTimeout"): Promise<void>;
  /**
   * Runs a command in a running step's surroundings, for `kubectl exec`; answers its exit code. `step` is a step's name
   * or a container's (`sidecar-db`).
   */
  exec(step: string, command: readonly string[], io: ExecIo): Promise<number>;
}

export interface ExecIo {
  readonly stdin?: AsyncIterable<Uint8Array>;
  stdout(chunk: Uint8Array): Promise<void> | void;
  stderr(chunk: Uint8Array): Promise<void> | void;
}

/** Carries out pods: container engine, sandbox or plain processes. All pass one shared test suite. */
export interface Runtime {
  readonly kind: "container" | "sandbox" | "process";
  start(plan: PodPlan): RunningPod;
  /**
   * For the end of Tektite: kills what runs and lets go of all that the runtime holds. The pods say no more: what they
   * did until then stays as recorded, and their events neither come nor end.
   */
  close(): Promise<void>;
}
