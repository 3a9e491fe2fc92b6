import { type ReactNode, useId, useState } from "react";
import { runStates } from "../../../../src/dashboard/run-model.ts";
import { useMessages } from "../../messages/messages-provider.tsx";
import type { RunsFilter, RunsFilterChanges } from "./use-runs-filter.ts";

/** What the list of runs is narrowed by. */
export function RunFilters({
  filter,
  change,
}: {
  readonly filter: RunsFilter;
  readonly change: (changes: RunsFilterChanges) => void;
}): ReactNode {
  const messages = useMessages();
  const id = useId();
  const [text, setText] = useState(filter.text ?? "");
  return (
    <search>
      <form className="filter" onSubmit={(event) => event.preventDefault()}>
        <span className="field">
          <label htmlFor={`${id}-kind`}>{messages.kind}</label>
          <select id={`${id}-kind`} value={filter.kind} onChange={(event) => change({ kind: event.target.value })}>
            <option value="pipelineruns">PipelineRun</option>
            <option value="taskruns">TaskRun</option>
          </select>
        </span>
        <span className="field">
          <label htmlFor={`${id}-state`}>{messages.state}</label>
          <select
            id={`${id}-state`}
            value={filter.state ?? ""}
            onChange={(event) => change({ state: event.target.value })}
          >
            <option value="">{messages.any}</option>
            {runStates.map((state) => (
              <option key={state} value={state}>
                {messages.stateNames[state]}
              </option>
            ))}
          </select>
        </span>
        <span className="field run-text">
          <label htmlFor={`${id}-text`}>{messages.eventList.text}</label>
          <input
            id={`${id}-text`}
            type="search"
            value={text}
            placeholder={messages.runPage.searchHint}
            onChange={(event) => {
              setText(event.target.value);
              change({ text: event.target.value });
            }}
          />
        </span>
        {(filter.state !== undefined || text !== "") && (
          <button
            type="button"
            className="quiet"
            onClick={() => {
              setText("");
              change({ text: "", state: "" });
            }}
          >
            {messages.clearFilters}
          </button>
        )}
      </form>
    </search>
  );
}
