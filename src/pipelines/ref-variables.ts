import type { Ref } from "../api/pipelines/task.ts";
import type { Variables } from "./variables.ts";

/** A ref with variables filled in where it gives params to a resolver. */
export function withVariables(ref: Ref, variables: Variables): Ref {
  if (ref.params === undefined) return ref;
  return { ...ref, params: ref.params.map((param) => ({ ...param, value: variables.value(param.value) })) };
}
