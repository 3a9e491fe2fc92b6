import { useEffect, useState, useSyncExternalStore } from "react";
import { isRefused } from "../../../api/problem.ts";
import { LogStore } from "./log-store.ts";
import { readLog } from "./read-log.ts";

const tryAgainMs = 1500;

/** The log at an endpoint, read while the component is shown; a lost connection is taken up again. */
export function useRunLog(path: string): { readonly store: LogStore; readonly problem: unknown } {
  const [store, setStore] = useState(() => new LogStore());
  const [problem, setProblem] = useState<unknown>(undefined);
  useEffect(() => {
    const gone = new AbortController();
    const first = new LogStore();
    setStore(first);
    setProblem(undefined);
    void keepReading(path, first, { show: setStore, fail: setProblem, signal: gone.signal });
    return () => gone.abort();
  }, [path]);
  useSyncExternalStore(store.subscribe, store.version);
  return { store, problem };
}

async function keepReading(
  path: string,
  first: LogStore,
  {
    show,
    fail,
    signal,
  }: {
    readonly show: (store: LogStore) => void;
    readonly fail: (error: unknown) => void;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  let shown = first;
  let store = first;
  while (!signal.aborted) {
    try {
      const current = store;
      const put = (record: Parameters<LogStore["put"]>[0]) => {
        current.put(record);
        // What is shown stays until the new reading has come as far.
        if (current !== shown && (current.lineCount >= shown.lineCount || record.kind === "end")) {
          shown = current;
          show(current);
        }
      };
      if (await readLog(path, put, signal)) return;
    } catch (error) {
      if (signal.aborted) return;
      if (isRefused(error)) {
        fail(error);
        return;
      }
    }
    if (signal.aborted) return;
    shown.lose();
    store = new LogStore();
    await new Promise((resolve) => setTimeout(resolve, tryAgainMs));
  }
}
