import type { StoreEvent } from "./object-store.ts";

/** Why a watch ended: `slow` when its buffer was full, so that its reader must list again. */
export type WatchEnd = "closed" | "slow";

/** Bound of what waits for one reader. */
const maxWaiting = 16_384;

/** Events on their way to one watcher, in order of revision. */
export class WatchQueue {
  readonly #prefix: string;
  readonly #after: number;
  readonly #onClose: () => void;
  #waiting: StoreEvent[];
  #wake: (() => void) | undefined;
  #end: WatchEnd | undefined;

  constructor(prefix: string, after: number, past: readonly StoreEvent[], onClose: () => void) {
    this.#prefix = prefix;
    this.#after = after;
    this.#onClose = onClose;
    this.#waiting = past.filter((event) => event.object.key.startsWith(prefix));
  }

  /** Why the watch ended, once it has. */
  get end(): WatchEnd | undefined {
    return this.#end;
  }

  /** Nothing is waiting: all that the store has published was handed out. */
  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  offer(event: StoreEvent): void {
    if (this.#end || event.object.revision <= this.#after || !event.object.key.startsWith(this.#prefix)) return;
    if (this.#waiting.length >= maxWaiting) {
      this.close("slow");
      return;
    }
    this.#waiting.push(event);
    this.#wake?.();
  }

  /** What is waiting, at once when there is something; empty after `timeoutMs` and once the watch has ended. */
  async next(timeoutMs: number): Promise<readonly StoreEvent[]> {
    if (this.#waiting.length === 0 && !this.#end) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(Math.max(timeoutMs, 0), 2 ** 31 - 1));
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
    const batch = this.#waiting;
    this.#waiting = [];
    return batch;
  }

  close(end: WatchEnd = "closed"): void {
    if (this.#end) return;
    this.#end = end;
    if (end === "slow") this.#waiting = [];
    this.#onClose();
    this.#wake?.();
  }
}
