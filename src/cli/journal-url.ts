import { err, ok, type Result } from "../result.ts";
import { type Failure, usageFailure } from "./failure.ts";

const variable = "TEKTITE_JOURNAL_URL";

/**
 * The database that keeps the events: the flag's value, else that of the environment variable `TEKTITE_JOURNAL_URL`;
 * undefined when neither names one. Anything but a URL of PostgreSQL is refused: it would be taken for the name of a
 * file. The error does not repeat the value, which may hold a password.
 */
export function journalUrl(
  flag: { readonly name: string; readonly value: string | undefined },
  environment: Readonly<Record<string, string | undefined>>,
): Result<string | undefined, Failure> {
  const url = flag.value || environment[variable];
  if (!url) return ok(undefined);
  if (/^postgres(ql)?:\/\//.test(url)) return ok(url);
  const where = flag.value ? flag.name : `the environment variable ${variable}`;
  return err(usageFailure(`${where}: a PostgreSQL URL is expected, such as postgres://user:password@host/database`));
}
