import { parseGoDuration } from "../api/pipelines/go-duration.ts";

/** What {@link parseTime} takes, in words. */
export const timeForms = "a duration such as 24h or 7d, or a time such as 2026-01-31T12:00:00Z";

const dayMs = 86_400_000;
/** RFC 3339, in which times are asked for, writes no others. */
const [firstMs, lastMs] = [Date.parse("0000-01-01T00:00:00Z"), Date.parse("9999-12-31T23:59:59Z")];

/** The time that `24h` (before now) or `2026-01-31T12:00:00Z` means, in milliseconds; undefined for neither. */
export function parseTime(text: string, nowMs: number): number | undefined {
  const days = /^(\d{1,6})d$/.exec(text)?.[1];
  const durationMs = days === undefined ? parseGoDuration(text) : Number(days) * dayMs;
  // Date.parse alone takes `5` for a month.
  const isTime = /^\d{4}-\d\d-\d\d/.test(text);
  const timeMs = durationMs === undefined ? (isTime ? Date.parse(text) : Number.NaN) : nowMs - durationMs;
  return timeMs >= firstMs && timeMs <= lastMs ? timeMs : undefined;
}
