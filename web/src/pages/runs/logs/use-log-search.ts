import { useEffect, useState } from "react";
import { LogSearch } from "./log-search.ts";
import type { LogStore } from "./log-store.ts";

/** Rows that are looked at in one go: a few milliseconds. */
const rowsAtATime = 10_000;
const noLines: readonly number[] = [];

/** Numbers of the lines that have the text; grows while the log is looked through. */
export function useLogSearch(store: LogStore, text: string): readonly number[] {
  const [found, setFound] = useState<{ readonly search: LogSearch; readonly count: number } | undefined>(undefined);
  useEffect(() => {
    if (text === "") {
      setFound(undefined);
      return;
    }
    const search = new LogSearch(store, text);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const go = () => {
      const isMore = search.advance(rowsAtATime);
      setFound({ search, count: search.lines.length });
      timer = isMore ? setTimeout(go) : undefined;
    };
    go();
    const stop = store.subscribe(() => {
      if (timer === undefined) go();
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [store, text]);
  return found === undefined ? noLines : found.search.lines;
}
