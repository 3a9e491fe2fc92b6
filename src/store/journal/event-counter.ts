import { setTimeout as sleep } from "node:timers/promises";
import type { EventReader } from "./event-reader.ts";
import { type MinuteCount, minuteMs } from "./minute-counts.ts";

const dayMinutes = 24 * 60;
/** So many minutes are counted by one query, which holds up others only for a moment. */
const minutesAtOnce = 60;
/** An event is stored this long after it was received, at most. */
const settledMs = 5_000;
/** Counts are made anew at most this often. */
const defaultPauseMs = 500;

interface EventCounterOptions {
  readonly nowMs: () => number;
  readonly pauseMs?: number;
}

/**
 * Counts the events of the last day by minute. A minute that is over, and whose events every trigger has finished
 * with, is counted once.
 */
export class EventCounter {
  readonly #reader: EventReader;
  readonly #nowMs: () => number;
  readonly #pauseMs: number;
  readonly #settled = new Map<number, readonly MinuteCount[]>();
  #countedAtMs = 0;
  #running: Promise<unknown> = Promise.resolve();
  /** Not begun yet, so that it counts all that is there now. */
  #next: Promise<readonly MinuteCount[]> | undefined;

  constructor(reader: EventReader, { nowMs, pauseMs = defaultPauseMs }: EventCounterOptions) {
    this.#reader = reader;
    this.#nowMs = nowMs;
    this.#pauseMs = pauseMs;
  }

  /** Those of the last 24 hours; minutes and listeners without events are left out. */
  lastDay(): Promise<readonly MinuteCount[]> {
    this.#next ??= this.#countSoon();
    return this.#next;
  }

  async #countSoon(): Promise<readonly MinuteCount[]> {
    await this.#running;
    const waitMs = this.#countedAtMs + this.#pauseMs - this.#nowMs();
    if (waitMs > 0) await sleep(waitMs);
    this.#next = undefined;
    this.#countedAtMs = this.#nowMs();
    const counts = this.#count(this.#countedAtMs);
    this.#running = counts.catch(() => undefined);
    return counts;
  }

  async #count(nowMs: number): Promise<readonly MinuteCount[]> {
    const last = Math.floor(nowMs / minuteMs);
    const first = last - dayMinutes + 1;
    for (const minute of this.#settled.keys()) if (minute < first) this.#settled.delete(minute);
    const counted: MinuteCount[] = [];
    for (let from = first; from <= last; ) {
      const settled = this.#settled.get(from);
      if (settled !== undefined) {
        counted.push(...settled);
        from++;
        continue;
      }
      let until = from + 1;
      while (until <= last && until - from < minutesAtOnce && !this.#settled.has(until)) until++;
      const counts = await this.#reader.counts({ sinceMs: from * minuteMs, untilMs: until * minuteMs });
      counted.push(...counts);
      this.#keepSettled(counts, { from, until, nowMs });
      from = until;
    }
    return counted;
  }

  #keepSettled(
    counts: readonly MinuteCount[],
    { from, until, nowMs }: { readonly from: number; readonly until: number; readonly nowMs: number },
  ): void {
    const byMinute = Map.groupBy(counts, ({ minute }) => minute);
    for (let minute = from; minute < until; minute++) {
      const found = byMinute.get(minute) ?? [];
      const isOver = (minute + 1) * minuteMs + settledMs < nowMs;
      if (isOver && found.every(({ unfinished }) => unfinished === 0)) this.#settled.set(minute, found);
    }
  }
}
