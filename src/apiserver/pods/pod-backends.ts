import type { Duplex } from "node:stream";
import type { Result } from "../../result.ts";
import type { LogStore } from "../../store/log-store.ts";

/** Names a container of a pod. */
export interface ContainerTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** What a command that is run in a container reads and writes. */
export interface ExecIo {
  readonly stdin?: AsyncIterable<Uint8Array>;
  stdout(chunk: Uint8Array): Promise<void> | void;
  stderr(chunk: Uint8Array): Promise<void> | void;
}

/** What plays the kubelet: the runner for the steps of runs, the sink for listeners. */
export interface PodBackends {
  readonly logs: LogStore;
  /** Whether pods on that node are ours to serve. */
  servesNode(nodeName: string): boolean;
  /** Runs a command in a running container; answers its exit code. An error says why it cannot be run. */
  exec(
    target: ContainerTarget,
    command: readonly string[],
    io: ExecIo,
    signal: AbortSignal,
  ): Promise<Result<number, string>>;
  /** Connects to a port of a pod. */
  dial(namespace: string, pod: string, port: number): Promise<Result<Duplex, string>>;
}
