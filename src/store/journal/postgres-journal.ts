import { Client, type ClientConfig, Pool } from "pg";
import { err, ok, type Result } from "../../result.ts";
import type {
  Acceptance,
  AcceptedEvent,
  JournalRefusal,
  PairRecord,
  PendingEvent,
  StoredEvent,
} from "../../triggers/event-journal.ts";
import type { ListenerRef } from "../../triggers/run-trigger.ts";
import { type EventQuery, maxSearchedBodyBytes } from "./event-reader.ts";
import type { Journal, JournalOptions } from "./journal.ts";
import { briefColumns, type Row, readEvent, readPair } from "./journal-rows.ts";
import { countMinutes, type MinuteCount } from "./minute-counts.ts";
import { type PostgresWrite, writeBatch } from "./postgres-batch.ts";
import { lockClass, prepareSchema } from "./postgres-schema.ts";
import { PostgresSession } from "./postgres-session.ts";
import { defaultRetention, type Retention } from "./retention.ts";

/** How many writes share a transaction at most. */
const maxBatch = 200;
/** How many transactions are under way at once. */
const maxCommits = 2;
const maxConnections = 6;
const connectTimeoutMs = 5_000;
const retryDelayMs = 500;
const pruneEveryMs = 60_000;
const pruneBatch = 500;
const pageSize = 50;

/** Whether a text stands somewhere in an event; `mark` stands for the text. Bodies need not be UTF-8. */
const textCondition = (mark: string) => `(
  strpos(lower(concat_ws(' ', id, url, header, repository, delivery_id)), lower(${mark}::text)) > 0
  OR (length(body) <= ${maxSearchedBodyBytes}
    AND strpos(lower(encode(body, 'escape')), lower(encode(convert_to(${mark}::text, 'UTF8'), 'escape'))) > 0)
  OR EXISTS (SELECT 1 FROM tektite_pairs AS p WHERE p.event_id = tektite_events.id
    AND strpos(lower(concat_ws(' ', p.trigger, p.created, p.error, p.verdict)), lower(${mark}::text)) > 0))`;

interface WriteOutcome {
  /** Why it is not on disk. */
  readonly error?: string;
  /** The event was not written, as its delivery is known as this one. */
  readonly knownAs?: string;
}

interface QueuedWrite {
  readonly write: PostgresWrite;
  readonly done: (outcome: WriteOutcome) => void;
  /** Tried again until it works: what happens to an accepted event must not be forgotten. */
  readonly isStubborn: boolean;
}

/**
 * The journal in a PostgreSQL database, shared by any number of sinks. Each event belongs to the sink that accepted it;
 * when that one is gone (its advisory lock is free), another one takes its unfinished events over, under row locks, so
 * that only one does.
 */
export class PostgresJournal implements Journal {
  readonly #pool: Pool;
  readonly #session: PostgresSession;
  readonly #options: JournalOptions;
  readonly #retention: Retention;
  readonly #unfinished = new Set<string>();
  #queue: QueuedWrite[] = [];
  #commits = 0;
  #isScheduled = false;
  #prunedAtMs = 0;
  #isClosed = false;

  private constructor(pool: Pool, session: PostgresSession, options: JournalOptions) {
    this.#pool = pool;
    this.#session = session;
    this.#options = options;
    this.#retention = { ...defaultRetention, ...options.retention };
  }

  /** Connects and makes the tables. The error is one sentence, without the URL's password. */
  static async open(url: string, options: JournalOptions = {}): Promise<Result<PostgresJournal, string>> {
    const config: ClientConfig = {
      connectionString: url,
      connectionTimeoutMillis: connectTimeoutMs,
      application_name: "tektite",
      keepAlive: true,
    };
    let number: number;
    const client = new Client(config);
    client.on("error", () => undefined);
    try {
      await client.connect();
      const prepared = await prepareSchema(client);
      if (!prepared.ok) return prepared;
      const next = await client.query<{ number: number }>("SELECT nextval('tektite_sinks')::int AS number");
      number = next.rows[0]?.number ?? 0;
      const session = await PostgresSession.open(number, config);
      const pool = new Pool({ ...config, max: maxConnections });
      // A connection that breaks while nobody uses it: the next query opens another.
      pool.on("error", () => undefined);
      return ok(new PostgresJournal(pool, session, options));
    } catch (error) {
      return err(`the journal's database cannot be used: ${messageOf(error)}`);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async accept(event: AcceptedEvent, deliveredSinceMs?: number): Promise<Result<Acceptance, JournalRefusal>> {
    const { maxUnfinished = 50_000 } = this.#options;
    if (this.#unfinished.size >= maxUnfinished) {
      return err({ reason: "full", message: `${maxUnfinished} events are waiting for their triggers` });
    }
    this.#unfinished.add(event.id);
    const window = deliveredSinceMs === undefined ? {} : { deliveredSinceMs };
    const { error, knownAs } = await this.#write({ kind: "event", event, ...window }, false);
    if (error === undefined && knownAs === undefined) return ok({ kind: "accepted" });
    this.#unfinished.delete(event.id);
    if (knownAs !== undefined) return ok({ kind: "known", eventId: knownAs });
    // The connection may have broken after the commit: what was refused must not run.
    void this.#write({ kind: "discard", eventId: event.id }, true);
    return err({ reason: "unavailable", message: `the event journal cannot be written: ${error}` });
  }

  async record(pair: PairRecord): Promise<void> {
    const { error } = await this.#write({ kind: "pair", pair }, true);
    if (error !== undefined) this.#options.onError?.(`the verdict on event ${pair.eventId} was not stored: ${error}`);
  }

  async finish(eventId: string): Promise<void> {
    const { error } = await this.#write({ kind: "finish", eventId }, true);
    this.#unfinished.delete(eventId);
    if (error !== undefined) this.#options.onError?.(`the end of event ${eventId} was not stored: ${error}`);
  }

  async *pending(listener: ListenerRef): AsyncIterable<PendingEvent> {
    await this.#claim(listener);
    yield* this.#owned(listener, undefined);
  }

  async *abandoned(listener: ListenerRef): AsyncIterable<PendingEvent> {
    const claimed = await this.#claim(listener);
    if (claimed.length > 0) yield* this.#owned(listener, claimed);
  }

  async bodies(eventIds: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const found = await this.#pool.query<Row>("SELECT id, body FROM tektite_events WHERE id = ANY($1)", [eventIds]);
    return new Map(found.rows.map((row) => [String(row["id"]), row["body"] as Uint8Array]));
  }

  async event(id: string): Promise<StoredEvent | undefined> {
    const found = await this.#pool.query<Row>("SELECT * FROM tektite_events WHERE id = $1", [id]);
    return (await this.#stored(found.rows))[0];
  }

  async events(query: EventQuery): Promise<readonly StoredEvent[]> {
    const conditions: string[] = [];
    const values: (string | number)[] = [];
    const where = (condition: (mark: string) => string, value: string | number | undefined) => {
      if (value === undefined) return;
      values.push(value);
      conditions.push(condition(`$${values.length}`));
    };
    where((mark) => `namespace = ${mark}`, query.listener?.namespace);
    where((mark) => `listener = ${mark}`, query.listener?.name);
    where((mark) => `position(lower(${mark}) IN lower(repository)) > 0`, query.repository);
    where((mark) => `replay_of = ${mark}`, query.replayOf);
    where((mark) => `received_ms >= ${mark}`, query.sinceMs);
    where((mark) => `received_ms < ${mark}`, query.untilMs);
    where((mark) => `seq < (SELECT seq FROM tektite_events WHERE id = ${mark})`, query.before);
    where((mark) => `seq >= (SELECT seq FROM tektite_events WHERE id = ${mark})`, query.from);
    const matching = "EXISTS (SELECT 1 FROM tektite_pairs AS p WHERE p.event_id = tektite_events.id AND";
    where((mark) => `${matching} p.state = ${mark})`, query.state);
    where((mark) => `${matching} p.trigger_name = ${mark})`, query.trigger);
    where(textCondition, query.text);
    const filter = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
    const found = await this.#pool.query<Row>(
      `SELECT ${query.isBrief === true ? briefColumns : "*"} FROM tektite_events ${filter} ORDER BY seq DESC LIMIT $${values.length + 1} OFFSET $${values.length + 2}`,
      [...values, query.limit, query.skip ?? 0],
    );
    return this.#stored(found.rows);
  }

  counts(query: { readonly sinceMs: number; readonly untilMs: number }): Promise<readonly MinuteCount[]> {
    return countMinutes(
      async (sql, ...values) => (await this.#pool.query<Row>(sql, [...values])).rows,
      {
        events: "tektite_events",
        pairs: "tektite_pairs",
        isSameId: (id, other) => `${id} = ${other}`,
        unfinished: "NOT finished",
        mark: (index) => `$${index + 1}`,
      },
      query,
    );
  }

  /** Writes what waits, as far as the database answers, and gives the sink's events free. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    while (this.#queue.length > 0 || this.#commits > 0) {
      this.#commit();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await this.#session.close();
    await this.#pool.end();
  }

  /** Makes the unfinished events of sinks that are gone this one's own; their ids. */
  async #claim({ namespace, name }: ListenerRef): Promise<readonly string[]> {
    const claimed = await this.#pool.query<{ id: string }>(
      `UPDATE tektite_events SET owner = $1 WHERE seq IN (
         SELECT seq FROM tektite_events
         WHERE NOT finished AND namespace = $2 AND listener = $3 AND owner <> $1 AND NOT EXISTS (
           SELECT 1 FROM pg_locks
           WHERE locktype = 'advisory' AND granted AND classid::bigint = $4 AND objid::bigint = owner AND objsubid = 2
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
         )
         FOR UPDATE SKIP LOCKED
       ) RETURNING id`,
      [this.#session.number, namespace, name, lockClass],
    );
    for (const { id } of claimed.rows) this.#unfinished.add(id);
    return claimed.rows.map(({ id }) => id);
  }

  /** This sink's unfinished events, those of the list only when there is one; oldest first. */
  async *#owned({ namespace, name }: ListenerRef, ids: readonly string[] | undefined): AsyncIterable<PendingEvent> {
    const newest = await this.#pool.query<{ seq: string | null }>("SELECT max(seq) AS seq FROM tektite_events");
    // What comes in from now on is dispatched by those who accept it.
    const last = newest.rows[0]?.seq ?? "0";
    for (let seq = "0"; !this.#isClosed; ) {
      const page = await this.#pool.query<Row>(
        `SELECT * FROM tektite_events
         WHERE NOT finished AND namespace = $1 AND listener = $2 AND owner = $3 AND seq > $4 AND seq <= $5
           AND ($6::text[] IS NULL OR id = ANY($6)) ORDER BY seq LIMIT ${pageSize}`,
        [namespace, name, this.#session.number, seq, last, ids ?? null],
      );
      for (const { event, pairs } of await this.#stored(page.rows)) yield { event, pairs };
      if (page.rows.length < pageSize) return;
      seq = String(page.rows.at(-1)?.["seq"]);
    }
  }

  async #stored(rows: readonly Row[]): Promise<readonly StoredEvent[]> {
    if (rows.length === 0) return [];
    const found = await this.#pool.query<Row>(
      'SELECT * FROM tektite_pairs WHERE event_id = ANY($1) ORDER BY path COLLATE "C"',
      [rows.map((row) => row["id"])],
    );
    const pairs = Map.groupBy(found.rows.map(readPair), ({ eventId }) => eventId);
    return rows.map((row) => {
      const event = readEvent(row);
      const { body_bytes: bodyBytes } = row;
      return {
        event,
        pairs: pairs.get(event.id) ?? [],
        isFinished: row["finished"] === true,
        ...(bodyBytes === undefined ? {} : { bodyBytes: Number(bodyBytes) }),
      };
    });
  }

  #write(write: PostgresWrite, isStubborn: boolean): Promise<WriteOutcome> {
    return new Promise((resolve) => {
      this.#queue.push({ write, done: resolve, isStubborn });
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      // After the input that is there already has been handled: what comes with it shares the commit.
      setImmediate(() => {
        this.#isScheduled = false;
        this.#commit();
      });
    });
  }

  #commit(): void {
    while (this.#queue.length > 0 && this.#commits < maxCommits) {
      const batch = this.#queue.splice(0, maxBatch);
      this.#commits++;
      void this.#commitBatch(batch).finally(() => {
        this.#commits--;
        this.#commit();
        // Behind the commit, so that what it brought counts.
        void this.#prune();
      });
    }
  }

  async #commitBatch(batch: readonly QueuedWrite[]): Promise<void> {
    const tried = await this.#tryBatch(batch.map(({ write }) => write));
    if (tried.ok) {
      for (const { write, done } of batch) {
        const knownAs = write.kind === "event" ? tried.value.get(write.event.id) : undefined;
        done(knownAs === undefined ? {} : { knownAs });
      }
      return;
    }
    const { error } = tried;
    if (!error.isLost && batch.length > 1) {
      // One write that the database refuses takes no other with it.
      for (const queued of batch) await this.#commitBatch([queued]);
      return;
    }
    const again = batch.filter(({ isStubborn }) => isStubborn && error.isLost && !this.#isClosed);
    for (const queued of batch) if (!again.includes(queued)) queued.done({ error: error.message });
    if (again.length === 0) return;
    // In their order: an older state of a pair must not come after a newer one.
    await new Promise((resolve) => setTimeout(resolve, retryDelayMs));
    this.#queue.unshift(...again);
  }

  /** The error is lost when the connection was, not the database's refusal. */
  async #tryBatch(
    writes: readonly PostgresWrite[],
  ): Promise<Result<ReadonlyMap<string, string>, { message: string; isLost: boolean }>> {
    const startedMs = performance.now();
    try {
      const client = await this.#pool.connect();
      let broken: Error | undefined;
      const onError = (error: Error) => {
        broken = error;
      };
      client.on("error", onError);
      let known: ReadonlyMap<string, string>;
      try {
        known = await writeBatch(client, writes, this.#session.number);
      } catch (error) {
        broken ??= isLost(error) ? (error as Error) : undefined;
        throw error;
      } finally {
        client.off("error", onError);
        client.release(broken ?? false);
      }
      this.#options.onCommit?.(performance.now() - startedMs);
      return ok(known);
    } catch (error) {
      return err({ message: messageOf(error), isLost: isLost(error) });
    }
  }

  /** Throws old events away, a few at a time; one sink at once. */
  async #prune(): Promise<void> {
    const nowMs = (this.#options.nowMs ?? Date.now)();
    if (nowMs - this.#prunedAtMs < pruneEveryMs || this.#isClosed) return;
    this.#prunedAtMs = nowMs;
    const { maxAgeMs, maxEvents, maxBytes } = this.#retention;
    try {
      const removed = await this.#pool.query<{ count: string }>(
        `WITH totals AS (
           SELECT count(*) AS events, coalesce(sum(length(body)), 0) AS bytes FROM tektite_events
         ), done AS (
           SELECT id, received_ms, row_number() OVER older AS place, sum(length(body)) OVER older - length(body) AS freed
           FROM tektite_events WHERE finished WINDOW older AS (ORDER BY seq)
         ), old AS (
           SELECT id FROM done, totals
           WHERE received_ms < $1 OR place <= events - $2 OR freed < bytes - $3 ORDER BY place LIMIT $4
         ), pairs AS (
           DELETE FROM tektite_pairs WHERE event_id IN (SELECT id FROM old)
         ), deliveries AS (
           DELETE FROM tektite_deliveries WHERE event_id IN (SELECT id FROM old)
         ), events AS (
           DELETE FROM tektite_events WHERE id IN (SELECT id FROM old) RETURNING id
         ) SELECT count(*) AS count FROM events`,
        [nowMs - maxAgeMs, maxEvents, maxBytes, pruneBatch],
      );
      // More to do: the next commit goes on with it.
      if (Number(removed.rows[0]?.count) === pruneBatch) this.#prunedAtMs = 0;
    } catch (error) {
      this.#options.onError?.(`old events were not removed: ${messageOf(error)}`);
    }
  }
}

/** Whether the connection broke or the server is not up, rather than that it refused. */
function isLost(error: unknown): boolean {
  const code = (error as { readonly code?: unknown }).code;
  // Classes 08 and 57 are about connections and shutdowns; refusals have other SQLSTATEs of five characters.
  if (typeof code === "string" && /^[0-9A-Z]{5}$/.test(code))
    return /^(08|57P|53)/.test(code) || code === "40001" || code === "40P01";
  return true;
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}
