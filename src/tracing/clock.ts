/** What to add to the monotonic clock, which alone is fine enough, for the time of day; the two drift apart over days. */
let offsetMs = performance.timeOrigin;
const maxDriftMs = 20;

/** Milliseconds since the epoch, fractions included: the times of spans. */
export function spanTimeMs(): number {
  const driftMs = Date.now() - (offsetMs + performance.now());
  if (Math.abs(driftMs) > maxDriftMs) offsetMs += driftMs;
  return offsetMs + performance.now();
}
