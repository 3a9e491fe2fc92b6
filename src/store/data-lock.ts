import { DatabaseSync } from "node:sqlite";
import { err, ok, type Result } from "../result.ts";

/** Held as long as the process lives or until it is closed; a killed process holds it no more. */
export interface DataLock {
  close(): void;
}

/** Takes a file for this process, by a lock on `<file>.lock`. The error is one sentence. */
export function lockFile(file: string): Result<DataLock, string> {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(`${file}.lock`);
    lock.exec("PRAGMA busy_timeout = 200; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return ok(lock);
  } catch (error) {
    lock?.close();
    const message = error instanceof Error ? error.message : String(error);
    if (/locked|busy/i.test(message)) {
      return err(`${file} is in use by another process: stop it, or choose another data directory with --data-dir`);
    }
    return err(`${file} cannot be opened: ${message}`);
  }
}
