import type { JsonObject } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import { printFieldErrors } from "../field-error.ts";
import type { K8sObject } from "../object.ts";
import { type PipelinesConfiguration, readConfiguration } from "./configuration.ts";
import { convertPipelinesObject } from "./conversion.ts";
import {
  defaultCustomRun,
  defaultPipelineRun,
  defaultPipelineSpec,
  defaultStepActionSpec,
  defaultTaskRun,
  defaultTaskSpec,
} from "./defaults.ts";
import type { PipelineSpec } from "./pipeline.ts";
import type { CustomRun, PipelineRun, TaskRun } from "./runs.ts";
import { decode } from "./shape.ts";
import { shapeOf } from "./shapes.ts";
import type { StepActionSpec, TaskSpec } from "./task.ts";
import { validatePipelinesObject } from "./validate-object.ts";

type Data = Readonly<Record<string, string>>;

/** A write to one of Tekton Pipelines' kinds, as an API server sees it. */
export interface PipelinesAdmission {
  readonly operation: "CREATE" | "UPDATE" | "DELETE" | "CONNECT";
  readonly object: K8sObject;
  readonly oldObject?: K8sObject;
  readonly subResource?: string;
  /** Data of `config-defaults` and `feature-flags` of namespace `tekton-pipelines`, by name. */
  readonly configMaps: Readonly<Record<string, Data>>;
}

/** Why a write is refused. */
export interface AdmissionDenial {
  readonly code: 400;
  readonly reason: "BadRequest";
  readonly message: string;
}

/**
 * Decodes, defaults and validates an object as Tekton's webhooks do (spec: pipelines, section 5). The answer has the
 * version that the object came in.
 */
export function admitPipelinesObject(request: PipelinesAdmission): Result<K8sObject, AdmissionDenial> {
  const { object, oldObject, operation, subResource } = request;
  if ((operation !== "CREATE" && operation !== "UPDATE") || (subResource ?? "") !== "") return ok(object);
  const configuration = readConfiguration(
    dataOf(request.configMaps, "config-defaults"),
    dataOf(request.configMaps, "feature-flags"),
  );
  const decoded = decodeObject(object);
  if (!decoded.ok) {
    return deny("webhook.pipeline.tekton.dev", `mutation failed: cannot decode incoming new object: ${decoded.error}`);
  }
  const version = versionOf(object);
  const storage = storageVersionOf(object.kind);
  const defaulted = defaultObject(convertPipelinesObject(decoded.value, storage), configuration);
  const old = oldObject === undefined || operation === "CREATE" ? undefined : decodeObject(oldObject);
  const before = old?.ok === true ? convertPipelinesObject(old.value, storage) : undefined;
  const problems = validatePipelinesObject(defaulted, before, configuration);
  if (problems.length > 0) {
    return deny("validation.webhook.pipeline.tekton.dev", `validation failed: ${printFieldErrors(problems)}`);
  }
  return ok(convertPipelinesObject(defaulted, version));
}

function deny(webhook: string, message: string): Result<never, AdmissionDenial> {
  return err({
    code: 400,
    reason: "BadRequest",
    message: `admission webhook "${webhook}" denied the request: ${message}`,
  });
}

function dataOf(configMaps: Readonly<Record<string, Data>>, name: string): Data {
  return Object.hasOwn(configMaps, name) ? (configMaps[name] ?? {}) : {};
}

function versionOf(object: K8sObject): string {
  return object.apiVersion.split("/")[1] ?? "";
}

/** The version that rules are written for, which is the one that is stored. */
function storageVersionOf(kind: string): string {
  return kind === "StepAction" || kind === "CustomRun" || kind === "ResolutionRequest" ? "v1beta1" : "v1";
}

function decodeObject(object: K8sObject): Result<K8sObject, string> {
  const shape = shapeOf(versionOf(object), object.kind);
  if (shape === undefined) return err(`unhandled kind: ${object.apiVersion}, Kind=${object.kind}`);
  const decoded = decode(shape, object as unknown as JsonObject);
  if (!decoded.ok) return decoded;
  // The shape has checked everything that the types of this folder say. What has no spec has an empty one.
  return ok({ spec: {}, ...(decoded.value as JsonObject) } as unknown as K8sObject);
}

function defaultObject(object: K8sObject, configuration: PipelinesConfiguration): K8sObject {
  const spec = object["spec"];
  switch (object.kind) {
    case "Task":
      return { ...object, spec: defaultTaskSpec(spec as TaskSpec) };
    case "Pipeline":
      return { ...object, spec: defaultPipelineSpec(spec as PipelineSpec, configuration) };
    case "StepAction":
      return { ...object, spec: defaultStepActionSpec(spec as StepActionSpec) };
    case "TaskRun":
      return defaultTaskRun(object as unknown as TaskRun, configuration) as unknown as K8sObject;
    case "PipelineRun":
      return defaultPipelineRun(object as unknown as PipelineRun, configuration) as unknown as K8sObject;
    case "CustomRun":
      return defaultCustomRun(object as unknown as CustomRun, configuration) as unknown as K8sObject;
    default:
      return object;
  }
}
