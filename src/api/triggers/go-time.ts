import { quoteGo } from "../../json/go-print.ts";
import { err, ok, type Result } from "../../result.ts";

const layout = "2006-01-02T15:04:05Z07:00";

/** The parts of the layout in order: what Go calls it, what it matches, and what it is of a time. */
const parts: readonly {
  readonly name: string;
  readonly pattern: RegExp;
  readonly field?: string;
  readonly max?: number;
}[] = [
  { name: "2006", pattern: /^\d{4}/ },
  { name: "-", pattern: /^-/ },
  { name: "01", pattern: /^\d\d/, field: "month", max: 12 },
  { name: "-", pattern: /^-/ },
  { name: "02", pattern: /^\d\d/ },
  { name: "T", pattern: /^T/ },
  { name: "15", pattern: /^\d\d/, field: "hour", max: 23 },
  { name: ":", pattern: /^:/ },
  { name: "04", pattern: /^\d\d/, field: "minute", max: 59 },
  { name: ":", pattern: /^:/ },
  { name: "05", pattern: /^\d\d(?:[.,]\d+)?/, field: "second", max: 59 },
  { name: "Z07:00", pattern: /^(?:Z|[+-]\d\d:\d\d)/ },
];

/** Reads an RFC 3339 time as Go does and gives it in UTC with whole seconds; the error is Go's text. */
export function readGoTime(text: string): Result<string, string> {
  const outOfRange = (field: string) => err(`parsing time ${quoteGo(text)}: ${field} out of range`);
  let rest = text;
  for (const { name, pattern, field, max = 0 } of parts) {
    const found = pattern.exec(rest)?.[0];
    if (found === undefined) {
      return err(
        `parsing time ${quoteGo(text)} as ${quoteGo(layout)}: cannot parse ${quoteGo(rest)} as ${quoteGo(name)}`,
      );
    }
    const value = Math.trunc(Number(found.replace(",", ".")));
    if (field !== undefined && (value > max || (field === "month" && value === 0))) return outOfRange(field);
    rest = rest.slice(found.length);
  }
  if (rest !== "") return err(`parsing time ${quoteGo(text)}: extra text: ${quoteGo(rest)}`);
  // Date rolls 31 April over into May.
  const local = text.slice(0, 19);
  const utc = new Date(`${local}Z`);
  if (Number.isNaN(utc.getTime()) || utc.toISOString().slice(0, 19) !== local) return outOfRange("day");
  const [, zone = "Z"] = /(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  const sign = zone.startsWith("-") ? -1 : 1;
  const offsetMinutes = zone === "Z" ? 0 : sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6)));
  return ok(`${new Date(utc.getTime() - offsetMinutes * 60_000).toISOString().slice(0, 19)}Z`);
}
