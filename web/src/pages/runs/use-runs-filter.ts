import { useSearchParams } from "wouter";
import { isRunKind, type RunKind, type RunState, runStates } from "../../../../src/dashboard/run-model.ts";

/** What the list of runs is narrowed by; each is a parameter of the page's URL and of `GET /api/runs`. */
export interface RunsFilter {
  readonly kind: RunKind;
  readonly state: RunState | undefined;
  readonly text: string | undefined;
}

export type RunsFilterChanges = Readonly<Partial<Record<keyof RunsFilter, string>>>;

/** The filter that the URL holds, and a way to change it; an empty text takes a part away. */
export function useRunsFilter(): {
  readonly filter: RunsFilter;
  readonly change: (changes: RunsFilterChanges) => void;
} {
  const [search, setSearch] = useSearchParams();
  const kind = search.get("kind") ?? undefined;
  return {
    filter: {
      kind: isRunKind(kind) ? kind : "pipelineruns",
      state: runStates.find((candidate) => candidate === search.get("state")),
      text: search.get("text")?.trim() || undefined,
    },
    change: (changes) =>
      setSearch(
        (current) => {
          for (const [name, value] of Object.entries(changes)) {
            if (value.trim() === "") current.delete(name);
            else current.set(name, value.trim());
          }
          return current;
        },
        // A filter is one place in the browser's history, however many letters it took.
        { replace: true },
      ),
  };
}
