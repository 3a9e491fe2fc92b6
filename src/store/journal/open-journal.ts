import type { Result } from "../../result.ts";
import type { SqliteThread } from "../sqlite-thread.ts";
import type { Journal, JournalOptions } from "./journal.ts";
import { SqliteJournal } from "./sqlite-journal.ts";

/**
 * Opens the journal that a text names: a PostgreSQL URL (`postgres://user@host/database`), else the path of an SQLite
 * file, which is held by the thread. The error is one sentence.
 */
export async function openJournal(
  where: string,
  options: JournalOptions,
  thread?: SqliteThread,
): Promise<Result<Journal, string>> {
  if (!/^postgres(ql)?:\/\//.test(where)) return SqliteJournal.open(where, options, thread);
  // Most never need it.
  const { PostgresJournal } = await import("./postgres-journal.ts");
  return PostgresJournal.open(where, options);
}
