import type { JsonObject } from "../../json/value.ts";
import type { ObjectMeta } from "../object.ts";
import type { Param, ParamType, ParamValue } from "./param.ts";
import type { PipelineSpec } from "./pipeline.ts";
import type { EnvVar, Ref, ResourceRequirements, TaskSpec, Volume, WhenExpression } from "./task.ts";

export interface WorkspaceBinding {
  readonly name: string;
  readonly subPath?: string;
  readonly emptyDir?: JsonObject;
  readonly persistentVolumeClaim?: { readonly claimName: string; readonly readOnly?: boolean };
  readonly volumeClaimTemplate?: JsonObject;
  readonly configMap?: JsonObject;
  readonly secret?: JsonObject;
  readonly projected?: JsonObject;
  readonly csi?: JsonObject;
}

export interface PodTemplate {
  readonly env?: readonly EnvVar[];
  readonly volumes?: readonly Volume[];
  readonly securityContext?: JsonObject;
  readonly hostAliases?: readonly { readonly ip: string; readonly hostnames?: readonly string[] }[];
  readonly hostNetwork?: boolean;
  readonly dnsPolicy?: string;
  readonly dnsConfig?: {
    readonly nameservers?: readonly string[];
    readonly searches?: readonly string[];
    readonly options?: readonly { readonly name?: string; readonly value?: string }[];
  };
  readonly imagePullSecrets?: readonly { readonly name?: string }[];
  readonly [field: string]: unknown;
}

/** stepSpecs and sidecarSpecs: resources of a container by its name. */
export interface ContainerOverride {
  readonly name: string;
  readonly computeResources?: ResourceRequirements;
}

/** Condition `Succeeded`, the only one that runs have. */
export interface Condition {
  readonly type: "Succeeded";
  readonly status: "Unknown" | "True" | "False";
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime?: string;
}

export interface RunResult {
  readonly name: string;
  readonly type?: ParamType;
  readonly value: ParamValue;
}

export interface StepState {
  readonly name: string;
  readonly container: string;
  readonly imageID?: string;
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt: string };
  readonly terminated?: Terminated;
  readonly terminationReason?: string;
  readonly results?: readonly RunResult[];
  readonly provenance?: JsonObject;
  readonly inputs?: readonly Artifact[];
  readonly outputs?: readonly Artifact[];
}

export interface Terminated {
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly containerID?: string;
}

/** Something that a step used or made, such as an image. */
export interface ArtifactValue {
  readonly digest?: Readonly<Record<string, string>>;
  readonly uri?: string;
}

export interface Artifact {
  readonly name?: string;
  /** Whether it is what the build was for, rather than a by-product. */
  readonly buildOutput?: boolean;
  readonly values?: readonly ArtifactValue[];
}

export interface Artifacts {
  readonly inputs?: readonly Artifact[];
  readonly outputs?: readonly Artifact[];
}

export interface SidecarState {
  readonly name: string;
  readonly container: string;
  readonly imageID?: string;
  readonly waiting?: { readonly reason?: string };
  readonly running?: { readonly startedAt: string };
  readonly terminated?: Terminated;
}

export interface TaskRunSpec {
  readonly params?: readonly Param[];
  readonly serviceAccountName?: string;
  readonly taskRef?: Ref;
  readonly taskSpec?: TaskSpec;
  readonly status?: string;
  readonly statusMessage?: string;
  readonly retries?: number;
  /** A Go duration. */
  readonly timeout?: string;
  readonly podTemplate?: PodTemplate;
  readonly workspaces?: readonly WorkspaceBinding[];
  readonly stepSpecs?: readonly ContainerOverride[];
  readonly sidecarSpecs?: readonly ContainerOverride[];
  readonly computeResources?: ResourceRequirements;
  readonly managedBy?: string;
  readonly debug?: JsonObject;
}

export interface TaskRunStatus {
  readonly podName?: string;
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly conditions?: readonly Condition[];
  readonly taskSpec?: TaskSpec;
  readonly steps?: readonly StepState[];
  readonly sidecars?: readonly SidecarState[];
  readonly results?: readonly RunResult[];
  readonly artifacts?: Artifacts;
  readonly retriesStatus?: readonly TaskRunStatus[];
  readonly provenance?: JsonObject;
  /** Where its trace goes on: `traceparent`, `tracestate`. */
  readonly spanContext?: Readonly<Record<string, string>>;
}

export interface TaskRun {
  readonly apiVersion: string;
  readonly kind: "TaskRun";
  readonly metadata: ObjectMeta;
  readonly spec: TaskRunSpec;
  readonly status?: TaskRunStatus;
}

export interface PipelineTaskRunSpec {
  readonly pipelineTaskName?: string;
  readonly serviceAccountName?: string;
  readonly podTemplate?: PodTemplate;
  readonly stepSpecs?: readonly ContainerOverride[];
  readonly sidecarSpecs?: readonly ContainerOverride[];
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly computeResources?: ResourceRequirements;
  readonly timeout?: string;
}

export interface Timeouts {
  readonly pipeline?: string;
  readonly tasks?: string;
  readonly finally?: string;
}

interface PipelineRunSpec {
  readonly pipelineRef?: Ref;
  readonly pipelineSpec?: PipelineSpec;
  readonly params?: readonly Param[];
  readonly workspaces?: readonly WorkspaceBinding[];
  readonly timeouts?: Timeouts;
  readonly status?: string;
  readonly taskRunTemplate?: { readonly serviceAccountName?: string; readonly podTemplate?: PodTemplate };
  readonly taskRunSpecs?: readonly PipelineTaskRunSpec[];
  readonly managedBy?: string;
}

export interface ChildReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly displayName?: string;
  readonly pipelineTaskName: string;
  readonly whenExpressions?: readonly WhenExpression[];
}

export interface SkippedTask {
  readonly name: string;
  readonly reason: string;
  readonly whenExpressions?: readonly WhenExpression[];
}

export interface PipelineRunStatus {
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly conditions?: readonly Condition[];
  readonly pipelineSpec?: PipelineSpec;
  readonly childReferences?: readonly ChildReference[];
  readonly skippedTasks?: readonly SkippedTask[];
  readonly results?: readonly RunResult[];
  readonly finallyStartTime?: string;
  readonly provenance?: JsonObject;
  /** As of a TaskRun. */
  readonly spanContext?: Readonly<Record<string, string>>;
}

export interface PipelineRun {
  readonly apiVersion: string;
  readonly kind: "PipelineRun";
  readonly metadata: ObjectMeta;
  readonly spec: PipelineRunSpec;
  readonly status?: PipelineRunStatus;
}

interface CustomKind {
  readonly apiVersion?: string;
  readonly kind?: string;
}

/** A task of somebody else's kind, for a controller of that kind to carry out. */
export interface CustomRun {
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly customRef?: CustomKind;
    readonly customSpec?: CustomKind;
    readonly params?: readonly Param[];
    readonly workspaces?: readonly WorkspaceBinding[];
    readonly serviceAccountName?: string;
    readonly status?: string;
    /** A Go duration. */
    readonly timeout?: string;
  };
  readonly status?: { readonly startTime?: string; readonly conditions?: readonly Condition[] };
}

/** The condition that tells how far a run is. */
export function succeededCondition(
  status: { readonly conditions?: readonly Condition[] } | undefined,
): Condition | undefined {
  return status?.conditions?.find((condition) => condition.type === "Succeeded");
}

/** Whether a run has ended. */
export function isDone(run: { readonly status?: { readonly conditions?: readonly Condition[] } }): boolean {
  const condition = succeededCondition(run.status);
  return condition !== undefined && condition.status !== "Unknown";
}
