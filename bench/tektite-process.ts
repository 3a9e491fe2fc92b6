import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const root = join(import.meta.dirname, "..");

/** The bundled build, made once per run of the benchmarks. */
export function buildBundle(): string {
  const built = spawnSync(process.execPath, [join(root, "scripts", "build.ts")], { cwd: root, encoding: "utf8" });
  if (built.status !== 0) throw new Error(`the build failed:\n${built.stderr}`);
  return join(root, "dist", "tektite.js");
}

/** What `bin/tektite` tells Node.js. */
export function launchFlags(): readonly string[] {
  const flags = /^exec "\$node" (.*) "\$main" "\$@"$/m.exec(readFileSync(join(root, "bin", "tektite"), "utf8"))?.[1];
  if (flags === undefined) throw new Error("bin/tektite starts Node.js in another way than this benchmark knows");
  return flags.split(" ");
}

/** A `tektite up` of the bundled build. */
export interface UpProcess {
  readonly child: ChildProcess;
  readonly api: string;
  readonly hooks: string;
  readonly kubeconfig: string;
  /** With `--dashboard-address`. */
  readonly dashboard?: string;
  /** From the start of the process to the ready file. */
  readonly readyMs: number;
  /** Resident memory of the process in MB. */
  residentMb(): number;
  stop(): Promise<void>;
}

/** Starts it on free ports and waits until it is ready. */
export async function startUp(bundle: string, dataDir: string, more: readonly string[] = []): Promise<UpProcess> {
  const ready = join(dataDir, "ready.json");
  rmSync(ready, { force: true });
  const startedMs = performance.now();
  const args = [
    "up",
    "--data-dir",
    dataDir,
    "--api-address",
    "127.0.0.1:0",
    "--hooks-address",
    "127.0.0.1:0",
    "--ready-file",
    ready,
  ];
  const child = spawn(process.execPath, [...launchFlags(), bundle, ...args, ...more], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  while (!existsSync(ready)) {
    if (child.exitCode !== null) throw new Error(`tektite up ended with ${child.exitCode}`);
    await sleep(2);
  }
  const readyMs = performance.now() - startedMs;
  const addresses = JSON.parse(readFileSync(ready, "utf8")) as Pick<
    UpProcess,
    "api" | "hooks" | "kubeconfig" | "dashboard"
  >;
  return {
    child,
    ...addresses,
    readyMs,
    residentMb: () => {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    },
    stop: async () => {
      child.kill("SIGTERM");
      if (child.exitCode === null) await new Promise((resolve) => child.once("exit", resolve));
    },
  };
}

export function newDataDir(): string {
  return mkdtempSync(join(tmpdir(), "tektite-bench-"));
}
