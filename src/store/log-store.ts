/** Names the log of one container. */
export interface LogRef {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface LogReadOptions {
  /** Reads what the container wrote before it was last restarted. */
  readonly previous?: boolean;
  readonly follow?: boolean;
  readonly tailLines?: number;
  /** Only lines written at or after this time, in milliseconds since the epoch. */
  readonly sinceMs?: number;
  /** Puts each line's RFC 3339 time in front, with nanosecond digits as Kubernetes prints it. */
  readonly timestamps?: boolean;
  readonly limitBytes?: number;
  readonly signal?: AbortSignal;
}

export interface LogWriter {
  /** Appends output as it comes; lines may arrive in pieces. Resolves when more may be written (back-pressure). */
  write(chunk: Uint8Array): Promise<void>;
  /** No more will come: followers end once they have read all. */
  end(): Promise<void>;
}

/** Logs of containers: appended on disk, read and followed by many. */
export interface LogStore {
  open(ref: LogRef): LogWriter;
  /**
   * Ends the log of the container's life so far and keeps it as the previous one, in place of an older one. Nothing
   * happens when the container has written nothing yet.
   */
  restart(ref: LogRef): Promise<void>;
  /** Undefined when there is no such log. */
  read(ref: LogRef, options: LogReadOptions): AsyncIterable<Uint8Array> | undefined;
  /** Forgets the logs of a pod. */
  remove(namespace: string, pod: string): Promise<void>;
}
