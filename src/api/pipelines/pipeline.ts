import type { JsonObject } from "../../json/value.ts";
import type { Param, ParamSpec, ParamType, ParamValue } from "./param.ts";
import type { Ref, TaskSpec, WhenExpression } from "./task.ts";

interface MatrixInclude {
  readonly name?: string;
  readonly params?: readonly Param[];
}

export interface Matrix {
  readonly params?: readonly Param[];
  readonly include?: readonly MatrixInclude[];
}

interface WorkspacePipelineTaskBinding {
  readonly name: string;
  readonly workspace?: string;
  readonly subPath?: string;
}

interface EmbeddedMetadata {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An inline Task of a Pipeline, or with apiVersion and kind the spec of a custom task. */
export interface EmbeddedTask extends TaskSpec {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly spec?: JsonObject;
  readonly metadata?: EmbeddedMetadata;
}

export interface PipelineTask {
  readonly name: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly taskRef?: Ref;
  readonly taskSpec?: EmbeddedTask;
  readonly pipelineRef?: Ref;
  readonly pipelineSpec?: PipelineSpec;
  readonly when?: readonly WhenExpression[];
  readonly retries?: number;
  readonly runAfter?: readonly string[];
  readonly params?: readonly Param[];
  readonly matrix?: Matrix;
  readonly workspaces?: readonly WorkspacePipelineTaskBinding[];
  /** A Go duration. */
  readonly timeout?: string;
  readonly onError?: string;
}

export interface PipelineResult {
  readonly name: string;
  readonly type?: ParamType;
  readonly description?: string;
  readonly value: ParamValue;
}

interface PipelineWorkspaceDeclaration {
  readonly name: string;
  readonly description?: string;
  readonly optional?: boolean;
}

export interface PipelineSpec {
  readonly displayName?: string;
  readonly description?: string;
  readonly params?: readonly ParamSpec[];
  readonly workspaces?: readonly PipelineWorkspaceDeclaration[];
  readonly tasks?: readonly PipelineTask[];
  readonly finally?: readonly PipelineTask[];
  readonly results?: readonly PipelineResult[];
}
