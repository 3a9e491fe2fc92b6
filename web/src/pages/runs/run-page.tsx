import { type ReactNode, useEffect } from "react";
import { Link } from "wouter";
import type { RunDetail } from "../../../../src/dashboard/views/run-view.ts";
import { Loading } from "../../components/loading.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { Problem } from "../../components/problem.tsx";
import { useLinkTo } from "../../link-to.ts";
import { useMessages } from "../../messages/messages-provider.tsx";
import { RunActions } from "./run-actions.tsx";
import { RunFacts } from "./run-facts.tsx";
import "./run-page.css";
import { RunSections } from "./run-sections.tsx";
import { preloadGraph, RunTasks } from "./run-tasks.tsx";
import { TaskRunSteps } from "./task-run-steps.tsx";
import { type RunKey, useRun } from "./use-run.ts";

/** A run: how it went, its tasks, what went in and what came out, and what can be done with it. */
export function RunPage(key: RunKey): ReactNode {
  const run = useRun(key);
  useEffect(() => {
    if (key.kind === "pipelineruns") preloadGraph();
  }, [key.kind]);
  return (
    <>
      <PageTitle kind={key.kind === "pipelineruns" ? "PipelineRun" : "TaskRun"} name={key.name} />
      {run.isPending && <Loading />}
      {run.isError && <Problem error={run.error} />}
      {run.data !== undefined && <Run run={run.data} />}
    </>
  );
}

function Run({ run }: { readonly run: RunDetail }): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  return (
    <>
      <div className="run-head">
        <div>
          <RunFacts run={run} />
        </div>
        <div className="run-buttons">
          <Link className="button" href={linkTo(["runs", run.kind, run.namespace, run.name, "logs"])}>
            {messages.logs}
          </Link>
          <RunActions run={run} />
        </div>
      </div>
      <section aria-labelledby="tasks">
        <h2 id="tasks">{run.kind === "pipelineruns" ? messages.tasks : messages.steps}</h2>
        {run.kind === "pipelineruns" ? <RunTasks run={run} /> : <TaskRunSteps run={run} />}
      </section>
      <RunSections run={run} />
    </>
  );
}
