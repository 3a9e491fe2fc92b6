/** The longest time that one timer can wait, in milliseconds: not quite 25 days. */
const maxMs = 2 ** 31 - 1;

/** Calls back after that many milliseconds, however many; at once when they are none. Answers what calls it off. */
export function startTimer(ms: number, callback: () => void): () => void {
  const restMs = ms - maxMs;
  let stop = (): void => clearTimeout(timer);
  const timer = setTimeout(
    () => {
      if (restMs > 0) stop = startTimer(restMs, callback);
      else callback();
    },
    Math.min(Math.max(ms, 0), maxMs),
  );
  return () => stop();
}
