import { useSearchParams } from "wouter";

/** What the list of events can be narrowed by; each is a parameter of the page's URL and of `GET /api/events`. */
const filterNames = ["listener", "trigger", "verdict", "repository", "text", "since", "until"] as const;
export type FilterName = (typeof filterNames)[number];

/** Only what is given. */
export type EventsFilter = Readonly<Partial<Record<FilterName, string>>>;

/** The filter that the URL holds, and a way to change it. */
export function useEventsFilter(): {
  readonly filter: EventsFilter;
  readonly change: (changes: Readonly<Partial<Record<FilterName, string>>>) => void;
  readonly clear: () => void;
} {
  const [search, setSearch] = useSearchParams();
  const filter = Object.fromEntries(
    filterNames.flatMap((name) => {
      const value = search.get(name)?.trim() ?? "";
      return value === "" ? [] : [[name, value]];
    }),
  );
  const change = (changes: Readonly<Partial<Record<FilterName, string>>>): void => {
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
    );
  };
  return { filter, change, clear: () => change(Object.fromEntries(filterNames.map((name) => [name, ""]))) };
}
