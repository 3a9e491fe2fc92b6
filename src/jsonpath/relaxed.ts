import { encodeGoString } from "../json/go-encode.ts";
import { err, ok, type Result } from "../result.ts";
import { evaluatePath } from "./evaluate.ts";
import { type Path, parsePath } from "./parse.ts";
import { encodePathValue, type PathValue } from "./value.ts";

/**
 * Characters of text that one expression may give: recursive descents repeat what they pass. An API server takes no
 * object that is longer.
 */
export const maxResultLength = 4 * 1024 * 1024;

/** A path as bindings write it, ready to be evaluated. */
export interface RelaxedPath {
  /** Undefined for the empty expression, whose result is empty. */
  readonly path: Path | undefined;
}

/**
 * Compiles the relaxed form of a path: `{.x}`, `{x}`, `.x` or `x` (spec: event processing, section 4). Errors are the
 * texts that users of Tekton know.
 */
export function compileRelaxedPath(text: string): Result<RelaxedPath, string> {
  if (text === "") return ok({ path: undefined });
  const inner = /^\{\.?([^{}]+)\}$/.exec(text)?.[1] ?? /^\.?([^{}]+)$/.exec(text)?.[1];
  if (inner === undefined) {
    return err(
      "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
    );
  }
  const path = parsePath(`.${inner}`);
  return path.ok ? ok({ path: path.value }) : path;
}

/**
 * The text that stands for the path in a param: a string as in JSON but without its quotes, any other single value as
 * GoJSON, none or several as a JSON array.
 */
export function renderRelaxedPath({ path }: RelaxedPath, root: PathValue): Result<string, string> {
  if (!path) return ok("");
  const found = evaluatePath(path, root);
  if (!found.ok) return found;
  const { values, isRange } = found.value;
  if (isRange) return ok("");
  if (values.length === 1) {
    const value = values[0] as PathValue;
    return bounded(typeof value === "string" ? encodeGoString(value).slice(1, -1) : encodePathValue(value));
  }
  let text = "[";
  for (const value of values) {
    text += `${text.length > 1 ? "," : ""}${encodePathValue(value)}`;
    if (text.length > maxResultLength) break;
  }
  return bounded(`${text}]`);
}

function bounded(text: string): Result<string, string> {
  return text.length > maxResultLength ? err(`the result is longer than ${maxResultLength} characters`) : ok(text);
}
