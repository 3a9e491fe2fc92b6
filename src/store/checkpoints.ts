import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Fewer pages in the write-ahead log are not worth two more waits for the disk. */
const worthwhilePages = 1_000;

/** With as many pages in the log nothing is waited for any more; 128 MiB. */
const defaultMaxPages = 16_384;

/** The log's file is cut to this once all of it has been copied; space that is there already is written faster. */
const keptBytes = 16 * 1024 * 1024;

/**
 * Copies the pages of a database's write-ahead log into its file, as SQLite would by itself in the middle of some commit.
 * Here it comes after those who wait have their answers, and in a burst of writes not before its end: meanwhile most pages
 * of indexes change many times and are copied once. The log is bounded, and shorter where the disk is nearly full.
 */
export class Checkpoints {
  readonly #freeBytes: () => number;
  readonly #maxPages: number;
  readonly #pageBytes: number;
  readonly #look: StatementSync;
  readonly #copy: StatementSync;

  /** For a database that has just been opened; `freeBytes` tells how much room its disk has left. */
  constructor(database: DatabaseSync, freeBytes: () => number, maxPages = defaultMaxPages) {
    this.#freeBytes = freeBytes;
    this.#maxPages = maxPages;
    database.exec(`PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = ${keptBytes}`);
    this.#pageBytes = Number(database.prepare("PRAGMA page_size").get()?.["page_size"]);
    this.#look = database.prepare("PRAGMA wal_checkpoint(NOOP)");
    this.#copy = database.prepare("PRAGMA wal_checkpoint(PASSIVE)");
  }

  /** Copies if that cannot wait. True when it is to be done as soon as nobody writes. */
  afterCommit(): boolean {
    const pages = this.#pendingPages();
    if (pages < worthwhilePages) return false;
    if (pages < this.#maxPages && this.#hasRoomFor(pages)) return true;
    this.copy();
    return false;
  }

  /** Copies what there is; what cannot be copied, as on a full disk, stays in the log. */
  copy(): void {
    try {
      this.#copy.get();
    } catch {
      // The next commit tries again, and says itself what it cannot write.
    }
  }

  /** Pages of the log that the file does not have yet; none for a database in memory, which has no log. */
  #pendingPages(): number {
    try {
      const { log = 0, checkpointed = 0 } = this.#look.get() ?? {};
      return Number(log) - Number(checkpointed);
    } catch {
      return 0; // as another connection is in the way; it is looked at again behind the next commit
    }
  }

  /** Whether the log may grow to twice its length and its pages still find room in the file. */
  #hasRoomFor(pages: number): boolean {
    return this.#freeBytes() > 3 * pages * this.#pageBytes;
  }
}
