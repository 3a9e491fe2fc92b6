import { declare, type FunctionRow } from "../function-table.ts";
import { type WallClock, wallClock } from "../time.ts";
import { type CelDuration, CelFailure, type CelTimestamp, type Outcome } from "../values.ts";

/** Reads one part off the clock in UTC, or in the zone that is named. */
function part(read: (clock: WallClock, time: CelTimestamp) => number) {
  return (time: CelTimestamp, zone?: unknown): Outcome => {
    const clock = wallClock(time, typeof zone === "string" ? zone : "UTC");
    return clock instanceof CelFailure ? clock : BigInt(read(clock, time));
  };
}

/**
 * `timestamp.getFullYear()`, `timestamp.getFullYear(zone)`: a zone is an IANA name or `[+-]HH:MM`.
 *
 * - `timestamp('2023-12-31T23:30:00Z').getFullYear()` is `2023`
 * - `timestamp('2023-12-31T23:30:00Z').getFullYear('+01:00')` is `2024`
 * - `timestamp('2023-12-31T23:30:00Z').getFullYear('Nope/Zone')` fails with `unknown time zone Nope/Zone`
 */
const getFullYear = part((clock) => clock.year);

/**
 * `timestamp.getMonth()`: January is 0.
 *
 * - `timestamp('2023-02-03T04:05:06Z').getMonth()` is `1`
 */
const getMonth = part((clock) => clock.month - 1);

/**
 * `timestamp.getDayOfMonth()`: the first is 0.
 *
 * - `timestamp('2023-02-03T04:05:06Z').getDayOfMonth()` is `2`
 */
const getDayOfMonth = part((clock) => clock.day - 1);

/**
 * `timestamp.getDate()`: the first is 1.
 *
 * - `timestamp('2023-02-03T04:05:06Z').getDate()` is `3`
 */
const getDate = part((clock) => clock.day);

/**
 * `timestamp.getDayOfYear()`: the first is 0.
 *
 * - `timestamp('2023-02-03T04:05:06Z').getDayOfYear()` is `33`
 */
const getDayOfYear = part((clock) => clock.dayOfYear);

/**
 * `timestamp.getDayOfWeek()`: Sunday is 0.
 *
 * - `timestamp('2023-02-03T04:05:06Z').getDayOfWeek()` is `5`
 */
const getDayOfWeek = part((clock) => clock.weekday);

/**
 * `timestamp.getHours()`
 *
 * - `timestamp('2023-02-03T04:05:06Z').getHours()` is `4`
 * - `timestamp('2023-02-03T04:05:06Z').getHours('America/New_York')` is `23`
 */
const getHours = part((clock) => clock.hour);

/**
 * `timestamp.getMinutes()`
 *
 * - `timestamp('2023-02-03T04:05:06Z').getMinutes()` is `5`
 */
const getMinutes = part((clock) => clock.minute);

/**
 * `timestamp.getSeconds()`
 *
 * - `timestamp('2023-02-03T04:05:06Z').getSeconds()` is `6`
 */
const getSeconds = part((clock) => clock.second);

/**
 * `timestamp.getMilliseconds()`
 *
 * - `timestamp('2023-02-03T04:05:06.789Z').getMilliseconds()` is `789`
 */
const getMilliseconds = part((_, time) => Math.trunc(time.nanos / 1_000_000));

function whole(nanosPerUnit: bigint) {
  return (duration: CelDuration): Outcome => duration.nanos / nanosPerUnit;
}

/**
 * `duration.getHours()`: whole hours.
 *
 * - `duration('90m').getHours()` is `1`
 */
const durationHours = whole(3_600_000_000_000n);

/**
 * `duration.getMinutes()`: whole minutes.
 *
 * - `duration('90m').getMinutes()` is `90`
 */
const durationMinutes = whole(60_000_000_000n);

/**
 * `duration.getSeconds()`: whole seconds.
 *
 * - `duration('1m30.9s').getSeconds()` is `90`
 */
const durationSeconds = whole(1_000_000_000n);

/**
 * `duration.getMilliseconds()`: all of the duration in milliseconds.
 *
 * - `duration('1.5s').getMilliseconds()` is `1500`
 */
const durationMilliseconds = whole(1_000_000n);

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
  ["duration.getHours() -> int", durationHours],
  ["timestamp.getMinutes() -> int", getMinutes],
  ["timestamp.getMinutes(string) -> int", getMinutes],
  ["duration.getMinutes() -> int", durationMinutes],
  ["timestamp.getSeconds() -> int", getSeconds],
  ["timestamp.getSeconds(string) -> int", getSeconds],
  ["duration.getSeconds() -> int", durationSeconds],
  ["timestamp.getMilliseconds() -> int", getMilliseconds],
  ["timestamp.getMilliseconds(string) -> int", getMilliseconds],
  ["duration.getMilliseconds() -> int", durationMilliseconds],
];

/** Parts of timestamps and durations. */
export const timeParts = declare(rows, { isGuarded: true });
