import type { EventSummary } from "../../../../src/dashboard/event-model.ts";
import type { EventPage } from "../../../../src/dashboard/views/event-view.ts";

/** The events that the page holds, newest first. */
export interface EventWindow {
  readonly items: readonly EventSummary[];
  /** Newer ones, which are not shown while somebody reads `items`. */
  readonly newer: readonly EventSummary[];
  /** There may be more between `newer` and `items` than `newer` has. */
  readonly isGap: boolean;
  /** Token of the next, older page; undefined at the oldest event. */
  readonly continue: string | undefined;
}

/** A list that follows what comes in keeps this many; older ones are loaded again when somebody scrolls to them. */
const maxFollowed = 500;
/** More newer ones than this are not kept while somebody reads. */
const maxNewer = 1000;

/**
 * The window after the newest page, of up to `limit`, was read again. `isHeld`: somebody reads, so nothing moves: new
 * events wait in `newer`. A full page that does not reach down to what is known makes a new beginning; one that is not
 * full was looked for further back than what comes in between two readings.
 */
export function withNewest(
  window: EventWindow | undefined,
  page: EventPage,
  { isHeld, limit }: { readonly isHeld: boolean; readonly limit: number },
): EventWindow {
  if (window === undefined) return { items: page.items, newer: [], isGap: false, continue: page.continue };
  const known = [...window.newer, ...(window.isGap ? [] : window.items)];
  const isConnected = page.items.length < limit || known.length === 0 || overlaps(page.items, known);
  const all = isConnected ? united(page.items, known) : page.items;
  if (!isHeld || window.items.length === 0) {
    if (all.length <= maxFollowed) {
      const isWhole = isConnected && !window.isGap;
      const oldest = page.continue === undefined ? undefined : (all.at(-1)?.id ?? page.continue);
      return { items: all, newer: [], isGap: false, continue: isWhole ? window.continue : oldest };
    }
    const items = all.slice(0, maxFollowed);
    return { items, newer: [], isGap: false, continue: items.at(-1)?.id };
  }
  const first = all.findIndex(({ id }) => id === window.items[0]?.id);
  const newer = first < 0 ? all : all.slice(0, first);
  return {
    items: updated(window.items, page.items),
    newer: newer.slice(0, maxNewer),
    isGap: first < 0 || newer.length > maxNewer,
    continue: window.continue,
  };
}

/** The window with what has waited in `newer`. */
export function letIn(window: EventWindow): EventWindow {
  const nothing = { items: [], continue: window.newer.at(-1)?.id ?? window.continue };
  return withNewest(window, nothing, { isHeld: false, limit: 1 });
}

/** The window with the next older page. */
export function withOlder(window: EventWindow, page: EventPage): EventWindow {
  const known = new Set(window.items.map(({ id }) => id));
  return {
    ...window,
    items: [...window.items, ...page.items.filter(({ id }) => !known.has(id))],
    continue: page.continue,
  };
}

/** The window with what was read again of events that it shows. */
export function withUpdates(window: EventWindow, page: EventPage): EventWindow {
  return { ...window, items: updated(window.items, page.items) };
}

/**
 * Where to read again, as a `continue` token: before the newest shown event that has not come to an end and is not of
 * the newest page. Undefined when there is none.
 */
export function staleFrom({ items }: EventWindow, newest: EventPage): string | undefined {
  const fresh = new Set(newest.items.map(({ id }) => id));
  const at = items.findIndex(({ id, isFinished }) => !isFinished && !fresh.has(id));
  return at > 0 ? items[at - 1]?.id : undefined;
}

function overlaps(page: readonly EventSummary[], known: readonly EventSummary[]): boolean {
  const ids = new Set(page.map(({ id }) => id));
  return known.some(({ id }) => ids.has(id));
}

/** The newest page and behind it what it does not hold; what it holds is newer than what is known. */
function united(page: readonly EventSummary[], known: readonly EventSummary[]): readonly EventSummary[] {
  const ids = new Set(page.map(({ id }) => id));
  return [...page, ...known.filter(({ id }) => !ids.has(id))];
}

function updated(items: readonly EventSummary[], page: readonly EventSummary[]): readonly EventSummary[] {
  const fresh = new Map(page.map((event) => [event.id, event]));
  return items.map((event) => fresh.get(event.id) ?? event);
}
