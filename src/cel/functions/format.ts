import { utf8Bytes, utf8Text } from "../../json/utf8-bytes.ts";
import { plainDecimal, toFixed, toScientific } from "../decimal.ts";
import type { Evaluation } from "../evaluation.ts";
import { formatDuration, formatTimestamp } from "../time.ts";
import {
  CelDuration,
  CelFailure,
  CelTimestamp,
  CelType,
  CelUint,
  type CelValue,
  compareStrings,
  isList,
  isMap,
  mapEntries,
  maxInt,
  typeName,
} from "../values.ts";

const maxPrecision = 100;
const defaultPrecision = 6;

/** One clause of a format string, such as `%.2f`. */
export interface Clause {
  readonly verb: "s" | "d" | "f" | "e" | "b" | "o" | "x" | "X";
  readonly precision: number;
}

/** A format string taken apart: texts, clauses, and where it goes wrong the reason. */
export type FormatPart = string | Clause | CelFailure;

function clauseFailure(reason: string): CelFailure {
  return new CelFailure(`could not parse formatting clause: ${reason}`);
}

/** Reads the clause that follows a `%`; `length` is what it takes. */
function readClause(text: string, at: number): { readonly clause: Clause; readonly length: number } | CelFailure {
  let i = at;
  let precision = defaultPrecision;
  if (text[i] === ".") {
    const digits = /^\d*/.exec(text.slice(i + 1))?.[0] ?? "";
    i += 1 + digits.length;
    if (i >= text.length)
      return clauseFailure("error while parsing precision: could not find end of precision specifier");
    if (digits === "") {
      const reason = 'error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax';
      return clauseFailure(`error while parsing precision: ${reason}`);
    }
    precision = Number(digits);
    if (precision > maxPrecision) {
      const reason =
        BigInt(digits) > maxInt
          ? `error while converting precision to integer: strconv.Atoi: parsing "${digits}": value out of range`
          : `precision ${BigInt(digits)} exceeds maximum allowed precision ${maxPrecision}`;
      return clauseFailure(`error while parsing precision: ${reason}`);
    }
  }
  // A verb is one byte to the incumbent.
  const verb = String.fromCharCode(Buffer.from(String.fromCodePoint(text.codePointAt(i) ?? 0))[0] ?? 0);
  switch (verb) {
    case "s":
    case "d":
    case "f":
    case "e":
    case "b":
    case "o":
    case "x":
    case "X":
      return { clause: { verb, precision }, length: i + 1 - at };
    default:
      return clauseFailure(`unrecognized formatting clause "${verb}"`);
  }
}

/** Takes a format string apart, up to the first mistake. */
export function parseFormat(template: string): readonly FormatPart[] {
  const parts: FormatPart[] = [];
  let from = 0;
  for (let at = template.indexOf("%"); at >= 0; at = template.indexOf("%", from)) {
    parts.push(template.slice(from, at));
    if (template[at + 1] === "%") {
      parts.push("%");
      from = at + 2;
      continue;
    }
    if (at + 1 >= template.length) return [...parts, new CelFailure("unexpected end of string")];
    const read = readClause(template, at + 1);
    if (read instanceof CelFailure) return [...parts, read];
    parts.push(read.clause);
    from = at + 1 + read.length;
  }
  parts.push(template.slice(from));
  return parts;
}

const wanted: Readonly<Record<Clause["verb"], string>> = {
  s: "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps",
  d: "decimal clause can only be used on ints, uints, and doubles",
  f: "fixed-point clause can only be used on ints, uints, and doubles",
  e: "scientific clause can only be used on ints, uints, and doubles",
  b: "only ints, uints, and bools can be formatted as binary",
  o: "octal clause can only be used on ints and uints",
  x: "only ints, uints, bytes, and strings can be formatted as hex",
  X: "only ints, uints, bytes, and strings can be formatted as hex",
};

const takes: Readonly<Record<Clause["verb"], ReadonlySet<string> | undefined>> = {
  s: undefined,
  d: new Set(["int", "uint", "double"]),
  f: new Set(["int", "uint", "double"]),
  e: new Set(["int", "uint", "double"]),
  b: new Set(["int", "uint", "bool"]),
  o: new Set(["int", "uint"]),
  x: new Set(["int", "uint", "bytes", "string"]),
  X: new Set(["int", "uint", "bytes", "string"]),
};

/** Why a value of that type cannot be formatted so; undefined when it can. */
export function clauseError({ verb }: Clause, type: string): string | undefined {
  const types = takes[verb];
  if (types === undefined || types.has(type)) return undefined;
  return `error during formatting: ${wanted[verb]}, was given ${type}`;
}

/** Not-a-number and infinity, which all number clauses spell out. */
function special(value: number): string | undefined {
  if (Number.isFinite(value)) return undefined;
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

/** A value as `%s` shows it; maps by the text of their keys. */
function show(value: CelValue): string {
  if (value === null) return "null";
  if (typeof value === "string") return value;
  if (typeof value === "number") return special(value) ?? plainDecimal(value);
  if (isList(value)) return `[${value.map(show).join(", ")}]`;
  if (isMap(value)) {
    const entries = mapEntries(value).map((entry) => ({ key: show(entry.key), value: entry.value }));
    entries.sort((a, b) => compareStrings(a.key, b.key));
    return `{${entries.map((entry) => `${entry.key}: ${show(entry.value)}`).join(", ")}}`;
  }
  if (value instanceof Uint8Array) return utf8Text(value).toWellFormed();
  if (value instanceof CelUint) return String(value.value);
  if (value instanceof CelTimestamp) return formatTimestamp(value);
  if (value instanceof CelDuration) return formatDuration(value.nanos);
  return value instanceof CelType ? value.name : String(value);
}

function integer(value: CelValue): bigint {
  if (typeof value === "bigint") return value;
  return value instanceof CelUint ? value.value : BigInt(Number(value));
}

function hex(value: CelValue): string {
  if (typeof value === "string") return Buffer.from(utf8Bytes(value)).toString("hex");
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return integer(value).toString(16);
}

function number(value: CelValue): number {
  return typeof value === "number" ? value : Number(integer(value));
}

function formatClause({ verb, precision }: Clause, value: CelValue): string {
  switch (verb) {
    case "s":
      return show(value);
    case "d":
      return typeof value === "number" ? show(value) : integer(value).toString();
    case "f":
      return special(number(value)) ?? toFixed(number(value), precision);
    case "e":
      return special(number(value)) ?? toScientific(number(value), precision);
    case "b":
      return integer(value).toString(2);
    case "o":
      return integer(value).toString(8);
    case "x":
      return hex(value);
    case "X":
      return hex(value).toUpperCase();
    default:
      return verb satisfies never;
  }
}

/** Formats as `string.format` does; arguments beyond those used are ignored. */
export function formatString(template: string, args: readonly CelValue[], evaluation: Evaluation): string | CelFailure {
  const texts: string[] = [];
  let used = 0;
  let size = 0;
  for (const part of parseFormat(template)) {
    // A missing argument is noticed before what is wrong with its clause.
    if (typeof part !== "string" && used >= args.length) return new CelFailure(`index ${used} out of range`);
    if (part instanceof CelFailure) return part;
    let text = part;
    if (typeof text !== "string") {
      const value = args[used++] ?? null;
      const error = clauseError(text, typeName(value));
      if (error !== undefined) return new CelFailure(error);
      text = formatClause(text, value);
    }
    size += text.length;
    texts.push(text);
    evaluation.charge(1 + text.length / 100);
  }
  evaluation.chargeText(size);
  return texts.join("");
}
