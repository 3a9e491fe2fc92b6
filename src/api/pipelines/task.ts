import type { JsonObject } from "../../json/value.ts";
import type { Param, ParamSpec, ParamType, ParamValue, PropertySpec } from "./param.ts";

export interface WhenExpression {
  readonly input?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
  readonly cel?: string;
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: EnvVarSource;
}

interface KeyRef {
  readonly name?: string;
  readonly key: string;
  readonly optional?: boolean;
}

export interface EnvVarSource {
  readonly configMapKeyRef?: KeyRef;
  readonly secretKeyRef?: KeyRef;
  readonly fieldRef?: { readonly fieldPath: string };
  readonly resourceFieldRef?: { readonly resource: string; readonly containerName?: string; readonly divisor?: string };
}

export interface EnvFromSource {
  readonly prefix?: string;
  readonly configMapRef?: { readonly name?: string; readonly optional?: boolean };
  readonly secretRef?: { readonly name?: string; readonly optional?: boolean };
}

export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly subPathExpr?: string;
  readonly readOnly?: boolean;
}

export interface ResourceRequirements {
  readonly limits?: Readonly<Record<string, string>>;
  readonly requests?: Readonly<Record<string, string>>;
}

export interface SecurityContext {
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly privileged?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
}

/** What steps, sidecars and stepTemplate have in common with a Kubernetes container. */
export interface ContainerFields {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly EnvFromSource[];
  readonly computeResources?: ResourceRequirements;
  readonly volumeMounts?: readonly VolumeMount[];
  readonly imagePullPolicy?: string;
  readonly securityContext?: SecurityContext;
}

interface WorkspaceUsage {
  readonly name: string;
  readonly mountPath: string;
}

/** What `ref` of a step, `taskRef` and `pipelineRef` have in common. */
export interface Ref {
  readonly name?: string;
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly resolver?: string;
  readonly params?: readonly Param[];
}

export interface StepResult {
  readonly name: string;
  readonly type?: ParamType;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, PropertySpec>>;
}

export interface Step extends ContainerFields {
  readonly name?: string;
  readonly displayName?: string;
  readonly script?: string;
  /** A Go duration. */
  readonly timeout?: string;
  readonly onError?: string;
  readonly stdoutConfig?: { readonly path?: string };
  readonly stderrConfig?: { readonly path?: string };
  readonly workspaces?: readonly WorkspaceUsage[];
  readonly ref?: Ref;
  readonly params?: readonly Param[];
  readonly results?: readonly StepResult[];
  readonly when?: readonly WhenExpression[];
}

export interface Probe {
  readonly exec?: { readonly command?: readonly string[] };
  readonly httpGet?: { readonly path?: string; readonly port: string | number; readonly scheme?: string };
  readonly tcpSocket?: { readonly port: string | number };
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold?: number;
}

export interface Sidecar extends ContainerFields {
  readonly name?: string;
  readonly script?: string;
  readonly workspaces?: readonly WorkspaceUsage[];
  readonly readinessProbe?: Probe;
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
}

export interface WorkspaceDeclaration {
  readonly name: string;
  readonly description?: string;
  readonly mountPath?: string;
  readonly readOnly?: boolean;
  readonly optional?: boolean;
}

interface TaskResult extends StepResult {
  readonly value?: ParamValue;
}

/** A Kubernetes volume: a name and one source. */
export type Volume = JsonObject & { readonly name: string };

export interface TaskSpec {
  readonly description?: string;
  readonly displayName?: string;
  readonly params?: readonly ParamSpec[];
  readonly steps?: readonly Step[];
  readonly stepTemplate?: ContainerFields;
  readonly sidecars?: readonly Sidecar[];
  readonly volumes?: readonly Volume[];
  readonly workspaces?: readonly WorkspaceDeclaration[];
  readonly results?: readonly TaskResult[];
}

export interface StepActionSpec {
  readonly description?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly script?: string;
  readonly workingDir?: string;
  readonly params?: readonly ParamSpec[];
  readonly results?: readonly StepResult[];
  readonly securityContext?: SecurityContext;
  readonly volumeMounts?: readonly VolumeMount[];
}
