import { useSearchParams } from "wouter";

/** Changes to parameters of the URL; an empty text takes one away. */
export type SearchChanges<Name extends string> = Readonly<Partial<Record<Name, string>>>;

/** What the URL's search holds, and a way to change it. */
export function useSearchChanges<Name extends string>(): {
  readonly search: URLSearchParams;
  readonly change: (changes: SearchChanges<Name>) => void;
} {
  const [search, setSearch] = useSearchParams();
  const change = (changes: SearchChanges<Name>): void => {
    setSearch(
      (current) => {
        for (const [name, value] of Object.entries<string | undefined>(changes)) {
          if (value === undefined || value.trim() === "") current.delete(name);
          else current.set(name, value.trim());
        }
        return current;
      },
      // A filter is one place in the browser's history, however many letters it took.
      { replace: true },
    );
  };
  return { search, change };
}
