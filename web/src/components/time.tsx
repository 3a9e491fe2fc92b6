import { type ReactNode, useEffect, useState } from "react";
import { useLanguage } from "../messages/messages-provider.tsx";

const units = [
  { unit: "day", seconds: 86_400 },
  { unit: "hour", seconds: 3_600 },
  { unit: "minute", seconds: 60 },
  { unit: "second", seconds: 1 },
] as const;

/** The present time in milliseconds, renewed every second or as often as said. */
export function useNowMs(everyMs = 1000): number {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}

/** A moment, as time ago; the exact time as its title. */
export function TimeAgo({ at }: { readonly at: string | undefined }): ReactNode {
  const { language } = useLanguage();
  const nowMs = useNowMs(10_000);
  const atMs = Date.parse(at ?? "");
  if (Number.isNaN(atMs)) return null;
  const seconds = Math.round((atMs - nowMs) / 1000);
  const { unit, seconds: size } = units.find((entry) => Math.abs(seconds) >= entry.seconds) ?? units[3];
  const text = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
  return (
    <time dateTime={at} title={new Date(atMs).toLocaleString(language)}>
      {text}
    </time>
  );
}

/** A duration in words: `350 ms`, `4.2 s`, `3 m 7 s`, `2 h 5 m`, `3 d 4 h`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1).replace(/\.0$/, "") : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} m` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** How long something took, or has taken so far. */
export function Duration({
  from,
  to,
}: {
  readonly from: string | undefined;
  readonly to: string | undefined;
}): ReactNode {
  const nowMs = useNowMs();
  const fromMs = Date.parse(from ?? "");
  if (Number.isNaN(fromMs)) return null;
  const ms = (to === undefined ? nowMs : Date.parse(to)) - fromMs;
  // Kubernetes writes whole seconds.
  return ms <= 0 ? "< 1 s" : durationText(ms);
}
