import { goDurationNanos } from "../../cel/time.ts";

/**
 * Milliseconds of a Go duration such as `1h30m` or `-1.5s`; undefined when the text is none, or longer than Go can hold
 * (spec: pipelines, section 2).
 */
export function parseGoDuration(text: string): number | undefined {
  const nanos = goDurationNanos(text);
  return nanos === undefined ? undefined : Number(nanos) / 1e6;
}

/** The duration as Go prints it: `1h30m0s`, `1m30s`, `1.5s`, `0s`. */
export function formatGoDuration(milliseconds: number): string {
  if (milliseconds === 0) return "0s";
  const sign = milliseconds < 0 ? "-" : "";
  const ms = Math.abs(milliseconds);
  if (ms < 1000) {
    if (ms >= 1) return `${sign}${trimmed(ms)}ms`;
    const us = ms * 1000;
    return us >= 1 ? `${sign}${trimmed(us)}µs` : `${sign}${trimmed(us * 1000)}ns`;
  }
  const seconds = ms / 1000;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = trimmed(seconds - hours * 3600 - minutes * 60);
  if (hours > 0) return `${sign}${hours}h${minutes}m${rest}s`;
  return minutes > 0 ? `${sign}${minutes}m${rest}s` : `${sign}${rest}s`;
}

function trimmed(value: number): string {
  return String(Number(value.toFixed(9)));
}
