import { DatabaseSync } from "node:sqlite";
import { err, ok, type Result } from "../result.ts";
import type { SqliteFileOptions } from "./sqlite-requests.ts";

/**
 * Opens or creates a database, in WAL mode with `synchronous=FULL`: what is committed survives a
 * crash of the process and of the machine. The error is one sentence: in use, from a newer version, not readable.
 */
export function openSqliteFile(
  file: string,
  { version, isShared, schema }: Omit<SqliteFileOptions, "statements">,
): Result<DatabaseSync, string> {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    database.exec(`PRAGMA locking_mode = ${isShared ? "NORMAL" : "EXCLUSIVE"}; PRAGMA busy_timeout = 200`);
    const found = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
    if (found > version) {
      database.close();
      return err(
        `${file} was written by a newer version (data format ${found}; this one reads ${version}): upgrade, or choose another data directory`,
      );
    }
    database.exec(`
      PRAGMA page_size = 8192;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      BEGIN EXCLUSIVE;
      ${schema};
      PRAGMA user_version = ${version};
      COMMIT`);
    return ok(database);
  } catch (error) {
    database?.close();
    const message = error instanceof Error ? error.message : String(error);
    if (/locked|busy/i.test(message)) {
      return err(`${file} is in use by another process: stop it, or choose another data directory`);
    }
    return err(`${file} cannot be opened: ${message}`);
  }
}
