import { quoteGo } from "../../json/go-print.ts";
import { type FieldErrors, fieldError, invalidValue, under } from "../field-error.ts";
import type { PipelinesConfiguration } from "./configuration.ts";
import { isMatrixed } from "./is-matrixed.ts";
import { type OuterParams, outerParamsOf } from "./outer-params.ts";
import type { PipelineResult, PipelineSpec, PipelineTask } from "./pipeline.ts";
import { graphProblem } from "./pipeline-parents.ts";
import { validateDeclaredParams } from "./validate-params.ts";
import { type PipelineScope, validatePipelineTask, validateUsedWorkspaces } from "./validate-pipeline-task.ts";
import { validatePipelineContexts, validateTaskParamUse } from "./validate-pipeline-variables.ts";
import { validateUsedParams } from "./validate-task-variables.ts";
import { validateUnique } from "./validate-unique.ts";
import {
  parseResultReference,
  parseTaskArtifact,
  resultReferencesIn,
  textsIn,
  variablesIn,
} from "./variable-reference.ts";

/** A Pipeline's spec, of its own or inline; paths relative to it (spec: pipelines, sections 5 and 9). */
export function validatePipelineSpec(spec: PipelineSpec, configuration: PipelinesConfiguration): FieldErrors {
  const tasks = spec.tasks ?? [];
  const finals = spec.finally ?? [];
  const pipelineScope: PipelineScope = {
    configuration,
    validateInner: (inner) => validatePipelineSpec(inner, configuration),
  };
  const each = (list: readonly PipelineTask[], field: string) =>
    list.flatMap((task, index) => under(field, validatePipelineTask(task, pipelineScope), index));
  const graph = graphProblem(spec);
  const params = validateDeclaredParams(spec.params ?? [], configuration);
  return [
    ...(isEmpty(spec)
      ? fieldError("expected at least one, got none", "description", "params", "resources", "tasks", "workspaces")
      : []),
    ...(tasks.length === 0 && finals.length > 0
      ? invalidValue(`spec.tasks is empty but spec.finally has ${finals.length} tasks`, "finally")
      : []),
    // Tekton looks at params once for each list of tasks, and says so.
    ...under("tasks", params),
    ...under("finally", params),
    ...each(tasks, "tasks"),
    ...each(finals, "finally"),
    ...validateUnique(
      tasks.map((task) => task.name),
      "tasks",
      "name",
    ),
    ...validateFinalNames(tasks, finals),
    ...(graph === undefined ? [] : invalidValue(graph, "tasks")),
    ...validateWorkspaceDeclarations(spec),
    ...validateStatusVariables(tasks),
    ...validateFinals(tasks, finals),
    ...validateMatrixedResults(spec),
    ...(configuration.enableArtifacts ? [] : [...artifactUses(tasks, "tasks"), ...artifactUses(finals, "finally")]),
    ...(spec.results ?? []).flatMap((result, index) => under("results", validateResult(result, spec), index)),
    ...validatePipelineContexts(spec),
  ];
}

/** A Pipeline of its own names nothing but what it declares; paths relative to its spec. */
export function validatePipelineUsage(spec: PipelineSpec): FieldErrors {
  const workspaces = new Set((spec.workspaces ?? []).map((each) => each.name));
  const params = new Map((spec.params ?? []).map((param) => [param.name, param]));
  return (["tasks", "finally"] as const).flatMap((field) =>
    (spec[field] ?? []).flatMap((task, index) => {
      const errors = [
        ...validateUsedWorkspaces(task, workspaces),
        ...validateTaskParamUse(task, spec, new Map()),
        ...(task.taskSpec === undefined ? [] : validateUsedParams(task.taskSpec, params)),
      ];
      return under(field, errors, index);
    }),
  );
}

/**
 * Params that the tasks of an inline Pipeline name, which the run may bring. Tekton finds this out for the run as a
 * whole: paths are relative to its spec and leave out the way to the task. It does not look at finally tasks, whose
 * paths are whole.
 */
export function validateInlineUsage(spec: PipelineSpec, runParams: OuterParams): FieldErrors {
  const declared = (spec.params ?? []).map((param) => [param.name, param] as const);
  const ofTask = (task: PipelineTask) => validateTaskParamUse(task, spec, runParams);
  const ofSteps = ({ taskSpec, params = [], matrix = {} }: PipelineTask) => {
    if (taskSpec === undefined) return [];
    const fannedOut = [...(matrix.params ?? []), ...(matrix.include ?? []).flatMap((entry) => entry.params ?? [])];
    const own = outerParamsOf([...params, ...fannedOut.map(({ name }) => ({ name, value: "" }))]);
    return validateUsedParams(taskSpec, new Map([...declared, ...runParams, ...own]));
  };
  return [
    ...(spec.tasks ?? []).flatMap((task, index) => [...under("", ofTask(task), index), ...ofSteps(task)]),
    ...(spec.finally ?? []).flatMap((task, index) =>
      under("pipelineSpec.finally", [...ofTask(task), ...under("taskSpec", ofSteps(task))], index),
    ),
  ];
}

function isEmpty(spec: PipelineSpec): boolean {
  return Object.values(spec).every((value) => value === "" || (Array.isArray(value) && value.length === 0));
}

function validateFinalNames(tasks: readonly PipelineTask[], finals: readonly PipelineTask[]): FieldErrors {
  const all = validateUnique(
    [...tasks, ...finals].map((task) => task.name),
    "finally",
    "name",
  );
  return all.flatMap((error) => {
    const index = Number(/\[(\d+)\]/.exec(error.paths[0] ?? "")?.[1]) - tasks.length;
    return index < 0 ? [] : [{ ...error, paths: [`finally[${index}].name`] }];
  });
}

function validateWorkspaceDeclarations(spec: PipelineSpec): FieldErrors {
  const seen = new Set<string>();
  return (spec.workspaces ?? []).flatMap(({ name }, index) => {
    if (name === "") {
      return invalidValue(`workspace ${index} has empty name`, `workspaces[${index}]`);
    }
    if (seen.has(name)) {
      return invalidValue(`workspace with name ${quoteGo(name)} appears more than once`, `workspaces[${index}]`);
    }
    seen.add(name);
    return [];
  });
}

const statusVariable = /^tasks\.(?:[^.[\]]+\.)?(?:status|reason)$/;

/** Where a pipeline task names other tasks: its params and conditions, each with its path. */
function placesOf(task: PipelineTask): readonly { readonly path: string; readonly value: unknown }[] {
  return [
    ...(task.params ?? []).map(({ name, value }) => ({ path: `params[${name}].value`, value })),
    ...(task.matrix?.params ?? []).map(({ name, value }) => ({ path: `matrix.params[${name}].value`, value })),
    ...(task.matrix?.include ?? []).map(({ params }, index) => ({
      path: `matrix.include[${index}].params`,
      value: params,
    })),
    ...(task.when ?? []).map((value, index) => ({ path: `when[${index}]`, value })),
  ];
}

/** How other tasks ended is known to finally tasks only. */
function validateStatusVariables(tasks: readonly PipelineTask[]): FieldErrors {
  return tasks.flatMap((task, index) =>
    placesOf(task).flatMap(({ path, value }) =>
      [...textsIn(value)].some((text) => variablesIn(text).some((expression) => statusVariable.test(expression)))
        ? invalidValue(
            "pipeline tasks can not refer to execution status of any other pipeline task or aggregate status of tasks",
            `tasks[${index}].${path}`,
          )
        : [],
    ),
  );
}

function validateFinals(tasks: readonly PipelineTask[], finals: readonly PipelineTask[]): FieldErrors {
  const taskNames = new Set(tasks.map((task) => task.name));
  const finalNames = new Set(finals.map((task) => task.name));
  return finals.flatMap((task, index) => {
    const at = `finally[${index}]`;
    const errors: FieldErrors[number][] = [];
    if ((task.runAfter ?? []).length > 0) {
      errors.push(
        ...invalidValue(`no runAfter allowed under spec.finally, final task ${task.name} has runAfter specified`, at),
      );
    }
    for (const { path, value } of placesOf(task)) {
      for (const reference of resultReferencesIn(value)) {
        if (finalNames.has(reference.task)) {
          errors.push(
            ...invalidValue(
              `invalid task result reference, final task has task result reference from a final task ${reference.task}`,
              `${at}.${path}`,
            ),
          );
        } else if (!taskNames.has(reference.task)) {
          errors.push(
            ...invalidValue(
              `invalid task result reference, final task has task result reference from a task ${reference.task} which is not defined in the pipeline`,
              `${at}.${path}`,
            ),
          );
        }
      }
      for (const text of textsIn(value)) {
        for (const expression of variablesIn(text)) {
          const named = /^tasks\.([^.[\]]+)\.(?:status|reason)$/.exec(expression)?.[1];
          if (named !== undefined && !taskNames.has(named)) {
            errors.push(...invalidValue(`pipeline task ${named} is not defined in the pipeline`, `${at}.${path}`));
          }
        }
      }
    }
    return errors;
  });
}

/** Params that name artifacts of other tasks, which a flag must allow. */
function artifactUses(list: readonly PipelineTask[], field: string): FieldErrors {
  return list.flatMap((task, index) =>
    [...textsIn(task.params)].some((text) =>
      variablesIn(text).some((expression) => parseTaskArtifact(expression) !== undefined),
    )
      ? fieldError(
          "feature flag enable-artifacts should be set to true to use artifacts feature.",
          `${field}[${index}].params`,
        )
      : [],
  );
}

/** Results of a matrix are used as a whole list, and are strings. */
function validateMatrixedResults(spec: PipelineSpec): FieldErrors {
  const matrixed = new Map(
    [...(spec.tasks ?? []), ...(spec.finally ?? [])].flatMap((task) =>
      isMatrixed(task) ? [[task.name, task] as const] : [],
    ),
  );
  if (matrixed.size === 0) return [];
  const check = (list: readonly PipelineTask[], field: string) =>
    list.flatMap((task) =>
      resultReferencesIn([task.params, task.matrix, task.when]).flatMap((reference) => {
        const producer = matrixed.get(reference.task);
        if (producer === undefined) return [];
        if (reference.index !== "*") {
          return fieldError(
            `A matrixed pipelineTask can only be consumed in aggregate using [*] notation, but is currently set to ${reference.expression}`,
          );
        }
        const declared = producer.taskSpec?.results?.find((result) => result.name === reference.result);
        const type = declared?.type ?? "string";
        return type === "string"
          ? []
          : invalidValue(
              `Matrixed PipelineTasks emitting results must have an underlying type string, but result ${reference.result} has type ${type} in pipelineTask`,
              field,
            );
      }),
    );
  return [...check(spec.tasks ?? [], "tasks"), ...check(spec.finally ?? [], "finally")];
}

/** A Pipeline's result takes over results of tasks; Tekton tells all that is wrong with it at once. */
function validateResult({ value }: PipelineResult, spec: PipelineSpec): FieldErrors {
  const wrong = (text: string) => invalidValue(text, "value");
  const expressions = [...textsIn(value)].flatMap(variablesIn);
  const meant = expressions.filter((expression) => /^(?:task|finally).*\.result/.test(expression));
  const references = meant.flatMap((expression) => parseResultReference(expression) ?? []);
  const names = {
    tasks: new Set((spec.tasks ?? []).map((task) => task.name)),
    finally: new Set((spec.finally ?? []).map((task) => task.name)),
  };
  const isUnknown = references.some(({ section, task }) => !names[section].has(task));
  const what = "expected pipeline results to be task result expressions but";
  return [
    ...(expressions.length === 0 ? wrong(`${what} no expressions were found`) : []),
    ...(meant.length === 0 ? wrong(`${what} an invalid expressions was found`) : []),
    ...(references.length < meant.length
      ? wrong(
          `expected all of the expressions [${meant.join(" ")}] to be result expressions but only [${references.map(({ expression }) => expression).join(" ")}] were`,
        )
      : []),
    ...(isUnknown || (typeof value === "string" && references.length === 0)
      ? wrong("referencing a nonexistent task")
      : []),
  ];
}
