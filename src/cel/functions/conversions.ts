import { parseGoBool } from "../../json/go-bool.ts";
import { utf8Bytes } from "../../json/utf8-bytes.ts";
import { declare, type FunctionRow } from "../function-table.ts";
import { parseDuration, parseTimestamp, timestampOf } from "../time.ts";
import { toText } from "../value-text.ts";
import {
  type CelDuration,
  CelFailure,
  type CelTimestamp,
  CelType,
  CelUint,
  type CelValue,
  type Outcome,
  typeName,
} from "../values.ts";
import { checkedInt, checkedUint } from "./operators.ts";

/** `type conversion error from 'string' to 'int'`. */
function cannotConvert(value: CelValue, to: string): CelFailure {
  return new CelFailure(`type conversion error from '${typeName(value)}' to '${to}'`);
}

function same<T extends CelValue>(value: T): T {
  return value;
}

const twoTo63 = 2 ** 63;
const twoTo64 = 2 ** 64;

/**
 * `int(double)`: truncated towards zero.
 *
 * - `int(-1.9)` is `-1`
 * - `int(9.3 * 1e18)` fails with `integer overflow`
 * - `int(0.0 / 0.0)` fails with `integer overflow`
 */
function doubleToInt(value: number): Outcome {
  if (!(value > -twoTo63 && value < twoTo63)) return new CelFailure("integer overflow");
  return BigInt(Math.trunc(value));
}

/**
 * `int(string)`: decimal digits with a sign.
 *
 * - `int('-7')` is `-7`
 * - `int('4' + '.2')` fails with `type conversion error from 'string' to 'int'`
 */
function stringToInt(value: string): Outcome {
  const parsed = /^[+-]?0*\d{1,19}$/.test(value) ? checkedInt(BigInt(value.replace("+", ""))) : undefined;
  return parsed === undefined || parsed instanceof CelFailure ? cannotConvert(value, "int") : parsed;
}

/**
 * `int(uint)`
 *
 * - `int(5u)` is `5`
 */
function uintToInt(value: CelUint): Outcome {
  return checkedInt(value.value);
}

/**
 * `int(timestamp)`: seconds since 1970.
 *
 * - `int(timestamp('1970-01-01T00:00:01Z'))` is `1`
 */
function timestampToInt(value: CelTimestamp): Outcome {
  return value.seconds;
}

/**
 * `int(duration)`: nanoseconds.
 *
 * - `int(duration('1s'))` is `1000000000`
 */
function durationToInt(value: CelDuration): Outcome {
  return value.nanos;
}

/**
 * `uint(int)`
 *
 * - `uint(1)` is `1u`
 * - `uint(0 - 1)` fails with `unsigned integer overflow`
 */
function intToUint(value: bigint): Outcome {
  return checkedUint(value);
}

/**
 * `uint(double)`: truncated.
 *
 * - `uint(1.9)` is `1u`
 * - `uint(0.0 - 1.0)` fails with `unsigned integer overflow`
 */
function doubleToUint(value: number): Outcome {
  if (!(value >= 0 && value < twoTo64)) return new CelFailure("unsigned integer overflow");
  return new CelUint(BigInt(Math.trunc(value)));
}

/**
 * `uint(string)`: decimal digits.
 *
 * - `uint('5')` is `5u`
 */
function stringToUint(value: string): Outcome {
  const parsed = /^0*\d{1,20}$/.test(value) ? checkedUint(BigInt(value)) : undefined;
  return parsed === undefined || parsed instanceof CelFailure ? cannotConvert(value, "uint") : parsed;
}

/**
 * `double(int)`
 *
 * - `double(1)` is `1.0`
 */
function intToDouble(value: bigint): Outcome {
  return Number(value);
}

/**
 * `double(uint)`
 *
 * - `double(1u)` is `1.0`
 */
function uintToDouble(value: CelUint): Outcome {
  return Number(value.value);
}

/**
 * `double(string)`: what Go reads as a float, so `inf`, `NaN` and hexadecimal floats too.
 *
 * - `double('1e3')` is `1000.0`
 * - `double('0x1p4')` is `16.0`
 * - `double('a' + 'b')` fails with `type conversion error from 'string' to 'double'`
 */
function stringToDouble(value: string): Outcome {
  return parseGoFloat(value) ?? cannotConvert(value, "double");
}

/** Go's ParseFloat; undefined for a syntax error and for what is too large. */
export function parseGoFloat(text: string): number | undefined {
  const unsigned = text.replace(/^[+-]/, "");
  const sign = text.startsWith("-") ? -1 : 1;
  if (/^(?:inf|infinity)$/i.test(unsigned)) return sign * Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  const magnitude = /^0[xX]/.test(unsigned) ? parseHexFloat(unsigned.slice(2)) : parseDecimal(unsigned);
  return magnitude === undefined || !Number.isFinite(magnitude) ? undefined : sign * magnitude;
}

/** Decimal digits, which underscores may separate. */
function parseDecimal(text: string): number | undefined {
  const digits = text.replace(/(?<=\d)_(?=\d)/g, "");
  return /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(digits) ? Number(digits) : undefined;
}

/** Hexadecimal digits with an exponent of two, which must be there. */
function parseHexFloat(text: string): number | undefined {
  const match = /^([0-9a-f_]*)(?:\.([0-9a-f_]*))?p([+-]?\d{1,5})$/i.exec(text);
  if (match === null) return undefined;
  const [, whole = "", decimals = "", exponent = "0"] = match;
  const digits = (whole + decimals).replaceAll("_", "");
  if (digits === "" || /__|_$/.test(whole + decimals)) return undefined;
  const power = Number(exponent) - 4 * decimals.replaceAll("_", "").length;
  const mantissa = BigInt(`0x${digits}`);
  if (power >= 0)
    return power > 2000 ? (mantissa === 0n ? 0 : Number.POSITIVE_INFINITY) : Number(mantissa << BigInt(power));
  // Two steps, since 2 to the power alone may be less than the smallest double.
  return Number(mantissa) * 2 ** Math.max(power, -1000) * 2 ** Math.min(0, Math.max(power + 1000, -1000));
}

/**
 * `bool(string)`: `1`, `t`, `T`, `TRUE`, `true`, `True` and their opposites.
 *
 * - `bool('T')` is `true`
 * - `bool('0')` is `false`
 * - `bool('tRue' + '')` fails with `type conversion error from 'string' to 'bool'`
 */
function stringToBool(value: string): Outcome {
  return parseGoBool(value) ?? cannotConvert(value, "bool");
}

/**
 * `bytes(string)`: the UTF-8 bytes.
 *
 * - `bytes('é')` is `b'\xc3\xa9'`
 */
function stringToBytes(value: string): Outcome {
  return utf8Bytes(value);
}

/**
 * `string(x)`: as Go prints it; a timestamp keeps its offset, a duration is in seconds.
 *
 * - `string(1.0)` is `'1'`
 * - `string(1000000.0)` is `'1e+06'`
 * - `string(duration('1h30m'))` is `'5400s'`
 * - `string(timestamp('2020-01-01T05:00:00+05:30'))` is `'2020-01-01T05:00:00+05:30'`
 * - `string(b'\xff' + b'')` fails with `invalid UTF-8 in bytes, cannot convert to string`
 */
function anyToString(value: CelValue): Outcome {
  return toText(value);
}

/**
 * `timestamp(string)`: strict RFC 3339, years 1 to 9999.
 *
 * - `timestamp('2023-02-03T04:05:06Z').getFullYear()` is `2023`
 * - `timestamp('2023-02-03' + '')` fails with `invalid RFC 3339 timestamp "2023-02-03"`
 */
function stringToTimestamp(value: string): Outcome {
  return parseTimestamp(value);
}

/**
 * `timestamp(int)`: seconds since 1970.
 *
 * - `timestamp(1)` is `timestamp('1970-01-01T00:00:01Z')`
 */
function intToTimestamp(value: bigint): Outcome {
  return timestampOf(value, 0, 0);
}

/**
 * `duration(string)`: Go's syntax.
 *
 * - `duration('1h30m')` is `duration('5400s')`
 * - `duration('a' + 'b')` fails with `type conversion error from 'string' to 'google.protobuf.Duration'`
 */
function stringToDuration(value: string): Outcome {
  return parseDuration(value);
}

/**
 * `type(x)`: the type of a value.
 *
 * - `type(1)` is `int`
 * - `type(type(1))` is `type`
 */
function typeOfValue(value: CelValue): Outcome {
  return new CelType(typeName(value));
}

const rows: readonly FunctionRow[] = [
  ["int(int) -> int", same],
  ["int(double) -> int", doubleToInt],
  ["int(string) -> int", stringToInt],
  ["int(uint) -> int", uintToInt],
  ["int(duration) -> int", durationToInt],
  ["int(timestamp) -> int", timestampToInt],
  ["uint(uint) -> uint", same],
  ["uint(double) -> uint", doubleToUint],
  ["uint(int) -> uint", intToUint],
  ["uint(string) -> uint", stringToUint],
  ["double(double) -> double", same],
  ["double(int) -> double", intToDouble],
  ["double(string) -> double", stringToDouble],
  ["double(uint) -> double", uintToDouble],
  ["bool(bool) -> bool", same],
  ["bool(string) -> bool", stringToBool],
  ["bytes(bytes) -> bytes", same],
  ["bytes(string) -> bytes", stringToBytes],
  ["string(string) -> string", same],
  ["string(bool) -> string", anyToString],
  ["string(bytes) -> string", anyToString],
  ["string(double) -> string", anyToString],
  ["string(duration) -> string", anyToString],
  ["string(int) -> string", anyToString],
  ["string(timestamp) -> string", anyToString],
  ["string(uint) -> string", anyToString],
  ["timestamp(timestamp) -> timestamp", same],
  ["timestamp(int) -> timestamp", intToTimestamp],
  ["timestamp(string) -> timestamp", stringToTimestamp],
  ["duration(duration) -> duration", same],
  ["duration(string) -> duration", stringToDuration],
  ["dyn(A) -> dyn", same],
  ["type(A) -> type(A)", typeOfValue],
];

/** Conversions between types. */
export const conversions = declare(rows, { isGuarded: true });
