import { isRunKind, type RunKind, type RunState, runStates } from "../../../../src/dashboard/run-model.ts";
import { type SearchChanges, useSearchChanges } from "../use-search-changes.ts";

/** What the list of runs is narrowed by; each is a parameter of the page's URL and of `GET /api/runs`. */
export interface RunsFilter {
  readonly kind: RunKind;
  readonly state: RunState | undefined;
  readonly text: string | undefined;
}

export type RunsFilterChanges = SearchChanges<keyof RunsFilter>;

/** The filter that the URL holds, and a way to change it; an empty text takes a part away. */
export function useRunsFilter(): {
  readonly filter: RunsFilter;
  readonly change: (changes: RunsFilterChanges) => void;
} {
  const { search, change } = useSearchChanges<keyof RunsFilter>();
  const kind = search.get("kind") ?? undefined;
  return {
    filter: {
      kind: isRunKind(kind) ? kind : "pipelineruns",
      state: runStates.find((candidate) => candidate === search.get("state")),
      text: search.get("text")?.trim() || undefined,
    },
    change,
  };
}
