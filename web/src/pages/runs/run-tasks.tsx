import type { ReactNode } from "react";
import { useSearchParams } from "wouter";
import type { RunDetail } from "../../../../src/dashboard/views/run-view.ts";
import { Segments } from "../../components/segments.tsx";
import { loadLater } from "../../load-later.tsx";
import { useMessages } from "../../messages/messages-provider.tsx";
import { tasksOfGraph } from "./task-of-graph.ts";
import { TaskPanel } from "./task-panel.tsx";
import { TaskTable } from "./task-table.tsx";
import { TaskTimeline } from "./task-timeline.tsx";

const loadGraph = () => import("./graph/task-graph.tsx");
const TaskGraph = loadLater(async () => (await loadGraph()).TaskGraph);

/** Loads the code that draws graphs while the run itself is still on its way. */
export function preloadGraph(): void {
  // Whoever shows the graph is told of a failure.
  loadGraph().catch(() => {});
}

const views = ["graph", "timeline", "table"] as const;

/** The tasks of a PipelineRun as a graph, a timeline or a table, and the one that is chosen; both are in the URL. */
export function RunTasks({ run }: { readonly run: RunDetail }): ReactNode {
  const messages = useMessages();
  const [search, setSearch] = useSearchParams();
  const view = views.find((candidate) => candidate === search.get("view")) ?? "graph";
  const tasks = tasksOfGraph(run);
  const chosen = tasks.find(({ graph }) => graph.task === search.get("task"));
  const change = (name: "view" | "task", value: string | undefined) =>
    setSearch(
      (current) => {
        if (value === undefined) current.delete(name);
        else current.set(name, value);
        return current;
      },
      { replace: true },
    );
  const choose = (task: string) => change("task", task === chosen?.graph.task ? undefined : task);
  if (tasks.length === 0) return <p className="empty">{messages.runPage.noTasks}</p>;
  return (
    <>
      <Segments
        label={messages.runPage.viewLabel}
        names={messages.runPage.views}
        options={views}
        value={view}
        onChange={(next) => change("view", next)}
      />
      {view === "graph" && (
        <TaskGraph label={messages.tasks} tasks={tasks} chosen={chosen?.graph.task} onChoose={choose} />
      )}
      {view === "timeline" && <TaskTimeline run={run} onChoose={choose} />}
      {view === "table" && <TaskTable run={run} onChoose={choose} />}
      {chosen !== undefined && <TaskPanel run={run} task={chosen} onClose={() => change("task", undefined)} />}
    </>
  );
}
