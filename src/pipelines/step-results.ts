import type { ParamType, ParamValue } from "../api/pipelines/param.ts";
import { paramValueOf } from "../api/pipelines/param.ts";
import type { EnvVar, StepResult } from "../api/pipelines/task.ts";
import {
  parseStepArtifact,
  parseStepResultReference,
  textsIn,
  variablesIn,
} from "../api/pipelines/variable-reference.ts";
import type { JsonValue } from "../json/value.ts";
import { artifactText, parseArtifacts } from "./artifacts.ts";
import type { DraftStep } from "./pod-draft.ts";
import { substituteWhen } from "./task-substitution.ts";
import { Variables } from "./variables.ts";
import { allHold } from "./when.ts";

/** A result file's text as a value of its declared type; a text that does not fit stays a string. */
export function resultValue(text: string, type: ParamType | undefined): ParamValue {
  if (type === undefined || type === "string") return text;
  try {
    const parsed = JSON.parse(text) as JsonValue;
    return typeof parsed === "object" && parsed !== null ? paramValueOf(parsed) : text;
  } catch {
    return text;
  }
}

/** What is decided right before a step, when the results of earlier steps are known. */
export type LateDecision =
  | {
      readonly kind: "run";
      readonly command: readonly string[];
      readonly args: readonly string[];
      readonly env: readonly PlainEnv[];
      readonly script?: string;
    }
  | { readonly kind: "skip" }
  | { readonly kind: "fail"; readonly message: string };

interface PlainEnv {
  readonly name: string;
  readonly value: string;
}

/**
 * Whether a step names results or artifacts of earlier steps or has conditions: then it needs `decideStep` before it
 * runs.
 */
export function decidesLate(step: DraftStep): boolean {
  if (step.when.length > 0) return true;
  return lateTexts(step).some((text) => text.includes("$(steps."));
}

function lateTexts(step: DraftStep): readonly string[] {
  return [...textsIn([step.command, step.args, step.env.map((entry) => entry.value ?? ""), step.script])];
}

/**
 * Fills in results and artifacts of earlier steps and evaluates `when` (spec: pipelines, section 3). `env` is the
 * step's, sources read; `artifacts` are the texts that the steps wrote.
 */
export function decideStep(
  step: DraftStep,
  env: readonly PlainEnv[],
  declared: ReadonlyMap<string, readonly StepResult[]>,
  results: ReadonlyMap<string, ReadonlyMap<string, string>>,
  artifacts: ReadonlyMap<string, string>,
): LateDecision {
  const variables = new Variables();
  for (const [name, texts] of results) {
    const types = new Map((declared.get(name) ?? []).map((result) => [result.name, result.type]));
    for (const [result, text] of texts)
      variables.setResult(`steps.${name}`, result, resultValue(text, types.get(result)));
  }
  setArtifacts(variables, step, artifacts);
  if (step.when.length > 0) {
    const held = allHold(substituteWhen(step.when, variables));
    if (!held.ok) return { kind: "fail", message: held.error };
    if (!held.value) return { kind: "skip" };
  }
  const missing = missingReference(step, variables);
  if (missing !== undefined) return { kind: "fail", message: `values for template $(${missing}) not found` };
  const specValues = new Map(step.env.map((entry: EnvVar) => [entry.name, entry.value]));
  return {
    kind: "run",
    command: variables.items(step.command),
    args: variables.items(step.args),
    ...(step.script === undefined ? {} : { script: variables.text(step.script) }),
    env: env.map((entry) =>
      specValues.get(entry.name) === entry.value ? { ...entry, value: variables.text(entry.value) } : entry,
    ),
  };
}

/** Values of the artifacts that the step names. */
function setArtifacts(variables: Variables, step: DraftStep, artifacts: ReadonlyMap<string, string>): void {
  for (const text of lateTexts(step)) {
    if (!text.includes("$(steps.")) continue;
    for (const expression of variablesIn(text)) {
      const reference = parseStepArtifact(expression);
      if (reference === undefined) continue;
      const written = artifacts.get(reference.owner);
      const value = artifactText(written === undefined ? undefined : parseArtifacts(written), reference);
      if (value !== undefined) variables.set(expression, value);
    }
  }
}

function missingReference(step: DraftStep, variables: Variables): string | undefined {
  for (const text of lateTexts(step)) {
    for (const expression of variablesIn(text)) {
      const isLate =
        parseStepArtifact(expression) !== undefined ||
        (text !== step.script && parseStepResultReference(expression) !== undefined);
      if (isLate && !variables.has(expression)) return expression;
    }
  }
  return undefined;
}
