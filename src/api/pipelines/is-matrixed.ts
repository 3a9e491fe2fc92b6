import type { PipelineTask } from "./pipeline.ts";

/** Whether a task fans out: a matrix that lists nothing is none. */
export function isMatrixed({ matrix }: PipelineTask): boolean {
  return (matrix?.params ?? []).length > 0 || (matrix?.include ?? []).length > 0;
}
