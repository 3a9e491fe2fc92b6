import { quoteGo } from "../json/go-print.ts";
import { plainDecimal } from "./decimal.ts";
import { CelDuration, CelFailure, CelTimestamp } from "./values.ts";

/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
const minSeconds = -62_135_596_800n;
const maxSeconds = 253_402_300_799n;
const nanosPerSecond = 1_000_000_000n;
const maxNanos = 2n ** 63n - 1n;

const timestampOverflow = new CelFailure("timestamp overflow");
const durationOverflow = new CelFailure("integer overflow");

/** A moment, if it lies within the years 1 to 9999. */
export function timestampOf(seconds: bigint, nanos: number, offsetSeconds: number): CelTimestamp | CelFailure {
  if (seconds < minSeconds || seconds > maxSeconds) return timestampOverflow;
  return new CelTimestamp(seconds, nanos, offsetSeconds);
}

/** A duration, if int64 holds its nanoseconds. */
export function durationOf(nanos: bigint): CelDuration | CelFailure {
  return nanos > maxNanos || nanos < -maxNanos - 1n ? durationOverflow : new CelDuration(nanos);
}

const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(\.\d+)?([Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

function daysInMonth(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Days from 1970-01-01 to a date of the Gregorian calendar. */
function daysFromEpoch(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return Math.round(date.getTime() / 86_400_000);
}

/** Reads an RFC 3339 timestamp, keeping its offset. */
export function parseTimestamp(text: string): CelTimestamp | CelFailure {
  const match = rfc3339.exec(text);
  if (match === null) return new CelFailure(`invalid RFC 3339 timestamp ${quoteGo(text)}`);
  const wrong = new CelFailure("type conversion error from 'string' to 'google.protobuf.Timestamp'");
  // The form allows lower case, leap seconds and days that no month has, which Go's reader then refuses.
  if (/[tz]/.test(text)) return wrong;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const offsetHours = Number(match[10] ?? 0);
  const offsetMinutes = Number(match[11] ?? 0);
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  if (!isDate || second > 59) return wrong;
  const nanos = Number((match[7] ?? ".0").slice(1, 10).padEnd(9, "0"));
  const offset = (match[9] === "-" ? -1 : 1) * (offsetHours * 3600 + offsetMinutes * 60);
  const local = daysFromEpoch(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
  return timestampOf(BigInt(local - offset), nanos, offset);
}

function pad(value: number, length = 2): string {
  return String(value).padStart(length, "0");
}

/** The fraction with its point, without trailing zeros; nothing when zero. */
function fraction(nanos: number): string {
  return nanos === 0 ? "" : `.${pad(nanos, 9).replace(/0+$/, "")}`;
}

/** RFC 3339 with the offset with which it was written. */
export function formatTimestamp({ seconds, nanos, offsetSeconds }: CelTimestamp): string {
  const date = new Date((Number(seconds) + offsetSeconds) * 1000);
  const day = `${pad(date.getUTCFullYear(), 4)}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
  const time = `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
  const minutes = Math.trunc(Math.abs(offsetSeconds) / 60);
  const sign = offsetSeconds < 0 ? "-" : "+";
  const zone = offsetSeconds === 0 ? "Z" : `${sign}${pad(Math.trunc(minutes / 60))}:${pad(minutes % 60)}`;
  return `${day}T${time}${fraction(nanos)}${zone}`;
}

/** Seconds with as many decimals as a double tells apart: `5400s`, `1.5s`. */
export function formatDuration(nanos: bigint): string {
  const seconds = Number(nanos / nanosPerSecond) + Number(nanos % nanosPerSecond) / 1e9;
  return `${plainDecimal(seconds)}s`;
}

const unitNanos: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: nanosPerSecond,
  m: 60n * nanosPerSecond,
  h: 3600n * nanosPerSecond,
};

/** A whole number, decimals and a unit; read one after the other, so that a text takes linear time. */
const durationPart = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/y;

/** Nanoseconds of a duration in Go's syntax: `1h30m`, `-1.5s`, `0`. Undefined when it is none, or too long. */
export function goDurationNanos(text: string): bigint | undefined {
  const unsigned = text.replace(/^[+-]/, "");
  if (unsigned === "0") return 0n;
  if (unsigned === "") return undefined;
  let total = 0n;
  durationPart.lastIndex = 0;
  while (durationPart.lastIndex < unsigned.length) {
    const part = durationPart.exec(unsigned);
    if (part === null) return undefined;
    const [, whole = "", decimals = "", unit = ""] = part;
    if (whole === "" && decimals === "") return undefined;
    if (!/^0*\d{0,19}$/.test(whole)) return undefined;
    const nanos = unitNanos[unit] ?? 0n;
    // More decimals than int64 can hold do not count, as in Go.
    const digits = decimals.slice(0, 18);
    total += BigInt(whole || "0") * nanos + (BigInt(digits || "0") * nanos) / 10n ** BigInt(digits.length);
    if (total > maxNanos + 1n) return undefined;
  }
  if (text.startsWith("-")) return -total;
  return total > maxNanos ? undefined : total;
}

/** Reads a duration in Go's syntax. */
export function parseDuration(text: string): CelDuration | CelFailure {
  const nanos = goDurationNanos(text);
  if (nanos !== undefined) return new CelDuration(nanos);
  return new CelFailure("type conversion error from 'string' to 'google.protobuf.Duration'");
}

/** `timestamp + duration`. */
export function addDuration(time: CelTimestamp, nanos: bigint): CelTimestamp | CelFailure {
  const total = time.seconds * nanosPerSecond + BigInt(time.nanos) + nanos;
  let seconds = total / nanosPerSecond;
  let rest = total % nanosPerSecond;
  if (rest < 0n) {
    rest += nanosPerSecond;
    seconds -= 1n;
  }
  return timestampOf(seconds, Number(rest), time.offsetSeconds);
}

/** `timestamp - timestamp`. */
export function timeBetween(from: CelTimestamp, to: CelTimestamp): CelDuration | CelFailure {
  return durationOf((to.seconds - from.seconds) * nanosPerSecond + BigInt(to.nanos - from.nanos));
}

/** The parts of a moment as a clock on some wall shows them. */
export interface WallClock {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Sunday is 0. */
  readonly weekday: number;
  /** From 0. */
  readonly dayOfYear: number;
}

function atOffset(seconds: bigint, offsetSeconds: number): WallClock {
  const date = new Date((Number(seconds) + offsetSeconds) * 1000);
  const year = date.getUTCFullYear();
  return {
    year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    weekday: date.getUTCDay(),
    dayOfYear: daysFromEpoch(year, date.getUTCMonth() + 1, date.getUTCDate()) - daysFromEpoch(year, 1, 1),
  };
}

/** Formats of zones used before, by name; there are few zones, but names come from expressions. */
const zones = new Map<string, Intl.DateTimeFormat | undefined>();

function zoneFormat(name: string): Intl.DateTimeFormat | undefined {
  if (zones.has(name)) return zones.get(name);
  if (zones.size > 700) zones.clear();
  let format: Intl.DateTimeFormat | undefined;
  try {
    // Intl also takes offsets.
    if (/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(name)) {
      format = new Intl.DateTimeFormat("en-US", {
        timeZone: name,
        calendar: "gregory",
        numberingSystem: "latn",
        hourCycle: "h23",
        era: "short",
        year: "numeric",
        month: "numeric",
        day: "numeric",
        hour: "numeric",
        minute: "numeric",
        second: "numeric",
      });
    }
  } catch {
    format = undefined;
  }
  // Go finds zones by their exact name, Intl in any case.
  if (format?.resolvedOptions().timeZone.toLowerCase() === name.toLowerCase()) {
    if (format.resolvedOptions().timeZone !== name) format = undefined;
  }
  zones.set(name, format);
  return format;
}

/** How far a zone is ahead of UTC at a moment, in seconds. */
function zoneOffset(format: Intl.DateTimeFormat, seconds: bigint): number {
  const parts = new Map(format.formatToParts(Number(seconds) * 1000).map(({ type, value }) => [type, value]));
  const number = (name: Intl.DateTimeFormatPartTypes): number => Number(parts.get(name) ?? 0);
  const year = parts.get("era") === "BC" ? 1 - number("year") : number("year");
  const days = daysFromEpoch(year, number("month"), number("day"));
  return days * 86_400 + number("hour") * 3600 + number("minute") * 60 + number("second") - Number(seconds);
}

/** The clock where the moment was written down: the offset it came with. */
export function ownClock(time: CelTimestamp): WallClock {
  return atOffset(time.seconds, time.offsetSeconds);
}

/** The clock in a zone: UTC (which is the local zone too), an IANA name, or an offset such as `+05:30` or `5:30`. */
export function wallClock(time: CelTimestamp, zone: string): WallClock | CelFailure {
  if (zone === "UTC" || zone === "" || zone === "Local") return atOffset(time.seconds, 0);
  if (zone.includes(":")) {
    const match = /^([+-]?)(\d+):([+-]?\d+)$/.exec(zone);
    if (match === null) return invalidOffset(zone);
    const sign = match[1] === "-" ? -1 : 1;
    return atOffset(time.seconds, sign * (Number(match[2]) * 3600 + Number(match[3]) * 60));
  }
  if (zone.includes("..") || /^[/\\]/.test(zone)) return new CelFailure("time: invalid location name");
  const format = zoneFormat(zone);
  if (format === undefined) return new CelFailure(`unknown time zone ${zone}`);
  return atOffset(time.seconds, zoneOffset(format, time.seconds));
}

/** The error of reading the numbers of `HH:MM`. */
function invalidOffset(zone: string): CelFailure {
  const colon = zone.indexOf(":");
  const isNumber = (text: string): boolean => /^[+-]?\d+$/.test(text);
  const hours = zone.slice(0, colon);
  const wrong = isNumber(hours) ? zone.slice(colon + 1) : hours;
  return new CelFailure(`strconv.Atoi: parsing ${quoteGo(wrong)}: invalid syntax`);
}
