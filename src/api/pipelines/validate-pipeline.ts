import { quoteGo } from "../../json/go-print.ts";
import { type FieldErrors, fieldError, invalidValue, under } from "../field-error.ts";
import type { PipelinesConfiguration } from "./configuration.ts";
import { isMatrixed } from "./is-matrixed.ts";
import type { OuterParams } from "./outer-params.ts";
import type { PipelineResult, PipelineSpec, PipelineTask } from "./pipeline.ts";
import { graphProblem } from "./pipeline-parents.ts";
import { isResultName } from "./validate-names.ts";
import { validateParamSpecs } from "./validate-params.ts";
import { type PipelineScope, validatePipelineTask } from "./validate-pipeline-task.ts";
import { validatePipelineVariables } from "./validate-pipeline-variables.ts";
import { validateUnique } from "./validate-unique.ts";
import {
  parseResultReference,
  parseTaskArtifact,
  resultReferencesIn,
  textsIn,
  variablesIn,
} from "./variable-reference.ts";

/** A Pipeline's spec; paths relative to it (spec: pipelines, sections 5 and 9). */
export function validatePipelineSpec(
  spec: PipelineSpec,
  scope: { readonly configuration: PipelinesConfiguration; readonly runParams: OuterParams | undefined },
): FieldErrors {
  const tasks = spec.tasks ?? [];
  const finals = spec.finally ?? [];
  if (tasks.length === 0) {
    return finals.length > 0
      ? invalidValue(`spec.tasks is empty but spec.finally has ${finals.length} tasks`, "finally")
      : fieldError("expected at least one, got none", "description", "params", "resources", "tasks", "workspaces");
  }
  const declared = new Map((spec.params ?? []).map((param) => [param.name, param]));
  const pipelineScope: PipelineScope = {
    configuration: scope.configuration,
    workspaces: scope.runParams === undefined ? new Set((spec.workspaces ?? []).map((each) => each.name)) : undefined,
    // Whoever runs the Pipeline may bring more params, which reach inline Tasks.
    innerParams: scope.runParams === undefined ? undefined : new Map([...scope.runParams, ...declared]),
    validateInner: (inner) =>
      validatePipelineSpec(inner, {
        configuration: scope.configuration,
        runParams: new Map([...(scope.runParams ?? []), ...declared]),
      }),
  };
  const each = (list: readonly PipelineTask[], field: string) =>
    list.flatMap((task, index) => under(field, validatePipelineTask(task, pipelineScope), index));
  const graph = graphProblem(spec);
  return [
    ...validateParamSpecs(spec.params ?? [], scope.configuration),
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
    ...(scope.configuration.enableArtifacts
      ? []
      : [...artifactUses(tasks, "tasks"), ...artifactUses(finals, "finally")]),
    ...(spec.results ?? []).flatMap((result, index) => under("results", validateResult(result, spec), index)),
    ...validatePipelineVariables(spec, scope.runParams),
  ];
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

/** How other tasks ended is known to finally tasks only. */
function validateStatusVariables(tasks: readonly PipelineTask[]): FieldErrors {
  return tasks.flatMap((task, index) => {
    const uses = [...textsIn([task.params, task.when, task.matrix])].some((text) =>
      variablesIn(text).some((expression) => statusVariable.test(expression)),
    );
    return uses
      ? invalidValue(
          "pipeline tasks can not refer to execution status of any other pipeline task or aggregate status of tasks",
          `tasks[${index}].params`,
        )
      : [];
  });
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
    for (const { section, parts } of [
      { section: "params", parts: [task.params, task.matrix] },
      { section: "when", parts: [task.when] },
    ]) {
      for (const reference of resultReferencesIn(parts)) {
        if (finalNames.has(reference.task)) {
          errors.push(
            ...invalidValue(
              `invalid task result reference, final task has task result reference from a final task ${reference.task}`,
              `${at}.${section}`,
            ),
          );
        } else if (!taskNames.has(reference.task)) {
          errors.push(
            ...invalidValue(
              `invalid task result reference, final task has task result reference from a task ${reference.task} which is not defined in the pipeline`,
              `${at}.${section}`,
            ),
          );
        }
      }
      for (const text of textsIn(parts)) {
        for (const expression of variablesIn(text)) {
          const named = /^tasks\.([^.[\]]+)\.(?:status|reason)$/.exec(expression)?.[1];
          if (named !== undefined && !taskNames.has(named)) {
            errors.push(...invalidValue(`pipeline task ${named} is not defined in the pipeline`, `${at}.${section}`));
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
    list.flatMap((task, index) =>
      resultReferencesIn([task.params, task.matrix, task.when]).flatMap((reference) => {
        const producer = matrixed.get(reference.task);
        if (producer === undefined) return [];
        if (reference.index !== "*") {
          return invalidValue(
            `A matrixed pipelineTask can only be consumed in aggregate using [*] notation, but is currently set to ${reference.expression}`,
            `${field}[${index}]`,
          );
        }
        const declared = producer.taskSpec?.results?.find((result) => result.name === reference.result);
        const type = declared?.type ?? "string";
        return type === "string"
          ? []
          : invalidValue(
              `Matrixed PipelineTasks emitting results must have an underlying type string, but result ${reference.result} has type ${type} in pipelineTask`,
              `${field}[${index}]`,
            );
      }),
    );
  return [...check(spec.tasks ?? [], "tasks"), ...check(spec.finally ?? [], "finally")];
}

function validateResult(result: PipelineResult, spec: PipelineSpec): FieldErrors {
  const errors: FieldErrors[number][] = [];
  if (!isResultName(result.name)) errors.push(...invalidValue(`invalid key name ${quoteGo(result.name)}`, "name"));
  const expressions = [...textsIn(result.value)].flatMap(variablesIn);
  const meant = expressions.filter((expression) => /^(?:task|finally).*\.result/.test(expression));
  if (meant.length === 0) {
    const what = expressions.length === 0 ? "no expressions were found" : "an invalid expressions was found";
    return [...errors, ...invalidValue(`expected pipeline results to be task result expressions but ${what}`, "value")];
  }
  const references = meant.flatMap((expression) => parseResultReference(expression) ?? []);
  if (references.length < meant.length) {
    const found = references.map((reference) => reference.expression).join(" ");
    return [
      ...errors,
      ...invalidValue(
        `expected all of the expressions [${meant.join(" ")}] to be result expressions but only [${found}] were`,
        "value",
      ),
    ];
  }
  const tasks = new Set((spec.tasks ?? []).map((task) => task.name));
  const finals = new Set((spec.finally ?? []).map((task) => task.name));
  const unknown = references.some((reference) =>
    reference.section === "tasks" ? !tasks.has(reference.task) : !finals.has(reference.task),
  );
  if (unknown) errors.push(...invalidValue("referencing a nonexistent task", "value"));
  return errors;
}
