import { useWindowVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Problem } from "../../components/problem.tsx";
import { useMessages } from "../../messages/messages-provider.tsx";
import { EventRow } from "./event-row.tsx";
import type { EventWindow } from "./event-window.ts";
import type { EventsView } from "./use-event-window.ts";

interface EventListProps {
  readonly view: EventsView;
  readonly events: EventWindow;
  readonly isPaused: boolean;
  readonly pause: (isPaused: boolean) => void;
  /** Older pages are searched for a text. */
  readonly isSearch: boolean;
}

const rowHeight = 45;
/** Older events are loaded when so few rows are left below. */
const loadAhead = 20;

/**
 * Only the rows in sight are drawn. The list holds still while somebody has scrolled into it, or paused it; a button
 * then says how many events are new.
 */
export function EventList({ view, events, isPaused, pause, isSearch }: EventListProps): ReactNode {
  const messages = useMessages();
  const list = useRef<HTMLTableElement>(null);
  const virtualizer = useRowsInSight(list, events);
  useHoldWhenScrolled(list, view, isPaused);
  useOlderWhenNear(virtualizer, view, events);
  const rows = virtualizer.getVirtualItems();
  const { newer, isGap } = events;
  const showNew = () => {
    pause(false);
    view.hold(false);
    list.current?.scrollIntoView({ block: "nearest" });
    window.scrollTo({ top: 0 });
  };
  return (
    <>
      <div className="list-tools">
        <p role="status" className="new-events">
          {newer.length > 0 && (
            <button type="button" className="primary" onClick={showNew}>
              {messages.eventList.newEvents(newer.length, isGap)}
            </button>
          )}
        </p>
        <button
          type="button"
          aria-pressed={isPaused}
          onClick={() => {
            pause(!isPaused);
            view.hold(!isPaused);
          }}
        >
          {isPaused ? messages.eventList.resume : messages.eventList.pause}
        </button>
      </div>
      <table ref={list} className="event-list" aria-label={messages.events} aria-rowcount={-1}>
        <thead>
          <tr className="event-row">
            {[messages.received, messages.event, messages.repository, messages.listener, messages.verdicts].map(
              (heading) => (
                <th key={heading} scope="col">
                  {heading}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody style={{ height: virtualizer.getTotalSize() }}>
          {rows.map(({ index, key, start }) => {
            const event = events.items[index];
            return (
              event !== undefined && (
                <EventRow
                  key={key}
                  ref={virtualizer.measureElement}
                  event={event}
                  index={index}
                  top={start - virtualizer.options.scrollMargin}
                />
              )
            );
          })}
        </tbody>
      </table>
      <p role="status" className="muted end">
        {view.isLoadingOlder && (isSearch ? messages.eventList.searching : messages.loading)}
      </p>
      {view.olderError !== null && <Problem error={view.olderError} />}
    </>
  );
}

function useRowsInSight(
  list: React.RefObject<HTMLTableElement | null>,
  { items }: EventWindow,
): Virtualizer<Window, HTMLTableRowElement> {
  const [top, setTop] = useState(0);
  // What stands above the list changes its height with the width of the window.
  useLayoutEffect(() => {
    const measure = () =>
      setTop((list.current?.querySelector("tbody")?.getBoundingClientRect().top ?? 0) + window.scrollY);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [list]);
  return useWindowVirtualizer<HTMLTableRowElement>({
    count: items.length,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollMargin: top,
    getItemKey: (index) => items[index]?.id ?? index,
  });
}

/** Holds the list once its top has been scrolled away, and lets go at the top. */
function useHoldWhenScrolled(
  list: React.RefObject<HTMLTableElement | null>,
  { hold }: EventsView,
  isPaused: boolean,
): void {
  useEffect(() => {
    const look = () => hold(isPaused || (list.current?.getBoundingClientRect().top ?? 0) < 0);
    window.addEventListener("scroll", look, { passive: true });
    return () => window.removeEventListener("scroll", look);
  }, [list, hold, isPaused]);
}

function useOlderWhenNear(
  virtualizer: Virtualizer<Window, HTMLTableRowElement>,
  { loadOlder, isLoadingOlder, olderError }: EventsView,
  { items, continue: next }: EventWindow,
): void {
  const last = virtualizer.getVirtualItems().at(-1)?.index ?? -1;
  const isNear = next !== undefined && last >= items.length - loadAhead;
  useEffect(() => {
    if (isNear && !isLoadingOlder && olderError === null) loadOlder();
  }, [isNear, isLoadingOlder, olderError, loadOlder]);
}
