import type { GraphTask, RunDetail, RunTask } from "../../../../src/dashboard/views/run-view.ts";

/** A task of the pipeline with all that was made for it. */
export interface TaskOfGraph {
  readonly graph: GraphTask;
  readonly runs: readonly RunTask[];
  /** Of the first that began. */
  readonly startedAt: string | undefined;
  /** Of the last that ended; undefined while one goes on. */
  readonly completedAt: string | undefined;
}

/** When the first attempt began. */
export function firstStart({ startedAt, attempts }: RunTask): string | undefined {
  return attempts[0]?.startedAt ?? startedAt;
}

export function isEnded({ state }: RunTask): boolean {
  return state !== "running" && state !== "pending";
}

/** The tasks of a run's graph, in its order. */
export function tasksOfGraph({ graph, tasks }: Pick<RunDetail, "graph" | "tasks">): readonly TaskOfGraph[] {
  const byTask = Map.groupBy(tasks, ({ task }) => task);
  return graph.map((entry) => {
    const runs = byTask.get(entry.task) ?? [];
    const ends = runs.map(({ completedAt }) => completedAt);
    return {
      graph: entry,
      runs,
      startedAt: sorted(runs.map(firstStart))[0],
      completedAt: runs.every(isEnded) ? sorted(ends).at(-1) : undefined,
    };
  });
}

/** Times of Kubernetes sort as text. */
function sorted(times: readonly (string | undefined)[]): readonly string[] {
  return times.filter((time) => time !== undefined).sort();
}
