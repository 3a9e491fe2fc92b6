/** One measured figure. */
export interface Figure {
  readonly what: string;
  /** With its unit, such as `41 ms` or `3,120 /s`. */
  readonly value: string;
  /** What is wanted of it, when something is. */
  readonly goal?: string;
}

/** One of `bench/benchmarks/*.ts`, named for its file. */
export interface Benchmark {
  /** One line for `npm run bench -- --list`. */
  readonly about: string;
  run(): AsyncIterable<Figure>;
}

/** The middle value, and the 99th percentile, of measurements in milliseconds. */
export function summarize(samples: readonly number[]): { readonly median: number; readonly p99: number } {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { median: at(0.5), p99: at(0.99) };
}

export function formatMs(ms: number): string {
  return ms < 10 ? `${ms.toFixed(2)} ms` : `${Math.round(ms)} ms`;
}

export function formatRate(count: number, ms: number): string {
  return `${Math.round((count * 1000) / ms).toLocaleString("en-US")} /s`;
}
