import type { RunTask } from "../../../../src/dashboard/views/run-view.ts";

/** What a run of a task is called: its task, and in a matrix the params by which it differs. */
export function taskTitle({
  task,
  displayName,
  combination,
}: Pick<RunTask, "task" | "displayName" | "combination">): string {
  const values = combination.map(({ name, value }) => `${name}=${value}`).join(", ");
  return values === "" ? (displayName ?? task) : `${displayName ?? task} (${values})`;
}
