import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { EventPage } from "../../../../src/dashboard/views/event-view.ts";
import { apiPath, getJson } from "../../api/fetch-json.ts";
import { type EventWindow, letIn, staleFrom, withNewest, withOlder, withUpdates } from "./event-window.ts";
import type { EventsFilter } from "./events-filter.ts";

const pageSize = 100;

/** The events that a filter lets through: the newest follow what comes in, older ones are loaded on demand. */
export interface EventsView {
  /** Undefined until the first page is there. */
  readonly window: EventWindow | undefined;
  readonly error: unknown;
  /** Keeps the list as it is; what comes in waits in `window.newer`. */
  readonly hold: (isHeld: boolean) => void;
  readonly loadOlder: () => void;
  readonly isLoadingOlder: boolean;
  readonly olderError: unknown;
}

export function useEventWindow(namespace: string | undefined, filter: EventsFilter): EventsView {
  const queries = useQueryClient();
  const key = ["events", namespace, filter];
  // Read when an answer comes, which may be after it has changed.
  const isHeld = useRef(false);
  const [, setHeld] = useState(false);
  const read = (more: { readonly continue?: string }, signal?: AbortSignal) =>
    getJson<EventPage>(apiPath(["events"], { namespace, ...filter, ...more, limit: pageSize }), signal);

  const newest = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const page = await read({}, signal);
      const merged = () =>
        withNewest(queries.getQueryData<EventWindow>(key), page, { isHeld: isHeld.current, limit: pageSize });
      const from = staleFrom(merged(), page);
      if (from === undefined) return merged();
      const again = await read({ continue: from }, signal);
      return withUpdates(merged(), again);
    },
    structuralSharing: false,
  });
  const older = useMutation({
    mutationFn: async () => {
      const next = queries.getQueryData<EventWindow>(key)?.continue;
      if (next === undefined) return;
      const page = await read({ continue: next });
      queries.setQueryData<EventWindow>(key, (window) => window && withOlder(window, page));
    },
  });
  return {
    window: newest.data,
    error: newest.error,
    hold: (wanted) => {
      if (isHeld.current === wanted) return;
      isHeld.current = wanted;
      setHeld(wanted);
      if (!wanted) queries.setQueryData<EventWindow>(key, (window) => window && letIn(window));
    },
    loadOlder: () => older.mutate(),
    isLoadingOlder: older.isPending,
    olderError: older.error,
  };
}
