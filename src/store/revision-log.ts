/** One write, as it is kept: the log is append-only until it is compacted. */
export interface Revision {
  readonly revision: number;
  /** Such as `apps/deployments` or `/configmaps`. */
  readonly collection: string;
  /** `namespace/name`, or the name alone. */
  readonly key: string;
  /** Revision of the same key before this one; 0 when there was none. */
  readonly previous: number;
  readonly deleted: boolean;
  /** The object as JSON; of a deletion, the object as it was, carrying the deletion's resourceVersion. */
  readonly text: string;
}

/** Where revisions are kept. */
export interface RevisionLog {
  /**
   * All of it in one transaction; resolves once it is durable. One at a time. Rejects when nothing was stored: the disk
   * is full, or (collection, key, previous) exists already, which is our own bug.
   */
  append(revisions: readonly Revision[]): Promise<void>;
  /** The newest revision of each key, deletions included, oldest first. */
  readLatest(): Iterable<Revision>;
  /** Revisions of a collection newer than that, oldest first. */
  readAfter(collection: string, revision: number): readonly Revision[];
  /** The revision itself, unless compacted. */
  read(revision: number): Revision | undefined;
  /** The newest revision up to which history was dropped. */
  readonly compactedRevision: number;
  /** The newest revision ever written. */
  readonly newestRevision: number;
  /** Drops what newer revisions up to that one replaced. */
  compact(revision: number): Promise<void>;
  close(): Promise<void>;
}
