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
import type { SqliteRow, SqliteWrite } from "../sqlite-requests.ts";
import { type SqliteFile, SqliteThread } from "../sqlite-thread.ts";
import { type EventQuery, maxSearchedBodyBytes } from "./event-reader.ts";
import type { Journal, JournalOptions } from "./journal.ts";
import { briefColumns, eventValues, pairValues, readEvent, readPair } from "./journal-rows.ts";
import { isSameId, journalWrites, openJournalFile } from "./journal-schema.ts";
import { countMinutes, type MinuteCount } from "./minute-counts.ts";
import { defaultRetention, type Retention } from "./retention.ts";

/**
 * How long a verdict waits for a commit that an event makes necessary anyway, in milliseconds. Nobody waits for it, and
 * should it be lost, the trigger finds what it created before.
 */
const lazyMs = 10;

/** As many writes are committed without waiting for more: the process takes others in while the thread writes them. */
const fullBatch = 32;

/** How many commits are under way at once; those that wait for the disk share its next turn. */
const maxCommits = 2;

/** How long a write that must not be forgotten waits for a full disk, in milliseconds. */
const retryDelayMs = 500;

/** Whether a text stands somewhere in an event; the one value is the text. */
const textCondition = `EXISTS (
  SELECT 1 FROM (SELECT lower(?) AS wanted) WHERE
    instr(lower(id || ' ' || url || ' ' || header), wanted)
    OR instr(lower(coalesce(repository, '') || ' ' || coalesce(delivery_id, '')), wanted)
    OR (length(body) <= ${maxSearchedBodyBytes} AND instr(lower(CAST(body AS TEXT)), wanted))
    OR EXISTS (SELECT 1 FROM pairs WHERE ${isSameId("event_id", "events.id")} AND instr(
      lower(trigger || ' ' || created || ' ' || coalesce(error, '') || ' ' || coalesce(verdict, '')), wanted)))`;

/** How often old events are thrown away. */
const pruneEveryMs = 60_000;
/** How many events one pruning removes at most, so that it never holds up requests for long. */
const pruneBatch = 500;

/** Rows that a write changed, or why it was not done. */
type WriteResult = { readonly changes: number } | { readonly error: string };

/** One write that waits for the next commit. */
interface PendingWrite {
  readonly write: SqliteWrite;
  readonly done: (result: WriteResult) => void;
}

/**
 * The journal in an SQLite file, which another thread holds. Writes that come in at the same time, or while as many
 * commits are under way as may be, share one: one fsync for many events.
 */
export class SqliteJournal implements Journal {
  readonly #file: SqliteFile;
  readonly #options: JournalOptions;
  readonly #retention: Retention;
  readonly #nowMs: () => number;
  #writes: PendingWrite[] = [];
  /** Some write of the list is waited for. */
  #isUrgent = false;
  #isScheduled = false;
  #lazy: NodeJS.Timeout | undefined;
  readonly #commits = new Set<Promise<void>>();
  #isPruning = false;
  /** Counted along, as counting a large table takes long. */
  #events = 0;
  #bytes = 0;
  #unfinished = 0;
  #accepting = 0;
  #prunedAtMs = 0;
  #isClosed = false;

  private constructor(file: SqliteFile, options: JournalOptions) {
    this.#file = file;
    this.#options = options;
    this.#retention = { ...defaultRetention, ...options.retention };
    this.#nowMs = options.nowMs ?? Date.now;
  }

  /**
   * Opens or creates the file (`:memory:` for none), to be held by that thread. The error is one sentence: in use, from
   * a newer version.
   */
  static async open(
    file: string,
    options: JournalOptions = {},
    thread = new SqliteThread(),
  ): Promise<Result<SqliteJournal, string>> {
    const opened = await openJournalFile(file, thread);
    if (!opened.ok) return opened;
    const journal = new SqliteJournal(opened.value, options);
    await journal.#count();
    return ok(journal);
  }

  async accept(event: AcceptedEvent, deliveredSinceMs?: number): Promise<Result<Acceptance, JournalRefusal>> {
    const { maxUnfinished = 50_000 } = this.#options;
    if (this.#unfinished + this.#accepting >= maxUnfinished) {
      return err({ reason: "full", message: `${maxUnfinished} events are waiting for their triggers` });
    }
    const values = eventValues(event);
    const { namespace, name } = event.listener;
    this.#accepting++;
    const result = await this.#write(
      event.deliveryId === undefined || deliveredSinceMs === undefined
        ? { statement: journalWrites.insertEvent, values }
        : {
            statement: journalWrites.insertDelivery,
            values: [...values, namespace, name, event.deliveryId, deliveredSinceMs],
          },
      true,
    );
    this.#accepting--;
    if ("error" in result) {
      return err({
        reason: isDiskProblem(result.error) ? "full" : "unavailable",
        message: `the event journal cannot be written: ${result.error}`,
      });
    }
    if (result.changes === 0) return this.#known(event, deliveredSinceMs ?? 0);
    this.#events++;
    this.#unfinished++;
    this.#bytes += event.body.length;
    return ok({ kind: "accepted" });
  }

  async record(pair: PairRecord): Promise<void> {
    await this.#writeInTheEnd(`the verdict on event ${pair.eventId}`, {
      statement: journalWrites.putPair,
      values: pairValues(pair),
    });
  }

  async finish(eventId: string): Promise<void> {
    const write = { statement: journalWrites.finish, values: [eventId] };
    this.#unfinished -= await this.#writeInTheEnd(`the end of event ${eventId}`, write);
  }

  /**
   * What became of an accepted event waits until the disk takes it; meanwhile the event counts as unfinished. The number
   * of rows that changed.
   */
  async #writeInTheEnd(what: string, write: SqliteWrite): Promise<number> {
    for (let attempt = 0; ; attempt++) {
      const result = await this.#write(write, false);
      if ("changes" in result) return result.changes;
      // Who opens the journal next finds out again.
      if (this.#isClosed) return 0;
      if (attempt === 0) this.#options.onError?.(`${what} was not stored: ${result.error}`);
      if (!isDiskProblem(result.error)) return 0;
      await new Promise((resolve) => setTimeout(resolve, retryDelayMs).unref());
    }
  }

  /** The event as which a delivery that was not taken in again is known. */
  async #known({ listener, deliveryId }: AcceptedEvent, sinceMs: number): Promise<Result<Acceptance, JournalRefusal>> {
    const [row] = await this.#file.read(
      "SELECT id FROM events WHERE namespace = ? AND listener = ? AND delivery_id = ? AND received_ms >= ? ORDER BY seq LIMIT 1",
      listener.namespace,
      listener.name,
      deliveryId ?? "",
      sinceMs,
    );
    if (row !== undefined) return ok({ kind: "known", eventId: String(row["id"]) });
    return err({ reason: "unavailable", message: "the first delivery of the event is being thrown away" });
  }

  async bodies(eventIds: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const sql = `SELECT events.id, body FROM json_each(?) JOIN events ON ${isSameId("events.id", "value")}`;
    const rows = await this.#file.read(sql, JSON.stringify(eventIds));
    return new Map(rows.map((row) => [String(row["id"]), row["body"] as Uint8Array]));
  }

  async *pending({ namespace, name }: ListenerRef): AsyncIterable<PendingEvent> {
    // What comes in from now on is dispatched by those who accept it.
    const [newest] = await this.#file.read("SELECT max(seq) AS seq FROM events");
    const last = Number(newest?.["seq"] ?? 0);
    for (let seq = 0; !this.#isClosed; ) {
      const [row] = await this.#file.read(
        "SELECT * FROM events WHERE finished = 0 AND namespace = ? AND listener = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT 1",
        namespace,
        name,
        seq,
        last,
      );
      if (row === undefined) return;
      seq = Number(row["seq"]);
      const event = readEvent(row);
      yield { event, pairs: (await this.#pairsOf([event.id])).get(event.id) ?? [] };
    }
  }

  async event(id: string): Promise<StoredEvent | undefined> {
    return (await this.#stored(await this.#file.read(`SELECT * FROM events WHERE ${isSameId("id", "?1")}`, id)))[0];
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
    where("replay_of = ?", query.replayOf);
    where("received_ms >= ?", query.sinceMs);
    where("received_ms < ?", query.untilMs);
    const seqOfId = `(SELECT seq FROM (SELECT ? AS wanted) JOIN events ON ${isSameId("id", "wanted")})`;
    where(`seq < ${seqOfId}`, query.before);
    where(`seq >= ${seqOfId}`, query.from);
    const matching = `EXISTS (SELECT 1 FROM pairs WHERE ${isSameId("event_id", "events.id")} AND`;
    where(`${matching} state = ?)`, query.state);
    where(`${matching} json_extract(trigger, '$.name') = ?)`, query.trigger);
    where(textCondition, query.text);
    const filter = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
    const columns = query.isBrief === true ? briefColumns : "*";
    const sql = `SELECT ${columns} FROM events ${filter} ORDER BY seq DESC LIMIT ? OFFSET ?`;
    return this.#stored(await this.#file.read(sql, ...values, query.limit, query.skip ?? 0));
  }

  counts(query: { readonly sinceMs: number; readonly untilMs: number }): Promise<readonly MinuteCount[]> {
    return countMinutes(
      (sql, ...values) => this.#file.read(sql, ...values),
      { events: "events", pairs: "pairs", isSameId, unfinished: "finished = 0", mark: () => "?" },
      query,
    );
  }

  /** Commits what waits and closes the file. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.all(this.#commits);
    await this.#commit();
    await this.#file.close();
  }

  async #stored(rows: readonly SqliteRow[]): Promise<readonly StoredEvent[]> {
    const pairs = await this.#pairsOf(rows.map((row) => String(row["id"])));
    return rows.map((row) => {
      const event = readEvent(row);
      const { body_bytes: bodyBytes } = row;
      return {
        event,
        pairs: pairs.get(event.id) ?? [],
        isFinished: Number(row["finished"]) === 1,
        ...(bodyBytes === undefined ? {} : { bodyBytes: Number(bodyBytes) }),
      };
    });
  }

  async #pairsOf(eventIds: readonly string[]): Promise<ReadonlyMap<string, readonly PairRecord[]>> {
    if (eventIds.length === 0) return new Map();
    const rows = await this.#file.read(
      `SELECT pairs.* FROM json_each(?) JOIN pairs ON ${isSameId("event_id", "value")} ORDER BY event_id, pairs.path`,
      JSON.stringify(eventIds),
    );
    return Map.groupBy(rows.map(readPair), ({ eventId }) => eventId);
  }

  /** Resolves once the write is committed, or could not be. */
  #write(write: SqliteWrite, isUrgent: boolean): Promise<WriteResult> {
    if (this.#isClosed) return Promise.resolve({ error: "the journal is closed" });
    return new Promise((resolve) => {
      this.#writes.push({ write, done: resolve });
      this.#isUrgent ||= isUrgent;
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#writes.length === 0 || this.#commits.size >= maxCommits) return;
    if (this.#isUrgent && this.#writes.length >= fullBatch) this.#begin();
    else if (this.#isUrgent) {
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      // After the input that is there already has been handled: what comes with it shares the commit.
      setImmediate(() => {
        this.#isScheduled = false;
        this.#begin();
      });
    } else this.#lazy ??= setTimeout(() => this.#begin(), lazyMs);
  }

  #begin(): void {
    clearTimeout(this.#lazy);
    this.#lazy = undefined;
    if (this.#writes.length === 0 || this.#commits.size >= maxCommits) return;
    const commit = this.#commit().finally(() => {
      this.#commits.delete(commit);
      this.#schedule();
    });
    this.#commits.add(commit);
  }

  /** One transaction for all that waits; a write that fails by itself takes no other with it. */
  async #commit(): Promise<void> {
    const writes = this.#writes;
    this.#writes = [];
    this.#isUrgent = false;
    if (writes.length === 0) return;
    const committed = await this.#file.commit(
      writes.map(({ write }) => write),
      true,
    );
    if (!committed.ok) {
      for (const { done } of writes) done({ error: committed.error });
      return;
    }
    const { results, ms } = committed.value;
    this.#options.onCommit?.(ms);
    for (const [index, { done }] of writes.entries()) {
      const result = results[index] ?? 0;
      done(typeof result === "number" ? { changes: result } : { error: result });
    }
    await this.#prune();
  }

  async #count(): Promise<void> {
    const [kept] = await this.#file.read(
      "SELECT count(*) AS events, total(length(body)) AS bytes, total(1 - finished) AS unfinished FROM events",
    );
    this.#events = Number(kept?.["events"] ?? 0);
    this.#bytes = Number(kept?.["bytes"] ?? 0);
    this.#unfinished = Number(kept?.["unfinished"] ?? 0);
  }

  /** Throws old events away, a few at a time. */
  async #prune(): Promise<void> {
    const nowMs = this.#nowMs();
    if (nowMs - this.#prunedAtMs < pruneEveryMs || this.#isPruning) return;
    this.#prunedAtMs = nowMs;
    this.#isPruning = true;
    try {
      await this.#removeOld(nowMs);
    } finally {
      this.#isPruning = false;
    }
  }

  async #removeOld(nowMs: number): Promise<void> {
    const { maxAgeMs, maxEvents, maxBytes } = this.#retention;
    const finished = await this.#file.read(
      "SELECT id, received_ms, length(body) AS size FROM events WHERE finished = 1 ORDER BY seq LIMIT ?",
      pruneBatch,
    );
    const writes: SqliteWrite[] = [];
    let [events, bytes] = [this.#events, this.#bytes];
    let removedBytes = 0;
    for (const row of finished) {
      const isOld = Number(row["received_ms"]) < nowMs - maxAgeMs;
      if (!isOld && events <= maxEvents && bytes <= maxBytes) break;
      const values = [String(row["id"])];
      writes.push({ statement: journalWrites.deletePairs, values }, { statement: journalWrites.deleteEvent, values });
      events--;
      bytes -= Number(row["size"]);
      removedBytes += Number(row["size"]);
    }
    if (writes.length === 0) return;
    const removed = await this.#file.commit(writes);
    if (!removed.ok) return;
    // Others have come meanwhile.
    this.#events -= writes.length / 2;
    this.#bytes -= removedBytes;
    // There may be more: the next commit goes on with it.
    if (writes.length === 2 * pruneBatch) this.#prunedAtMs = 0;
  }
}

/** Whether it may pass once there is room again. */
function isDiskProblem(error: string): boolean {
  return /full|disk/i.test(error);
}
