import { humanDuration } from "../apiserver/tables/age.ts";

/** The time since, as kubectl prints ages: `5s`, `3m10s`, `45m`, `5h20m`, `3d`. */
export function formatAge(ms: number): string {
  return humanDuration(Math.max(0, Math.floor(ms / 1000)));
}

/** The time since, as tkn prints it: `12 seconds ago`. */
export function formatAgo(timestamp: string | undefined, nowMs: number): string {
  if (timestamp === undefined) return "---";
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(timestamp)) / 1000));
  const units = [
    { name: "day", seconds: 86_400 },
    { name: "hour", seconds: 3_600 },
    { name: "minute", seconds: 60 },
    { name: "second", seconds: 1 },
  ];
  const unit = units.find((candidate) => seconds >= candidate.seconds) ?? { name: "second", seconds: 1 };
  const count = Math.floor(seconds / unit.seconds);
  return `${count} ${unit.name}${count === 1 ? "" : "s"} ago`;
}

/** A duration in whole seconds, as tkn prints it: `1m5s`; `---` while it has not ended. */
export function formatDuration(start: string | undefined, end: string | undefined): string {
  if (start === undefined || end === undefined) return "---";
  const seconds = Math.max(0, Math.round((Date.parse(end) - Date.parse(start)) / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return `${hours > 0 ? `${hours}h` : ""}${hours > 0 || minutes > 0 ? `${minutes}m` : ""}${seconds % 60}s`;
}
