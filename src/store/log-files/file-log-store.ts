import { existsSync } from "node:fs";
import { readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { LogReadOptions, LogRef, LogStore, LogWriter } from "../log-store.ts";
import { readLogFile } from "./log-file-reader.ts";
import { LogFileWriter } from "./log-file-writer.ts";

const suffix = ".log";
/** No container has this suffix: their files end in `.log`. */
const previousSuffix = ".log.previous";

interface FileLogStoreOptions {
  /** The folder that holds everything; made when needed. */
  readonly folder: string;
  /** Bytes a container's log may take on disk; the rest is dropped with a notice. */
  readonly maxBytesPerContainer: number;
}

/** The logs of one pod, as found on disk. */
interface StoredPodLogs {
  readonly namespace: string;
  readonly pod: string;
  readonly bytes: number;
  /** Of the newest write, in milliseconds since the epoch. */
  readonly modifiedMs: number;
}

/**
 * Keeps each container's log in a file `<namespace>/<pod>/<container>.log` below one folder, and that of its life before
 * in `<container>.log.previous`.
 */
export class FileLogStore implements LogStore {
  readonly #options: FileLogStoreOptions;
  readonly #writers = new Map<string, LogFileWriter>();

  constructor(options: FileLogStoreOptions) {
    this.#options = options;
  }

  open(ref: LogRef): LogWriter {
    const path = this.#path(ref);
    const writing = this.#writers.get(path);
    if (writing !== undefined) return writing;
    const writer = new LogFileWriter(path, this.#options.maxBytesPerContainer, () => this.#writers.delete(path));
    this.#writers.set(path, writer);
    return writer;
  }

  async restart(ref: LogRef): Promise<void> {
    const path = this.#path(ref);
    await this.#writers.get(path)?.end();
    if (existsSync(path)) await rename(path, this.#path(ref, previousSuffix));
  }

  read(ref: LogRef, options: LogReadOptions): AsyncIterable<Uint8Array> | undefined {
    const path = this.#path(ref, options.previous === true ? previousSuffix : suffix);
    const writer = this.#writers.get(path);
    if (writer === undefined && !existsSync(path)) return undefined;
    return readLogFile(path, writer, options);
  }

  async remove(namespace: string, pod: string): Promise<void> {
    const folder = join(this.#options.folder, fileName(namespace), fileName(pod));
    await Promise.all([...this.#writers.values()].filter((w) => dirname(w.path) === folder).map((w) => w.end()));
    await rm(folder, { recursive: true, force: true });
    // Fails while other pods have logs there, which is what we want.
    await rmdir(dirname(folder)).catch(() => undefined);
  }

  /** Every pod that has logs, those written last at the end. */
  async list(): Promise<readonly StoredPodLogs[]> {
    const found: StoredPodLogs[] = [];
    for (const namespace of await entries(this.#options.folder)) {
      for (const pod of await entries(join(this.#options.folder, namespace))) {
        const folder = join(this.#options.folder, namespace, pod);
        let bytes = 0;
        let modifiedMs = 0;
        for (const file of await entries(folder)) {
          const info = await stat(join(folder, file)).catch(() => undefined);
          bytes += info?.size ?? 0;
          modifiedMs = Math.max(modifiedMs, info?.mtimeMs ?? 0);
        }
        found.push({ namespace: decodeURIComponent(namespace), pod: decodeURIComponent(pod), bytes, modifiedMs });
      }
    }
    return found.sort((a, b) => a.modifiedMs - b.modifiedMs);
  }

  /**
   * Removes the logs of pods that have not written since `olderThanMs` (epoch), then the oldest until no more than
   * `maxTotalBytes` are left. Pods that are still writing stay. Answers what was removed.
   */
  async prune(limits: {
    readonly olderThanMs: number;
    readonly maxTotalBytes: number;
  }): Promise<readonly StoredPodLogs[]> {
    const all = await this.list();
    const writing = new Set([...this.#writers.values()].map((writer) => dirname(writer.path)));
    let total = all.reduce((sum, { bytes }) => sum + bytes, 0);
    const removed: StoredPodLogs[] = [];
    for (const logs of all) {
      if (logs.modifiedMs >= limits.olderThanMs && total <= limits.maxTotalBytes) break;
      if (writing.has(join(this.#options.folder, fileName(logs.namespace), fileName(logs.pod)))) continue;
      await this.remove(logs.namespace, logs.pod);
      total -= logs.bytes;
      removed.push(logs);
    }
    return removed;
  }

  #path({ namespace, pod, container }: LogRef, ending = suffix): string {
    return join(this.#options.folder, fileName(namespace), fileName(pod), fileName(container) + ending);
  }
}

/** A name as one path segment: Kubernetes names pass unchanged, anything else cannot leave the folder. */
function fileName(name: string): string {
  const encoded = encodeURIComponent(name);
  return encoded === "." || encoded === ".." || encoded === "" ? `%2E${encoded.length}` : encoded;
}

async function entries(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
