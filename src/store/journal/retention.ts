/** How much of the past is kept. Events that some trigger has not finished with are always kept. */
export interface Retention {
  readonly maxAgeMs: number;
  readonly maxEvents: number;
  /** Of bodies. */
  readonly maxBytes: number;
}

export const defaultRetention: Retention = {
  maxAgeMs: 30 * 24 * 3_600_000,
  maxEvents: 1_000_000,
  maxBytes: 4 * 1024 * 1024 * 1024,
};
