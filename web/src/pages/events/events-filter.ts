import { type SearchChanges, useSearchChanges } from "../use-search-changes.ts";

/** What the list of events can be narrowed by; each is a parameter of the page's URL and of `GET /api/events`. */
const filterNames = ["listener", "trigger", "verdict", "repository", "text", "since", "until"] as const;
export type FilterName = (typeof filterNames)[number];

/** Only what is given. */
export type EventsFilter = Readonly<Partial<Record<FilterName, string>>>;

/** The filter that the URL holds, and a way to change it. */
export function useEventsFilter(): {
  readonly filter: EventsFilter;
  readonly change: (changes: SearchChanges<FilterName>) => void;
  readonly clear: () => void;
} {
  const { search, change } = useSearchChanges<FilterName>();
  const filter = Object.fromEntries(
    filterNames.flatMap((name) => {
      const value = search.get(name)?.trim() ?? "";
      return value === "" ? [] : [[name, value]];
    }),
  );
  return { filter, change, clear: () => change(Object.fromEntries(filterNames.map((name) => [name, ""]))) };
}
