import type { Client } from "pg";
import { err, ok, type Result } from "../../result.ts";

/** Raised whenever an older Tektite could not read what this one writes. */
const schemaVersion = 1;

/** First half of the key of our advisory locks: `tekt`. The second half is 0 for the schema, else a sink's number. */
export const lockClass = 0x74_65_6b_74;

/** Makes the tables where they are missing; sinks that start at the same time wait for each other. */
export async function prepareSchema(client: Client): Promise<Result<void, string>> {
  await client.query("SELECT pg_advisory_lock($1, 0)", [lockClass]);
  try {
    await client.query("CREATE TABLE IF NOT EXISTS tektite_journal (version INTEGER NOT NULL)");
    const found = await client.query<{ version: number }>("SELECT version FROM tektite_journal");
    const version = found.rows[0]?.version;
    if (version !== undefined && version > schemaVersion) {
      return err(
        `the journal was written by a newer version (data format ${version}; this one reads ${schemaVersion}): upgrade, or choose another database`,
      );
    }
    if (version === undefined) await client.query("INSERT INTO tektite_journal VALUES ($1)", [schemaVersion]);
    await client.query(`
      CREATE SEQUENCE IF NOT EXISTS tektite_sinks AS INTEGER CYCLE;
      CREATE TABLE IF NOT EXISTS tektite_events (
        seq BIGSERIAL PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        namespace TEXT NOT NULL,
        listener TEXT NOT NULL,
        received_ms BIGINT NOT NULL,
        method TEXT NOT NULL,
        url TEXT NOT NULL,
        header TEXT NOT NULL,
        body BYTEA NOT NULL,
        remote_address TEXT,
        delivery_id TEXT,
        replay_of TEXT,
        repository TEXT,
        owner INTEGER NOT NULL,
        finished BOOLEAN NOT NULL DEFAULT FALSE
      );
      CREATE INDEX IF NOT EXISTS tektite_events_unfinished ON tektite_events (namespace, listener, seq)
        WHERE NOT finished;
      CREATE INDEX IF NOT EXISTS tektite_events_delivery ON tektite_events (namespace, listener, delivery_id)
        WHERE delivery_id IS NOT NULL;
      CREATE INDEX IF NOT EXISTS tektite_events_received ON tektite_events (received_ms);
      CREATE INDEX IF NOT EXISTS tektite_events_replays ON tektite_events (replay_of) WHERE replay_of IS NOT NULL;
      CREATE TABLE IF NOT EXISTS tektite_pairs (
        event_id TEXT NOT NULL,
        path TEXT NOT NULL,
        trigger TEXT NOT NULL,
        trigger_name TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        started_ms BIGINT NOT NULL,
        updated_ms BIGINT NOT NULL,
        verdict TEXT,
        created TEXT NOT NULL,
        error TEXT,
        PRIMARY KEY (event_id, path)
      );
      CREATE TABLE IF NOT EXISTS tektite_deliveries (
        namespace TEXT NOT NULL,
        listener TEXT NOT NULL,
        delivery_id TEXT NOT NULL,
        event_id TEXT NOT NULL,
        received_ms BIGINT NOT NULL,
        window_ms BIGINT NOT NULL,
        PRIMARY KEY (namespace, listener, delivery_id)
      );
      CREATE INDEX IF NOT EXISTS tektite_deliveries_event ON tektite_deliveries (event_id)`);
    return ok(undefined);
  } finally {
    await client.query("SELECT pg_advisory_unlock($1, 0)", [lockClass]);
  }
}
