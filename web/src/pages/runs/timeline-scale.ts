/** The time that a timeline shows, in milliseconds since 1970. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly untilMs: number;
}

const stepsSeconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];
const minSpanMs = 1000;

/** The time of a run: from its beginning to its end, or until now while it goes on. */
export function timeSpan(
  {
    startedAt,
    createdAt,
    completedAt,
  }: {
    readonly startedAt: string | undefined;
    readonly createdAt: string | undefined;
    readonly completedAt: string | undefined;
  },
  nowMs: number,
): TimeSpan {
  const fromMs = Date.parse(startedAt ?? createdAt ?? "") || nowMs;
  const endMs = completedAt === undefined ? nowMs : Date.parse(completedAt);
  return { fromMs, untilMs: Math.max(endMs, fromMs + minSpanMs) };
}

/** Round times since the beginning, in milliseconds, at most so many. */
export function ticks({ fromMs, untilMs }: TimeSpan, most: number): readonly number[] {
  const seconds = (untilMs - fromMs) / 1000;
  const days = 86_400 * Math.ceil(seconds / most / 86_400);
  const step = stepsSeconds.find((candidate) => seconds / candidate <= most) ?? days;
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step * 1000);
}

/** Where a time lies within the span, in percent. */
export function percentOf({ fromMs, untilMs }: TimeSpan, ms: number): number {
  return Math.min(100, Math.max(0, ((ms - fromMs) / (untilMs - fromMs)) * 100));
}
