import type { Revision, RevisionLog } from "./revision-log.ts";

/** A log that lives and dies with the process, for tests and dry runs. */
export class MemoryLog implements RevisionLog {
  #revisions: Revision[] = [];
  #compacted = 0;
  #newest = 0;

  get compactedRevision(): number {
    return this.#compacted;
  }

  get newestRevision(): number {
    return this.#newest;
  }

  async append(revisions: readonly Revision[]): Promise<void> {
    for (const revision of revisions) {
      this.#revisions.push(revision);
      this.#newest = revision.revision;
    }
  }

  readLatest(): Iterable<Revision> {
    const latest = new Map<string, Revision>();
    for (const revision of this.#revisions) latest.set(`${revision.collection}\0${revision.key}`, revision);
    return [...latest.values()].sort((a, b) => a.revision - b.revision);
  }

  readAfter(collection: string, revision: number): readonly Revision[] {
    return this.#revisions.filter((entry) => entry.revision > revision && entry.collection === collection);
  }

  read(revision: number): Revision | undefined {
    return this.#revisions.find((entry) => entry.revision === revision);
  }

  async compact(revision: number): Promise<void> {
    const latest = new Map<string, number>();
    for (const entry of this.#revisions) {
      if (entry.revision <= revision) latest.set(`${entry.collection}\0${entry.key}`, entry.revision);
    }
    this.#revisions = this.#revisions.filter(
      (entry) =>
        entry.revision > revision ||
        (!entry.deleted && latest.get(`${entry.collection}\0${entry.key}`) === entry.revision),
    );
    this.#compacted = Math.max(this.#compacted, revision);
  }

  async close(): Promise<void> {
    this.#revisions = [];
  }
}
