import type { DatabaseSync, StatementSync } from "node:sqlite";
import { err, ok, type Result } from "../../result.ts";
import type {
  AcceptedEvent,
  JournalRefusal,
  PairRecord,
  PendingEvent,
  StoredEvent,
} from "../../triggers/event-journal.ts";
import type { ListenerRef } from "../../triggers/run-trigger.ts";
import { type EventQuery, maxSearchedBodyBytes } from "./event-reader.ts";
import type { Journal, JournalOptions } from "./journal.ts";
import {
  briefColumns,
  eventColumns,
  eventValues,
  pairColumns,
  pairValues,
  type Row,
  readEvent,
  readPair,
} from "./journal-rows.ts";
import { openJournalFile } from "./journal-schema.ts";
import { defaultRetention, type Retention } from "./retention.ts";

/**
 * How long a verdict waits for a commit that an event makes necessary anyway, in milliseconds. Nobody waits for it, and
 * should it be lost, the trigger finds what it created before.
 */
const lazyMs = 10;

/** How long a write that must not be forgotten waits for a full disk, in milliseconds. */
const retryDelayMs = 500;

/** Whether a text stands somewhere in an event; the one value is the text. */
const textCondition = `EXISTS (
  SELECT 1 FROM (SELECT lower(?) AS wanted) WHERE
    instr(lower(id || ' ' || url || ' ' || header), wanted)
    OR instr(lower(coalesce(repository, '') || ' ' || coalesce(delivery_id, '')), wanted)
    OR (length(body) <= ${maxSearchedBodyBytes} AND instr(lower(CAST(body AS TEXT)), wanted))
    OR EXISTS (SELECT 1 FROM pairs WHERE event_id = events.id AND instr(
      lower(trigger || ' ' || created || ' ' || coalesce(error, '') || ' ' || coalesce(verdict, '')), wanted)))`;

/** How often old events are thrown away. */
const pruneEveryMs = 60_000;
/** How many events one pruning removes at most, so that it never holds up requests for long. */
const pruneBatch = 500;

/** One write that waits for the next commit. */
interface PendingWrite {
  readonly run: () => void;
  readonly done: (error: string | undefined) => void;
}

/**
 * The journal in an SQLite file. Writes that come in while the previous commit is under way share the next one: one
 * fsync for many events.
 */
export class SqliteJournal implements Journal {
  readonly #database: DatabaseSync;
  readonly #options: JournalOptions;
  readonly #retention: Retention;
  readonly #nowMs: () => number;
  readonly #insertEvent: StatementSync;
  readonly #putPair: StatementSync;
  readonly #finish: StatementSync;
  readonly #pairsOf: StatementSync;
  #writes: PendingWrite[] = [];
  #isScheduled = false;
  #lazy: NodeJS.Timeout | undefined;
  /** Counted along, as counting a large table takes long. */
  #events = 0;
  #bytes = 0;
  #unfinished = 0;
  #prunedAtMs = 0;
  #isClosed = false;

  private constructor(database: DatabaseSync, options: JournalOptions) {
    this.#database = database;
    this.#options = options;
    this.#retention = { ...defaultRetention, ...options.retention };
    this.#nowMs = options.nowMs ?? Date.now;
    const marks = (columns: string) => columns.split(",").fill("?").join(", ");
    this.#insertEvent = database.prepare(`INSERT INTO events (${eventColumns}) VALUES (${marks(eventColumns)})`);
    this.#putPair = database.prepare(`INSERT OR REPLACE INTO pairs (${pairColumns}) VALUES (${marks(pairColumns)})`);
    this.#finish = database.prepare("UPDATE events SET finished = 1 WHERE id = ? AND finished = 0");
    this.#pairsOf = database.prepare("SELECT * FROM pairs WHERE event_id = ? ORDER BY path");
    this.#recount();
  }

  /** Opens or creates the file (`:memory:` for none). The error is one sentence: in use, from a newer version. */
  static open(file: string, options: JournalOptions = {}): Result<SqliteJournal, string> {
    const opened = openJournalFile(file);
    return opened.ok ? ok(new SqliteJournal(opened.value, options)) : opened;
  }

  async accept(event: AcceptedEvent): Promise<Result<void, JournalRefusal>> {
    const { maxUnfinished = 50_000 } = this.#options;
    if (this.#unfinished + this.#writes.length >= maxUnfinished) {
      return err({ reason: "full", message: `${maxUnfinished} events are waiting for their triggers` });
    }
    const error = await this.#write(() => {
      this.#insertEvent.run(...eventValues(event));
      this.#events++;
      this.#unfinished++;
      this.#bytes += event.body.length;
    }, true);
    if (error === undefined) return ok(undefined);
    return err({
      reason: isDiskProblem(error) ? "full" : "unavailable",
      message: `the event journal cannot be written: ${error}`,
    });
  }

  async record(pair: PairRecord): Promise<void> {
    const what = `the verdict on event ${pair.eventId}`;
    await this.#writeInTheEnd(what, () => void this.#putPair.run(...pairValues(pair)));
  }

  async finish(eventId: string): Promise<void> {
    await this.#writeInTheEnd(`the end of event ${eventId}`, () => {
      this.#unfinished -= Number(this.#finish.run(eventId).changes);
    });
  }

  /** What became of an accepted event waits until the disk takes it; meanwhile the event counts as unfinished. */
  async #writeInTheEnd(what: string, run: () => void): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const error = await this.#write(run, false);
      if (error === undefined) return;
      if (attempt === 0) this.#options.onError?.(`${what} was not stored: ${error}`);
      if (this.#isClosed || !isDiskProblem(error)) return;
      await new Promise((resolve) => setTimeout(resolve, retryDelayMs).unref());
    }
  }

  async *pending({ namespace, name }: ListenerRef): AsyncIterable<PendingEvent> {
    const next = this.#database.prepare(
      "SELECT * FROM events WHERE finished = 0 AND namespace = ? AND listener = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT 1",
    );
    // What comes in from now on is dispatched by those who accept it.
    const newest = this.#database.prepare("SELECT max(seq) AS seq FROM events").get();
    const last = Number(newest?.["seq"] ?? 0);
    for (let seq = 0; !this.#isClosed; ) {
      const row = next.get(namespace, name, seq, last) as Row | undefined;
      if (row === undefined) return;
      seq = Number(row["seq"]);
      const event = readEvent(row);
      yield { event, pairs: this.#pairs(event.id) };
    }
  }

  async findDelivery(
    { namespace, name }: ListenerRef,
    deliveryId: string,
    sinceMs: number,
  ): Promise<string | undefined> {
    const row = this.#database
      .prepare(
        "SELECT id FROM events WHERE namespace = ? AND listener = ? AND delivery_id = ? AND received_ms >= ? ORDER BY seq LIMIT 1",
      )
      .get(namespace, name, deliveryId, sinceMs);
    return row === undefined ? undefined : String(row["id"]);
  }

  async event(id: string): Promise<StoredEvent | undefined> {
    const row = this.#database.prepare("SELECT * FROM events WHERE id = ?").get(id);
    return row === undefined ? undefined : this.#stored(row as Row);
  }

  async events(query: EventQuery): Promise<readonly StoredEvent[]> {
    const conditions: string[] = [];
    const values: (string | number)[] = [];
    const where = (condition: string, value: string | number | undefined) => {
      if (value === undefined) return;
      conditions.push(condition);
      values.push(value);
    };
    where("namespace = ?", query.listener?.namespace);
    where("listener = ?", query.listener?.name);
    where("instr(lower(repository), lower(?)) > 0", query.repository);
    where("received_ms >= ?", query.sinceMs);
    where("received_ms < ?", query.untilMs);
    where("seq < (SELECT seq FROM events WHERE id = ?)", query.before);
    where("seq >= (SELECT seq FROM events WHERE id = ?)", query.from);
    const matching = "EXISTS (SELECT 1 FROM pairs WHERE event_id = events.id AND";
    where(`${matching} state = ?)`, query.state);
    where(`${matching} json_extract(trigger, '$.name') = ?)`, query.trigger);
    where(textCondition, query.text);
    const filter = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
    const columns = query.isBrief === true ? briefColumns : "*";
    const rows = this.#database
      .prepare(`SELECT ${columns} FROM events ${filter} ORDER BY seq DESC LIMIT ? OFFSET ?`)
      .all(...values, query.limit, query.skip ?? 0);
    return rows.map((row) => this.#stored(row as Row));
  }

  /** Commits what waits and closes the file. */
  close(): void {
    if (this.#isClosed) return;
    this.#commit();
    this.#isClosed = true;
    this.#database.close();
  }

  #stored(row: Row): StoredEvent {
    const event = readEvent(row);
    const { body_bytes: bodyBytes } = row;
    return {
      event,
      pairs: this.#pairs(event.id),
      isFinished: Number(row["finished"]) === 1,
      ...(bodyBytes === undefined ? {} : { bodyBytes: Number(bodyBytes) }),
    };
  }

  #pairs(eventId: string): readonly PairRecord[] {
    return this.#pairsOf.all(eventId).map((row) => readPair(row as Row));
  }

  /** Resolves once the write is committed; with the error, if it was not. */
  #write(run: () => void, isUrgent: boolean): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#writes.push({ run, done: resolve });
      if (isUrgent) {
        if (this.#isScheduled) return;
        this.#isScheduled = true;
        // After the input that is there already has been handled: what comes with it shares the commit.
        setImmediate(() => this.#commit());
      } else this.#lazy ??= setTimeout(() => this.#commit(), lazyMs);
    });
  }

  #commit(): void {
    this.#isScheduled = false;
    clearTimeout(this.#lazy);
    this.#lazy = undefined;
    const writes = this.#writes;
    this.#writes = [];
    if (writes.length === 0) return;
    const errors = this.#isClosed ? writes.map(() => "the journal is closed") : this.#commitAll(writes);
    for (const [index, { done }] of writes.entries()) done(errors[index]);
  }

  /** One transaction for all; a write that fails by itself takes no other with it. */
  #commitAll(writes: readonly PendingWrite[]): readonly (string | undefined)[] {
    const errors: (string | undefined)[] = [];
    const startedMs = performance.now();
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      for (const { run } of writes) {
        try {
          run();
          errors.push(undefined);
        } catch (error) {
          // A full disk ends the whole transaction.
          if (!this.#database.isTransaction) throw error;
          errors.push(messageOf(error));
        }
      }
      this.#prune();
      this.#database.exec("COMMIT");
      this.#options.onCommit?.(performance.now() - startedMs);
      return errors;
    } catch (error) {
      try {
        if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      } catch {
        // SQLite has rolled back by itself, as it does when the disk is full.
      }
      this.#recount();
      return writes.map(() => messageOf(error));
    }
  }

  #recount(): void {
    const kept = this.#database
      .prepare("SELECT count(*) AS events, total(length(body)) AS bytes, total(1 - finished) AS unfinished FROM events")
      .get();
    this.#events = Number(kept?.["events"] ?? 0);
    this.#bytes = Number(kept?.["bytes"] ?? 0);
    this.#unfinished = Number(kept?.["unfinished"] ?? 0);
  }

  /** Throws old events away, a few at a time. */
  #prune(): void {
    const nowMs = this.#nowMs();
    if (nowMs - this.#prunedAtMs < pruneEveryMs) return;
    this.#prunedAtMs = nowMs;
    const { maxAgeMs, maxEvents, maxBytes } = this.#retention;
    const old = this.#database
      .prepare("SELECT id, received_ms, length(body) AS size FROM events WHERE finished = 1 ORDER BY seq LIMIT ?")
      .all(pruneBatch);
    let removed = 0;
    for (const row of old) {
      const isOld = Number(row["received_ms"]) < nowMs - maxAgeMs;
      if (!isOld && this.#events <= maxEvents && this.#bytes <= maxBytes) break;
      this.#database.prepare("DELETE FROM pairs WHERE event_id = ?").run(String(row["id"]));
      this.#database.prepare("DELETE FROM events WHERE id = ?").run(String(row["id"]));
      this.#events--;
      this.#bytes -= Number(row["size"]);
      removed++;
    }
    // More to do: the next commit goes on with it.
    if (removed === pruneBatch) this.#prunedAtMs = 0;
  }
}

/** Whether it may pass once there is room again. */
function isDiskProblem(error: string): boolean {
  return /full|disk/i.test(error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
