import type { SqliteReply, SqliteRequest } from "./sqlite-requests.ts";
import { SqliteServant } from "./sqlite-servant.ts";

/**
 * Answers requests in the process itself, once the input that is there has been handled: for a process that writes
 * little, and for which a thread would be too much memory.
 */
export class InlineSqlite {
  readonly #servant = new SqliteServant();
  readonly #reply: (reply: SqliteReply) => void;
  #requests: SqliteRequest[] = [];

  constructor(reply: (reply: SqliteReply) => void) {
    this.#reply = reply;
  }

  postMessage(request: SqliteRequest): void {
    if (this.#requests.push(request) > 1) return;
    setImmediate(() => {
      const requests = this.#requests;
      this.#requests = [];
      this.#servant.answerAll(requests, this.#reply);
    });
  }

  ref(): void {
    // What waits keeps the process alive by itself.
  }

  unref(): void {
    // Nothing else keeps it alive.
  }

  async terminate(): Promise<void> {
    // Its databases are closed already.
  }
}
