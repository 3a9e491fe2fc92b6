import { Client, type ClientConfig } from "pg";
import { lockClass } from "./postgres-schema.ts";

const minDelayMs = 200;
const maxDelayMs = 5_000;

/**
 * A sink's sign of life: a connection that holds an advisory lock on the sink's number for as long as it lives. The
 * server gives the lock back when the process or its machine is gone, and other sinks take its events over.
 */
export class PostgresSession {
  readonly number: number;
  readonly #config: ClientConfig;
  #client: Client | undefined;
  #isClosed = false;

  private constructor(number: number, config: ClientConfig) {
    this.number = number;
    this.#config = config;
  }

  static async open(number: number, config: ClientConfig): Promise<PostgresSession> {
    const session = new PostgresSession(number, config);
    await session.#connect();
    return session;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const client = new Client(this.#config);
    let isLost = false;
    const lost = () => {
      if (isLost || this.#client !== client) return;
      isLost = true;
      this.#client = undefined;
      void this.#reconnect();
    };
    client.on("error", lost);
    client.on("end", lost);
    await client.connect();
    // The server may not have noticed yet that an earlier connection of ours is gone.
    await client.query("SELECT pg_advisory_lock($1, $2)", [lockClass, this.number]);
    this.#client = client;
  }

  async #reconnect(): Promise<void> {
    for (let delayMs = minDelayMs; !this.#isClosed; delayMs = Math.min(maxDelayMs, delayMs * 2)) {
      try {
        await this.#connect();
        if (this.#isClosed) await this.close();
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
      }
    }
  }
}
