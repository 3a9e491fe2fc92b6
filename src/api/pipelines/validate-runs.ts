import { quoteGo } from "../../json/go-print.ts";
import {
  type FieldErrors,
  fieldError,
  invalidValue,
  missingField,
  missingOneOf,
  multipleOneOf,
  under,
} from "../field-error.ts";
import type { PipelinesConfiguration } from "./configuration.ts";
import { parseGoDuration } from "./go-duration.ts";
import { outerParamsOf } from "./outer-params.ts";
import type { Param } from "./param.ts";
import {
  type ContainerOverride,
  isDone,
  type PipelineRun,
  type PipelineTaskRunSpec,
  type PodTemplate,
  succeededCondition,
  type TaskRun,
  type WorkspaceBinding,
} from "./runs.ts";
import { requireAlpha } from "./validate-alpha.ts";
import { validateGivenParams } from "./validate-params.ts";
import { validateInlineUsage, validatePipelineSpec } from "./validate-pipeline.ts";
import { validateRef } from "./validate-ref.ts";
import { validateTaskSpec } from "./validate-task.ts";
import { validateUsedParams } from "./validate-task-variables.ts";
import { validateUnique } from "./validate-unique.ts";
import { resultReferencesIn } from "./variable-reference.ts";

/** A TaskRun; `before` is what an update replaces (spec: pipelines, section 5). */
export function validateTaskRun(
  run: TaskRun,
  before: TaskRun | undefined,
  configuration: PipelinesConfiguration,
): FieldErrors {
  const { spec } = run;
  const errors: FieldErrors[number][] = [];
  if (before !== undefined) {
    const frozen = frozenProblem(before, "TaskRun", "only status and statusMessage updates are allowed");
    if (frozen !== undefined && changesMoreThan(before.spec, spec, frozen.mayChange)) {
      errors.push(...invalidValue(frozen.text, ""));
    }
  }
  if (spec.taskRef !== undefined && spec.taskSpec !== undefined) errors.push(...multipleOneOf("taskRef", "taskSpec"));
  if (spec.taskRef === undefined && spec.taskSpec === undefined) errors.push(...missingOneOf("taskRef", "taskSpec"));
  if (spec.taskRef !== undefined) errors.push(...under("taskRef", validateRef(spec.taskRef)));
  if (spec.taskSpec !== undefined) {
    if (isInlineDisabled(configuration, "taskrun")) errors.push(...disabledInline("taskSpec"));
    errors.push(
      ...under("taskSpec", validateTaskSpec(spec.taskSpec, { configuration, standalone: false })),
      ...validateUsedParams(spec.taskSpec, outerParamsOf(spec.params ?? [])),
    );
  }
  errors.push(...validateGivenParams(spec.params ?? []), ...validateBindings(spec.workspaces ?? []));
  const { status = "", statusMessage = "", retries = 0, timeout } = spec;
  if (status !== "" && status !== "TaskRunCancelled" && status !== "TaskRunPending") {
    errors.push(...invalidValue(`${status} should be TaskRunCancelled`, "status"));
  }
  if (status === "TaskRunPending" && before !== undefined && hasStarted(before) && before.spec.status !== status) {
    errors.push(...invalidValue("TaskRun cannot be Pending after it is started", "status"));
  }
  if (status === "" && statusMessage !== "") {
    errors.push(
      ...invalidValue(
        `statusMessage should not be set if status is not set, but it is currently set to ${statusMessage}`,
        "statusMessage",
      ),
    );
  }
  if (spec.debug !== undefined) errors.push(...requireAlpha("debug", configuration));
  if (retries < 0) errors.push(...invalidValue(`${retries} should be >= 0`, "retries"));
  errors.push(...negativeDuration(timeout, "timeout"));
  errors.push(...validateOverrides(spec), ...validatePodTemplate(spec.podTemplate, configuration));
  return under("spec", errors);
}

const pipelineRunStatuses: ReadonlySet<string> = new Set([
  "",
  "Cancelled",
  "CancelledRunFinally",
  "StoppedRunFinally",
  "PipelineRunPending",
]);

/** A PipelineRun; `before` is what an update replaces. */
export function validatePipelineRun(
  run: PipelineRun,
  before: PipelineRun | undefined,
  configuration: PipelinesConfiguration,
): FieldErrors {
  const { spec } = run;
  const errors: FieldErrors[number][] = [];
  if (before !== undefined) {
    const frozen = frozenProblem(before, "PipelineRun", "only status updates are allowed");
    if (frozen !== undefined && changesMoreThan(before.spec, spec, frozen.mayChange)) {
      errors.push(...invalidValue(frozen.text, ""));
    }
  }
  if (spec.pipelineRef !== undefined && spec.pipelineSpec !== undefined) {
    errors.push(...multipleOneOf("pipelineRef", "pipelineSpec"));
  }
  if (spec.pipelineRef === undefined && spec.pipelineSpec === undefined) {
    errors.push(...missingOneOf("pipelineRef", "pipelineSpec"));
  }
  if (spec.pipelineRef !== undefined) errors.push(...under("pipelineRef", validateRef(spec.pipelineRef)));
  if (spec.pipelineSpec !== undefined) {
    if (isInlineDisabled(configuration, "pipelinerun")) errors.push(...disabledInline("pipelineSpec"));
    errors.push(
      ...under("pipelineSpec", validatePipelineSpec(spec.pipelineSpec, configuration)),
      ...validateInlineUsage(spec.pipelineSpec, outerParamsOf(spec.params ?? [])),
    );
  }
  errors.push(
    ...validateGivenParams(spec.params ?? []),
    ...validateRunParams(spec.params ?? []),
    ...validatePipelineBindings(spec.workspaces ?? []),
    ...under("taskRunTemplate", validatePodTemplate(spec.taskRunTemplate?.podTemplate, configuration)),
  );
  const { status = "" } = spec;
  if (!pipelineRunStatuses.has(status)) {
    errors.push(
      ...invalidValue(
        `${status} should be Cancelled, CancelledRunFinally, StoppedRunFinally or PipelineRunPending`,
        "status",
      ),
    );
  }
  if (status === "PipelineRunPending" && before !== undefined && hasStarted(before) && before.spec.status !== status) {
    errors.push(...invalidValue("PipelineRun cannot be Pending after it is started", "status"));
  }
  errors.push(...validateTimeouts(spec.timeouts ?? {}));
  const names = (spec.taskRunSpecs ?? []).map((each) => each.pipelineTaskName ?? "");
  errors.push(...validateUnique(names, "taskRunSpecs", "pipelineTaskName"));
  for (const [index, each] of (spec.taskRunSpecs ?? []).entries()) {
    const problems = [
      ...negativeDuration(each.timeout, "timeout"),
      ...validateOverrides(each),
      ...validatePodTemplate(each.podTemplate, configuration),
    ];
    errors.push(...under("taskRunSpecs", problems, index));
  }
  return under("spec", errors);
}

/** Results are known only while the Pipeline runs. */
function validateRunParams(params: readonly Param[]): FieldErrors {
  return params.flatMap(({ name, value }) => {
    const used = resultReferencesIn(value).map((reference) => reference.expression);
    return used.length === 0
      ? []
      : invalidValue(
          `cannot use result expressions in [${used.join(" ")}] as PipelineRun parameter values`,
          `params[${name}].value`,
        );
  });
}

/** Settings of single steps and sidecars: each has a name, once; resources stand here or for the whole Task. */
function validateOverrides(
  spec: Pick<PipelineTaskRunSpec, "stepSpecs" | "sidecarSpecs" | "computeResources">,
): FieldErrors {
  const both = spec.computeResources !== undefined && (spec.stepSpecs ?? []).some(hasResources);
  return [
    ...(["stepSpecs", "sidecarSpecs"] as const).flatMap((field) => {
      const names = (spec[field] ?? []).map((each) => each.name ?? "");
      return [
        ...names.flatMap((name, index) => (name === "" ? missingField(`${field}[${index}].name`) : [])),
        ...validateUnique(
          names.filter((name) => name !== "").map((name) => name.toLowerCase()),
          field,
          "name",
        ),
      ];
    }),
    ...(both ? multipleOneOf("stepSpecs.resources", "computeResources") : []),
  ];
}

function hasResources({ computeResources }: ContainerOverride): boolean {
  return Object.keys({ ...computeResources?.requests, ...computeResources?.limits }).length > 0;
}

/** Variables that an operator reserves for the steps. */
function validatePodTemplate(template: PodTemplate | undefined, configuration: PipelinesConfiguration): FieldErrors {
  return (template?.env ?? []).flatMap(({ name }) =>
    configuration.forbiddenEnv.includes(name)
      ? invalidValue(`PodTemplate cannot update a forbidden env: ${name}`, "PodTemplate.Env")
      : [],
  );
}

function validateTimeouts(timeouts: {
  readonly pipeline?: string;
  readonly tasks?: string;
  readonly finally?: string;
}): FieldErrors {
  const errors: FieldErrors[number][] = (["pipeline", "tasks", "finally"] as const).flatMap((key) =>
    negativeDuration(timeouts[key], `timeouts.${key}`),
  );
  const ms = (text: string | undefined) => (text === undefined ? undefined : parseGoDuration(text));
  const pipeline = ms(timeouts.pipeline);
  if (pipeline === undefined || pipeline === 0) return errors;
  const tasks = ms(timeouts.tasks);
  const last = ms(timeouts.finally);
  for (const [key, part] of [
    ["tasks", tasks],
    ["finally", last],
  ] as const) {
    if (part !== undefined && (part > pipeline || part === 0)) {
      const shown = part === 0 ? `${timeouts[key]} (no timeout)` : timeouts[key];
      errors.push(...invalidValue(`${shown} should be <= pipeline duration`, `timeouts.${key}`));
    }
  }
  if (tasks !== undefined && last !== undefined && tasks + last > pipeline) {
    const text = `${timeouts.tasks} + ${timeouts.finally} should be <= pipeline duration`;
    errors.push(...invalidValue(text, "timeouts.tasks"), ...invalidValue(text, "timeouts.finally"));
  }
  return errors;
}

function negativeDuration(text: string | undefined, path: string): FieldErrors {
  if (text === undefined || (parseGoDuration(text) ?? 0) >= 0) return [];
  return invalidValue(`${text} should be >= 0`, path);
}

const sources = [
  "persistentVolumeClaim",
  "volumeClaimTemplate",
  "emptyDir",
  "configMap",
  "secret",
  "projected",
  "csi",
] as const;

/** Workspace bindings of a TaskRun or CustomRun: one source each, names once. */
export function validateBindings(bindings: readonly WorkspaceBinding[]): FieldErrors {
  const names = validateUnique(
    bindings.map((binding) => binding.name.toLowerCase()),
    "workspaces",
    "name",
  );
  return [...names, ...validateSources(bindings)];
}

/** Workspace bindings of a PipelineRun. */
function validatePipelineBindings(bindings: readonly WorkspaceBinding[]): FieldErrors {
  const seen = new Map<string, number>();
  const names = bindings.flatMap(({ name }, index) => {
    const earlier = seen.get(name);
    seen.set(name, index);
    if (earlier === undefined) return [];
    const text = `workspace ${quoteGo(name)} provided by pipelinerun more than once, at index ${earlier} and ${index}`;
    return fieldError(text, `workspaces[${index}].name`);
  });
  return [...names, ...validateSources(bindings)];
}

function validateSources(bindings: readonly WorkspaceBinding[]): FieldErrors {
  return bindings.flatMap((binding, index) => under("workspaces", validateBinding(binding), index));
}

function validateBinding(binding: WorkspaceBinding): FieldErrors {
  const given = sources.filter((source) => binding[source] !== undefined);
  const paths = sources.map((source) => source.toLowerCase());
  if (given.length > 1) return multipleOneOf(...paths);
  if (given.length === 0) return missingOneOf(...paths);
  if (binding.persistentVolumeClaim !== undefined && !binding.persistentVolumeClaim.claimName) {
    return missingField("persistentvolumeclaim.claimname");
  }
  if (binding.configMap !== undefined && !binding.configMap["name"]) return missingField("configmap.name");
  if (binding.secret !== undefined && !binding.secret["secretName"]) return missingField("secret.secretName");
  if (binding.projected !== undefined && binding.projected["sources"] === undefined) {
    return missingField("projected.sources");
  }
  if (binding.csi !== undefined && !binding.csi["driver"]) return missingField("csi.driver");
  return [];
}

function hasStarted(run: TaskRun | PipelineRun): boolean {
  return run.status?.startTime !== undefined || succeededCondition(run.status)?.reason === "Started";
}

function frozenProblem(
  before: TaskRun | PipelineRun,
  kind: "TaskRun" | "PipelineRun",
  allowed: string,
): { readonly text: string; readonly mayChange: readonly string[] } | undefined {
  if (isDone(before)) return { text: `Once the ${kind} is complete, no updates are allowed`, mayChange: [] };
  if (!hasStarted(before)) return undefined;
  const mayChange = kind === "TaskRun" ? ["status", "statusMessage"] : ["status"];
  return { text: `Once the ${kind} has started, ${allowed}`, mayChange };
}

function changesMoreThan(before: object, after: object, mayChange: readonly string[]): boolean {
  const rest = (spec: object) =>
    JSON.stringify(
      Object.entries(spec)
        .filter(([key]) => !mayChange.includes(key))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => [key, sorted(value)]),
    );
  return rest(before) !== rest(after);
}

/** The same value with the keys of its objects in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

function isInlineDisabled(configuration: PipelinesConfiguration, kind: string): boolean {
  return configuration.disableInlineSpec.includes(kind);
}

function disabledInline(path: string): FieldErrors {
  return [{ message: "must not set the field(s)", paths: [path], details: "" }];
}
