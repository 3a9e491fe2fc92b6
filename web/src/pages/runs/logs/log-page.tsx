import { type ReactNode, useDeferredValue, useState, useSyncExternalStore } from "react";
import { Link, useSearchParams } from "wouter";
import type { RunTask } from "../../../../../src/dashboard/views/run-view.ts";
import { apiPath } from "../../../api/fetch-json.ts";
import { PageTitle } from "../../../components/page-title.tsx";
import { Problem } from "../../../components/problem.tsx";
import { useLinkTo } from "../../../link-to.ts";
import { useMessages } from "../../../messages/messages-provider.tsx";
import { taskTitle } from "../task-title.ts";
import { type RunKey, useRun } from "../use-run.ts";
import type { LogStore } from "./log-store.ts";
import { LogSearchBar, Toggle } from "./log-toolbar.tsx";
import { LogView } from "./log-view.tsx";
import { type LogSelection, StepChoice } from "./step-choice.tsx";
import { useLogSearch } from "./use-log-search.ts";
import { useRunLog } from "./use-run-log.ts";

/** The output of a run's steps, live and finished. */
export function LogPage(key: RunKey): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  const run = useRun(key);
  const [selection, select] = useSelection();
  const [hasTimestamps, setTimestamps] = useState(false);
  const path = ["runs", key.kind, key.namespace, key.name];
  const query = { ...selection };
  return (
    <>
      <p className="crumbs">
        <Link href={linkTo(path)}>{key.name}</Link>
      </p>
      <PageTitle kind={messages.logs} name={key.name} />
      <div className="log-tools">
        {run.data !== undefined && <StepChoice run={run.data} selection={selection} onChange={select} />}
        <Toggle label={messages.logPage.timestamps} isOn={hasTimestamps} onChange={setTimestamps} />
        <a className="button" href={apiPath([...path, "logs"], { ...query, download: "true" })} download>
          {messages.download}
        </a>
      </div>
      <Log
        path={apiPath([...path, "logs"], {
          ...query,
          format: "json",
          follow: "true",
          timestamps: hasTimestamps ? "true" : undefined,
        })}
        label={messages.logsOf(key.name)}
        hasTimestamps={hasTimestamps}
        tasks={run.data?.tasks ?? []}
      />
    </>
  );
}

function Log({
  path,
  label,
  hasTimestamps,
  tasks,
}: {
  readonly path: string;
  readonly label: string;
  readonly hasTimestamps: boolean;
  readonly tasks: readonly RunTask[];
}): ReactNode {
  const messages = useMessages();
  const { store, problem } = useRunLog(path);
  const linkedLine = useLinkedLine();
  const [isFollowing, setFollowing] = useState(linkedLine === undefined);
  const [isWrapping, setWrapping] = useState(true);
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text);
  const found = useLogSearch(store, wanted);
  const [chosen, setChosen] = useState<number | undefined>(undefined);
  const move = (by: 1 | -1) => {
    if (found.length === 0) return;
    const next = chosen === undefined ? (by === 1 ? 0 : found.length - 1) : (chosen + by + found.length) % found.length;
    setChosen(next);
    setFollowing(false);
  };
  const taskTitles = new Map(tasks.map((task) => [task.name ?? "", taskTitle(task)]));
  const chosenLine = chosen === undefined ? linkedLine : found[chosen];
  return (
    <>
      <div className="log-tools">
        <LogSearchBar
          text={text}
          onText={(next) => {
            setText(next);
            setChosen(undefined);
          }}
          count={found.length}
          chosen={chosen}
          onMove={move}
        />
        <Toggle label={messages.logPage.follow} isOn={isFollowing} onChange={setFollowing} />
        <Toggle label={messages.logPage.wrap} isOn={isWrapping} onChange={setWrapping} />
      </div>
      {problem !== undefined && <Problem error={problem} />}
      {store.droppedLines > 0 && <p className="note">{messages.logPage.dropped(store.droppedLines)}</p>}
      <LogView
        label={label}
        store={store}
        look={{ wanted, chosenLine, hasTimestamps, taskTitles }}
        isWrapping={isWrapping}
        isFollowing={isFollowing}
        onLetGo={() => setFollowing(false)}
      />
      <LogStatus store={store} />
    </>
  );
}

function LogStatus({ store }: { readonly store: LogStore }): ReactNode {
  const { logPage, endOfLog, noLog } = useMessages();
  const texts = {
    reading: logPage.reading,
    ended: store.lineCount === 0 ? noLog : endOfLog,
    lost: logPage.lost,
  } as const;
  return (
    <p className="log-status muted">
      {logPage.lines(store.lineCount)} · <span role="status">{texts[store.state]}</span>
    </p>
  );
}

/** The part of the output that the address names. */
function useSelection(): readonly [LogSelection, (selection: LogSelection) => void] {
  const [search, setSearch] = useSearchParams();
  const selection = {
    task: search.get("task") ?? undefined,
    taskRun: search.get("taskRun") ?? undefined,
    step: search.get("step") ?? undefined,
  };
  const select = (next: LogSelection) =>
    setSearch((current) => {
      for (const name of ["task", "taskRun", "step"] as const) {
        const value = next[name];
        if (value === undefined) current.delete(name);
        else current.set(name, value);
      }
      return current;
    });
  return [selection, select];
}

/** The line that the address ends with, such as `#L12`. */
function useLinkedLine(): number | undefined {
  const hash = useSyncExternalStore(
    (listener) => {
      window.addEventListener("hashchange", listener);
      return () => window.removeEventListener("hashchange", listener);
    },
    () => location.hash,
  );
  const line = /^#L(\d{1,9})$/.exec(hash)?.[1];
  return line === undefined ? undefined : Number(line);
}
