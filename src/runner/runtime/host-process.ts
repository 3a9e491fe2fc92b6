import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import type { ExecIo } from "../pod-plan.ts";
import type { PipePool } from "./pipe-pool.ts";
import { killGroup } from "./process-tree.ts";

export interface HostCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Where stderr goes besides descriptor 2: a wrapper keeps 2 for itself and gives its child this one. */
  readonly stderrDescriptor?: 3;
}

/** How a process ended. */
export type HostExit =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signalled"; readonly signal: string }
  | { readonly kind: "notStarted"; readonly error: Error };

export interface HostProcess {
  /** 0 when it did not start. */
  readonly pid: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** What a wrapper said on its own descriptor 2; ends with the process. Empty without a wrapper. */
  readonly wrapperText: Promise<string>;
  readonly exited: Promise<HostExit>;
}

const maxWrapperBytes = 4096;

/** Starts a command as the leader of a process group of its own. */
export async function startHostProcess(pipes: PipePool, command: HostCommand): Promise<HostProcess> {
  const [stdout, stderr] = await Promise.all([pipes.take(), pipes.take()]);
  const isWrapped = command.stderrDescriptor !== undefined;
  let child: ChildProcess;
  try {
    child = spawn(command.program, command.args, {
      cwd: command.cwd,
      env: command.env,
      detached: true,
      stdio: isWrapped ? ["ignore", stdout.write, "pipe", stderr.write] : ["ignore", stdout.write, stderr.write],
    });
  } catch (error) {
    // Such as words or variables that are too long for the kernel.
    stdout.closeWrite();
    stderr.closeWrite();
    const failure = error instanceof Error ? error : new Error(String(error));
    const exited = Promise.resolve({ kind: "notStarted", error: failure } as const);
    return { pid: 0, stdout: stdout.read, stderr: stderr.read, wrapperText: Promise.resolve(""), exited };
  }
  const ended = new Promise<HostExit>((resolve) => {
    child.once("error", (error) => {
      if (child.pid === undefined) resolve({ kind: "notStarted", error });
    });
    child.once("exit", (code, signal) => {
      // What it left behind in its group goes with it, as with a container.
      killGroup(child.pid ?? 0);
      resolve(code === null ? { kind: "signalled", signal: signal ?? "SIGKILL" } : { kind: "exited", code });
    });
  });
  stdout.closeWrite();
  stderr.closeWrite();
  const pid = child.pid ?? 0;
  return {
    pid,
    stdout: stdout.read,
    stderr: stderr.read,
    wrapperText: isWrapped ? textOf(child, ended) : Promise.resolve(""),
    exited: ended,
  };
}

async function textOf(child: ChildProcess, ended: Promise<HostExit>): Promise<string> {
  let text = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    if (text.length < maxWrapperBytes) text += chunk.toString();
  });
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  // A process that did not start never closes.
  if ((await ended).kind !== "notStarted") await closed;
  return text.trim();
}

/** Runs a command to its end with the given streams; answers its exit code, as a shell numbers signals. */
export function execHostCommand(
  command: Omit<HostCommand, "stderrDescriptor">,
  io: ExecIo,
  signal?: AbortSignal,
): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command.program, command.args, {
      cwd: command.cwd,
      env: command.env,
      detached: true,
      stdio: [io.stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    const kill = (): boolean => killGroup(child.pid ?? 0);
    signal?.addEventListener("abort", kill, { once: true });
    if (signal?.aborted) kill();
    const pumps = [pump(child.stdout, io.stdout.bind(io)), pump(child.stderr, io.stderr.bind(io))];
    if (io.stdin !== undefined) void feed(io.stdin, child);
    child.once("error", (error) => {
      if (child.pid !== undefined) return;
      void Promise.resolve(io.stderr(Buffer.from(`${error.message}\n`))).then(() => resolve(126));
    });
    child.once("exit", (code) => {
      void Promise.all(pumps).then(() => {
        signal?.removeEventListener("abort", kill);
        resolve(code ?? 137);
      });
    });
  });
}

async function pump(stream: Readable | null, to: (chunk: Uint8Array) => Promise<void> | void): Promise<void> {
  if (stream === null) return;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) await to(chunk);
  } catch {
    // Cut off with the process.
  }
}

async function feed(input: AsyncIterable<Uint8Array>, child: ChildProcess): Promise<void> {
  const { stdin } = child;
  if (stdin === null) return;
  // The command may end before it has read everything.
  stdin.on("error", () => undefined);
  try {
    for await (const chunk of input) {
      if (stdin.destroyed) return;
      if (!stdin.write(chunk))
        await new Promise<void>((resolve) => {
          stdin.once("drain", resolve);
          stdin.once("close", resolve);
        });
    }
  } catch {
    // The other side left: the command sees the end of its input.
  }
  stdin.end();
}
