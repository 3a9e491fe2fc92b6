/** What became of one vector. */
export interface CaseOutcome {
  readonly name: string;
  readonly passed: boolean;
  /** For people: what was wanted and what came, when it failed. */
  readonly diff?: string;
  /** Why the case could not be run on this machine; then `passed` is false and it counts as neither. */
  readonly skipped?: string;
}

/** Runs the vectors of one format. One file of `conformance/sets/` each. */
export interface ConformanceSet {
  /**
   * The name under which a file's results are printed, such as `jsonpath` or `kube-api/watch`; undefined when the file
   * is not of this format. `relativePath` is relative to the folder that was given; it may lie in any sub-folder.
   * `head` is the beginning of the file's text, for formats whose file names are alike.
   */
  claim(relativePath: string, head: string): string | undefined;
  /** Runs all files claimed under one name. Paths are absolute. */
  run(setName: string, files: readonly string[]): AsyncIterable<CaseOutcome>;
}
