/** Variables of Tekton's texts: `$(name)`, `$(name['a.b'])`, `$(name["a.b"])` (spec: pipelines, section 8). */

/** The names inside `$(…)` in a text, innermost where they nest. */
export function variablesIn(text: string): readonly string[] {
  const found: string[] = [];
  let at = text.indexOf("$(");
  while (at !== -1) {
    const end = text.indexOf(")", at + 2);
    if (end === -1) break;
    const expression = text.slice(at + 2, end);
    if (!expression.includes("$(")) found.push(expression);
    at = text.indexOf("$(", expression.includes("$(") ? at + 2 : end + 1);
  }
  return found;
}

/** Every text anywhere inside a value. */
export function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (Array.isArray(value)) for (const item of value) yield* textsIn(item);
  else if (typeof value === "object" && value !== null) for (const item of Object.values(value)) yield* textsIn(item);
}

/** A reference into something with a name: `params.x`, `params['x']`, `params.x[0]`, `params.x.key`. */
export interface NamedReference {
  /** As written after the prefix, without index; for the dotted notation this may still hold an object's key. */
  readonly name: string;
  /** Whether the name stood in brackets, so that it is complete. */
  readonly quoted: boolean;
  /** `[0]`, `[*]`, `.key` or nothing. */
  readonly rest: string;
}

/** Takes an expression apart that starts with the prefix, such as `params`; undefined when it does not. */
export function referenceTo(prefix: string, expression: string): NamedReference | undefined {
  if (!expression.startsWith(prefix)) return undefined;
  const tail = expression.slice(prefix.length);
  const quoted = /^\[(?:'([^']*)'|"([^"]*)")\](.*)$/s.exec(tail);
  if (quoted !== null) return { name: quoted[1] ?? quoted[2] ?? "", quoted: true, rest: quoted[3] ?? "" };
  const dotted = /^\.([^[\]]+)((?:\[[^[\]]*\])?)$/.exec(tail);
  if (dotted === null) return undefined;
  return { name: dotted[1] ?? "", quoted: false, rest: dotted[2] ?? "" };
}

/** `$(tasks.<t>.results.<r>…)` or `$(finally.<t>.results.<r>…)`. */
export interface ResultReference {
  readonly section: "tasks" | "finally";
  readonly task: string;
  readonly result: string;
  /** `[<i>]` or `[*]`. */
  readonly index?: number | "*";
  /** `.key` of an object result. */
  readonly key?: string;
  readonly expression: string;
}

const resultPattern =
  /^(tasks|finally)\.([^.[\]]+)\.results(?:\.([^.[\]]+)|\['([^']+)'\]|\["([^"]+)"\])(?:\[(\d+|\*)\]|\.([^[\]]+))?$/;

export function parseResultReference(expression: string): ResultReference | undefined {
  const match = resultPattern.exec(expression);
  if (match === null) return undefined;
  const [, section, task, dotted, single, double, index, key] = match;
  return {
    section: section === "finally" ? "finally" : "tasks",
    task: task ?? "",
    result: dotted ?? single ?? double ?? "",
    ...(index === undefined ? {} : { index: index === "*" ? "*" : Number(index) }),
    ...(key === undefined ? {} : { key }),
    expression,
  };
}

/** All result references in the texts of a value, in order. */
export function resultReferencesIn(value: unknown): readonly ResultReference[] {
  const found: ResultReference[] = [];
  for (const text of textsIn(value)) {
    if (!text.includes("$(")) continue;
    for (const expression of variablesIn(text)) {
      const reference = parseResultReference(expression);
      if (reference !== undefined) found.push(reference);
    }
  }
  return found;
}

/** `steps.<s>.results.<r>…` inside a Task. */
export interface StepResultReference {
  readonly step: string;
  readonly result: string;
  readonly index?: number | "*";
  readonly key?: string;
}

const stepResultPattern =
  /^steps\.([^.[\]]+)\.results(?:\.([^.[\]]+)|\['([^']+)'\]|\["([^"]+)"\])(?:\[(\d+|\*)\]|\.([^[\]]+))?$/;

export function parseStepResultReference(expression: string): StepResultReference | undefined {
  const match = stepResultPattern.exec(expression);
  if (match === null) return undefined;
  const [, step, dotted, single, double, index, key] = match;
  return {
    step: step ?? "",
    result: dotted ?? single ?? double ?? "",
    ...(index === undefined ? {} : { index: index === "*" ? "*" : Number(index) }),
    ...(key === undefined ? {} : { key }),
  };
}

/** `steps.<s>.outputs.<a>`, `tasks.<t>.inputs.<a>`: artifacts that a step or a task used or made. */
export interface ArtifactReference {
  /** The step's or task's name. */
  readonly owner: string;
  readonly direction: "inputs" | "outputs";
  readonly artifact: string;
}

const stepArtifactPattern = /^steps\.([^.[\]]+)\.(inputs|outputs)\.([^.]+)$/;
const taskArtifactPattern = /^tasks\.([^.[\]]+)\.(inputs|outputs)\.([^.]+)$/;

export function parseStepArtifact(expression: string): ArtifactReference | undefined {
  return artifactReference(stepArtifactPattern.exec(expression));
}

export function parseTaskArtifact(expression: string): ArtifactReference | undefined {
  return artifactReference(taskArtifactPattern.exec(expression));
}

/** All references to artifacts of tasks in the texts of a value, in order. */
export function taskArtifactsIn(value: unknown): readonly (ArtifactReference & { readonly expression: string })[] {
  const found: (ArtifactReference & { readonly expression: string })[] = [];
  for (const text of textsIn(value)) {
    if (!text.includes("$(tasks.")) continue;
    for (const expression of variablesIn(text)) {
      const reference = parseTaskArtifact(expression);
      if (reference !== undefined) found.push({ ...reference, expression });
    }
  }
  return found;
}

function artifactReference(match: RegExpExecArray | null): ArtifactReference | undefined {
  if (match === null) return undefined;
  const [, owner = "", direction, artifact = ""] = match;
  return { owner, direction: direction === "inputs" ? "inputs" : "outputs", artifact };
}

/** The one variable that makes up the whole text, or undefined. */
export function wholeVariable(text: string): string | undefined {
  if (!text.startsWith("$(") || !text.endsWith(")")) return undefined;
  const expression = text.slice(2, -1);
  return expression.includes(")") || expression.includes("$(") ? undefined : expression;
}
