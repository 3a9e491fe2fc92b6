import { type Evaluation, noOverload } from "../evaluation.ts";
import { declare, type FunctionRow } from "../function-table.ts";
import { ownClock, type WallClock, wallClock } from "../time.ts";
import { CelDuration, CelFailure, CelTimestamp, type CelValue, type Outcome } from "../values.ts";

interface Part {
  /** As expressions call it. */
  readonly name: string;
  readonly of: (clock: WallClock, time: CelTimestamp) => number;
  /** What a duration is counted in, where it has that part too. */
  readonly nanosPerUnit?: bigint;
}

/**
 * Reads one part off the clock of the offset that the timestamp was written with, or of the zone that is named.
 * Whatever is neither timestamp nor duration is refused here, in the incumbent's two wordings.
 */
function part({ name, of, nanosPerUnit }: Part) {
  return (value: CelValue, ...rest: readonly (CelValue | Evaluation)[]): Outcome => {
    const zone = rest.length > 1 ? rest[0] : undefined;
    if (value instanceof CelTimestamp) {
      if (zone !== undefined && typeof zone !== "string") return noOverload;
      const clock = zone === undefined ? ownClock(value) : wallClock(value, zone);
      return clock instanceof CelFailure ? clock : BigInt(of(clock, value));
    }
    if (value instanceof CelDuration && zone === undefined && nanosPerUnit) return value.nanos / nanosPerUnit;
    if (value instanceof CelDuration || typeof value === "string") return noOverload;
    return new CelFailure(`no such overload: ${name}`);
  };
}

/**
 * `timestamp.getFullYear()`, `timestamp.getFullYear(zone)`: a zone is an IANA name or `[+-]HH:MM`; without one the
 * offset that the timestamp was written with counts.
 *
 * - `timestamp('2024-01-01T00:30:00+01:00').getFullYear()` is `2024`
 * - `timestamp('2023-12-31T23:30:00Z').getFullYear()` is `2023`
 * - `timestamp('2023-12-31T23:30:00Z').getFullYear('+01:00')` is `2024`
 * - `timestamp('2023-12-31T23:30:00Z').getFullYear('Nope/Zone')` fails with `unknown time zone Nope/Zone`
 */
const getFullYear = part({ name: "getFullYear", of: (clock) => clock.year });

/**
 * `timestamp.getMonth()`: January is 0.
 *
 * - `timestamp('2023-02-03T04:05:06Z').getMonth()` is `1`
 */
const getMonth = part({ name: "getMonth", of: (clock) => clock.month - 1 });

/**
 * `timestamp.getDayOfMonth()`: the first is 0.
 *
 * - `timestamp('2023-02-03T04:05:06Z').getDayOfMonth()` is `2`
 */
const getDayOfMonth = part({ name: "getDayOfMonth", of: (clock) => clock.day - 1 });

/**
 * `timestamp.getDate()`: the first is 1.
 *
 * - `timestamp('2023-02-03T04:05:06Z').getDate()` is `3`
 */
const getDate = part({ name: "getDate", of: (clock) => clock.day });

/**
 * `timestamp.getDayOfYear()`: the first is 0.
 *
 * - `timestamp('2023-02-03T04:05:06Z').getDayOfYear()` is `33`
 */
const getDayOfYear = part({ name: "getDayOfYear", of: (clock) => clock.dayOfYear });

/**
 * `timestamp.getDayOfWeek()`: Sunday is 0.
 *
 * - `timestamp('2023-02-03T04:05:06Z').getDayOfWeek()` is `5`
 */
const getDayOfWeek = part({ name: "getDayOfWeek", of: (clock) => clock.weekday });

/**
 * `timestamp.getHours()`
 *
 * - `timestamp('2023-02-03T04:05:06Z').getHours()` is `4`
 * - `timestamp('2023-02-03T04:05:06Z').getHours('America/New_York')` is `23`
 *
 * `duration.getHours()`: whole hours.
 *
 * - `duration('90m').getHours()` is `1`
 */
const getHours = part({ name: "getHours", of: (clock) => clock.hour, nanosPerUnit: 3_600_000_000_000n });

/**
 * `timestamp.getMinutes()`
 *
 * - `timestamp('2023-02-03T04:05:06Z').getMinutes()` is `5`
 *
 * `duration.getMinutes()`: whole minutes.
 *
 * - `duration('90m').getMinutes()` is `90`
 */
const getMinutes = part({ name: "getMinutes", of: (clock) => clock.minute, nanosPerUnit: 60_000_000_000n });

/**
 * `timestamp.getSeconds()`
 *
 * - `timestamp('2023-02-03T04:05:06Z').getSeconds()` is `6`
 *
 * `duration.getSeconds()`: whole seconds.
 *
 * - `duration('1m30.9s').getSeconds()` is `90`
 */
const getSeconds = part({ name: "getSeconds", of: (clock) => clock.second, nanosPerUnit: 1_000_000_000n });

/**
 * `timestamp.getMilliseconds()`
 *
 * - `timestamp('2023-02-03T04:05:06.789Z').getMilliseconds()` is `789`
 *
 * `duration.getMilliseconds()`: all of the duration in milliseconds.
 *
 * - `duration('1.5s').getMilliseconds()` is `1500`
 */
const getMilliseconds = part({
  name: "getMilliseconds",
  of: (_, time) => Math.trunc(time.nanos / 1_000_000),
  nanosPerUnit: 1_000_000n,
});

const rows: readonly FunctionRow[] = [
  ["timestamp.getFullYear() -> int", getFullYear],
  ["timestamp.getFullYear(string) -> int", getFullYear],
  ["timestamp.getMonth() -> int", getMonth],
  ["timestamp.getMonth(string) -> int", getMonth],
  ["timestamp.getDayOfYear() -> int", getDayOfYear],
  ["timestamp.getDayOfYear(string) -> int", getDayOfYear],
  ["timestamp.getDayOfMonth() -> int", getDayOfMonth],
  ["timestamp.getDayOfMonth(string) -> int", getDayOfMonth],
  ["timestamp.getDate() -> int", getDate],
  ["timestamp.getDate(string) -> int", getDate],
  ["timestamp.getDayOfWeek() -> int", getDayOfWeek],
  ["timestamp.getDayOfWeek(string) -> int", getDayOfWeek],
  ["timestamp.getHours() -> int", getHours],
  ["timestamp.getHours(string) -> int", getHours],
  ["duration.getHours() -> int", getHours],
  ["timestamp.getMinutes() -> int", getMinutes],
  ["timestamp.getMinutes(string) -> int", getMinutes],
  ["duration.getMinutes() -> int", getMinutes],
  ["timestamp.getSeconds() -> int", getSeconds],
  ["timestamp.getSeconds(string) -> int", getSeconds],
  ["duration.getSeconds() -> int", getSeconds],
  ["timestamp.getMilliseconds() -> int", getMilliseconds],
  ["timestamp.getMilliseconds(string) -> int", getMilliseconds],
  ["duration.getMilliseconds() -> int", getMilliseconds],
];

/** Parts of timestamps and durations. */
export const timeParts = declare(rows, { isGuarded: false });
