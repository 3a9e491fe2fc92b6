import { parseTime, timeForms } from "../dashboard/parse-time.ts";
import { err, ok, type Result } from "../result.ts";
import { type Failure, usageFailure } from "./failure.ts";

/** The time that `--since` or `--until` means, in milliseconds. Exit code 2 when it means none. */
export function timeOfFlag(name: "since" | "until", given: string, nowMs: number): Result<number, Failure> {
  const timeMs = parseTime(given, nowMs);
  return timeMs === undefined ? err(usageFailure(`--${name} ${given}: expected ${timeForms}`)) : ok(timeMs);
}
