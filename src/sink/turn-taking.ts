import { WaitingRequests } from "./waiting-requests.ts";

/** How many pieces of work begin in one turn of the event loop. */
const startsPerTurn = 8;

/** As many requests that are being taken in at once are a burst. */
const burst = 8;

/** It lasts until there were fewer for as long as this, in milliseconds: behind each commit there are few for a moment. */
const lullMs = 10;

/** How long work waits for the end of a burst at most, in milliseconds. */
const maxHoldMs = 2_000;

/** In a burst that lasts longer, a piece of work begins after so many requests, or after so many milliseconds. */
const requestsPerStart = 8;
const maxPauseMs = 20;

interface Waiting {
  readonly start: () => void;
  readonly sinceMs: number;
}

/** Those who wait, in their order. */
class Line {
  #waiting: Waiting[] = [];
  /** Those of the list before this one are gone. */
  #next = 0;

  get length(): number {
    return this.#waiting.length - this.#next;
  }

  get first(): Waiting | undefined {
    return this.#waiting[this.#next];
  }

  push(waiting: Waiting): void {
    this.#waiting.push(waiting);
  }

  shift(): Waiting | undefined {
    const first = this.#waiting[this.#next++];
    // What is gone is dropped now and then, as moving a long list up each time would take long.
    if (this.#next > 1_000 || this.#next >= this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#next);
      this.#next = 0;
    }
    return first;
  }
}

/** Of as many events as may wait at all, so many are a crowd. */
export const crowdShare = 0.9;

/** How turns are taken; times in milliseconds. */
export interface TurnOptions {
  /** With as many pieces of work in line, a request is let in for each that begins. Without it, they always are. */
  readonly crowd?: number;
  readonly nowMs?: () => number;
}

/**
 * Lets work begin a few pieces at a time, with input handled in between: taking events in comes before running their
 * triggers, as senders wait for the one and nobody for the other. During a burst triggers wait, for two seconds at most;
 * then both go on. Also bounds how much is under way, and slows requests down when very much work is in line.
 */
export class TurnTaking {
  readonly #maxConcurrent: number;
  readonly #crowd: number;
  readonly #nowMs: () => number;
  readonly #waiting = new Line();
  /** What has not begun to ask for turns. */
  readonly #coming = new Line();
  /** Since when what is beginning has waited. */
  #beginningSinceMs: number | undefined;
  #running = 0;
  #arriving = 0;
  /** When as many requests as make a burst were being taken in last. */
  #burstMs = Number.NEGATIVE_INFINITY;
  /** Requests that were taken in since the last piece of work began, and when that was. */
  #arrived = 0;
  #startedMs = Number.NEGATIVE_INFINITY;
  readonly #atDoor = new WaitingRequests();
  #isScheduled = false;
  #held: NodeJS.Timeout | undefined;

  constructor(maxConcurrent: number, { crowd = Number.POSITIVE_INFINITY, nowMs }: TurnOptions = {}) {
    this.#maxConcurrent = maxConcurrent;
    this.#crowd = crowd;
    this.#nowMs = nowMs ?? (() => performance.now());
  }

  /** Whether so many requests are being taken in that work has to wait. */
  get isBurst(): boolean {
    return this.#arriving >= burst || this.#nowMs() - this.#burstMs < lullMs;
  }

  /**
   * Undefined: there is room for one more request. Else it has to wait until work has begun for it: senders that wait for
   * their answers are slowed down rather than refused. False: too many wait already, or it has waited too long.
   */
  room(): Promise<boolean> | undefined {
    return this.#waiting.length + this.#coming.length < this.#crowd ? undefined : this.#atDoor.wait();
  }

  /** A request is being taken in from now until `arrived` is called. */
  arriving(): void {
    if (++this.#arriving >= burst) this.#burstMs = this.#nowMs();
  }

  arrived(): void {
    if (this.#arriving-- >= burst) this.#burstMs = this.#nowMs();
    this.#arrived++;
    if (this.#held !== undefined && this.#arrived % requestsPerStart === 0) this.#lookAgain();
  }

  /**
   * Calls what will ask for turns at once, when those who have asked before have got theirs: so thousands that wait are
   * one small object each.
   */
  begin(start: () => void): void {
    this.#coming.push({ start, sinceMs: this.#nowMs() });
    this.#schedule();
  }

  /** Runs the work when its turn comes. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await new Promise<void>((resolve) => {
      this.#waiting.push({ start: resolve, sinceMs: this.#beginningSinceMs ?? this.#nowMs() });
      this.#schedule();
    });
    try {
      return await work();
    } finally {
      this.#running--;
      this.#schedule();
    }
  }

  #schedule(): void {
    if (this.#isScheduled || this.#held !== undefined) return;
    if (this.#first === undefined || this.#running >= this.#maxConcurrent) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (this.#mustHold()) return;
      const starts = Math.min(this.#goesFirst ? 1 : startsPerTurn, this.#maxConcurrent - this.#running);
      this.#arrived = 0;
      this.#startedMs = this.#nowMs();
      for (let started = 0; started < starts; started++) {
        const next = this.#nextTurn();
        if (next === undefined) break;
        this.#running++;
        next.start();
        this.#atDoor.letIn();
      }
      this.#schedule();
    });
  }

  /** Whether requests come before work, unless they have to wait for it themselves. */
  get #goesFirst(): boolean {
    return this.isBurst && this.#atDoor.count === 0;
  }

  get #first(): Waiting | undefined {
    return this.#waiting.first ?? this.#coming.first;
  }

  /** The first that waits for a turn, once enough has begun for there to be one. */
  #nextTurn(): Waiting | undefined {
    while (this.#waiting.length === 0) {
      const beginning = this.#coming.shift();
      if (beginning === undefined) return undefined;
      this.#beginningSinceMs = beginning.sinceMs;
      beginning.start();
      this.#beginningSinceMs = undefined;
    }
    return this.#waiting.shift();
  }

  /** Whether a burst goes first; then it is looked at again, until it or the patience ends. */
  #mustHold(): boolean {
    const first = this.#first;
    if (first === undefined || !this.#goesFirst) return false;
    const nowMs = this.#nowMs();
    let leftMs = first.sinceMs + maxHoldMs - nowMs;
    if (leftMs <= 0 && this.#arrived < requestsPerStart) leftMs = this.#startedMs + maxPauseMs - nowMs;
    if (leftMs <= 0) return false;
    this.#held = setTimeout(() => this.#lookAgain(), Math.min(leftMs, lullMs));
    return true;
  }

  #lookAgain(): void {
    clearTimeout(this.#held);
    this.#held = undefined;
    this.#schedule();
  }
}
