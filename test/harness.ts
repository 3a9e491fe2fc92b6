import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export const root: string = join(import.meta.dirname, "..");
const tektite: string = join(root, "bin", "tektite");

/** What a finished program printed and answered. */
export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Killed after this long. */
  readonly timeoutMs?: number;
}

/** Runs a program to its end. */
export function runProgram(program: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: options.cwd ?? root, env: { ...process.env, ...options.env } });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", reject);
    const timer = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs ?? 60_000);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
        exitCode: code ?? -1,
      });
    });
    // A program may end without having read its input: what it answered counts.
    child.stdin.on("error", () => {});
    child.stdin.end(options.stdin ?? "");
  });
}

/** Runs `bin/tektite`. */
export function runTektite(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return runProgram(tektite, args, options);
}

/** A folder that is gone after the test. */
export function temporaryFolder(test: { after(fn: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), "tektite-test-"));
  test.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  return folder;
}

/** A running `tektite up`. */
export interface Up {
  readonly process: ChildProcess;
  readonly dataDir: string;
  readonly api: string;
  readonly hooks: string;
  readonly ingress?: string;
  readonly kubeconfig: string;
  tektite(args: readonly string[], options?: RunOptions): Promise<Finished>;
  kubectl(version: "old" | "new", args: readonly string[], options?: RunOptions): Promise<Finished>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts `tektite up` on free ports; it is stopped after the test. */
export async function startUp(
  test: { after(fn: () => Promise<void>): void },
  options: { readonly dataDir: string; readonly args?: readonly string[] },
): Promise<Up> {
  const readyFile = join(options.dataDir, "ready.json");
  rmSync(readyFile, { force: true });
  const args = ["up", "--data-dir", options.dataDir, "--api-address", "127.0.0.1:0", "--hooks-address", "127.0.0.1:0"];
  const child = spawn(tektite, [...args, "--ready-file", readyFile, ...(options.args ?? [])], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const stop = async (signal: NodeJS.Signals = "SIGTERM") => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await Promise.race([ended, sleep(10_000, undefined, { ref: false }).then(() => child.kill("SIGKILL"))]);
    await ended;
  };
  test.after(() => stop());
  for (let waitedMs = 0; !existsSync(readyFile); waitedMs += 20) {
    if (child.exitCode !== null || waitedMs > 30_000) throw new Error(`tektite up did not become ready:\n${output}`);
    await sleep(20);
  }
  const addresses = JSON.parse(readFileSync(readyFile, "utf8")) as {
    api: string;
    hooks: string;
    ingress?: string;
    kubeconfig: string;
  };
  const env = { KUBECONFIG: addresses.kubeconfig, HOME: options.dataDir };
  return {
    process: child,
    dataDir: options.dataDir,
    ...addresses,
    tektite: (commandArgs, runOptions = {}) =>
      runTektite(commandArgs, { ...runOptions, env: { ...env, ...runOptions.env } }),
    kubectl: (version, commandArgs, runOptions = {}) =>
      runProgram(kubectlPath(version), commandArgs, { ...runOptions, env: { ...env, ...runOptions.env } }),
    stop,
  };
}

/** Debian 12's kubectl, or the current one; scripts/fetch-kubectl.sh puts them there. */
export function kubectlPath(version: "old" | "new"): string {
  const path = join(root, ".tools", `kubectl-${version}`, "usr", "bin", "kubectl");
  if (!existsSync(path)) throw new Error("kubectl is missing: run scripts/fetch-kubectl.sh");
  return path;
}

/** Asks again until the answer is there. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, timeoutMs = 20_000): Promise<T> {
  const endMs = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > endMs) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await sleep(50);
  }
}
