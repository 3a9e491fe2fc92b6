import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const root = join(import.meta.dirname, "..", "..");
const startMs = 60_000;

/** Starts a command of Tektite and resolves when it is ready; throws with what it wrote when it ends before. */
export async function startTektite(args: readonly string[], isReady: () => Promise<boolean>): Promise<ChildProcess> {
  const main = join(root, "src", "cli", "main.ts");
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    if (errors.length < 10_000) errors += chunk.toString();
  });
  for (const endMs = Date.now() + startMs; !(await isReady()); ) {
    if (child.exitCode !== null || Date.now() > endMs) {
      throw new Error(`tektite ${args[0]} does not start (exit code ${child.exitCode}):\n${errors}`);
    }
    await sleep(10);
  }
  return child;
}

export async function killNow(child: ChildProcess | undefined): Promise<void> {
  await end(child, "SIGKILL");
}

/** Asks it to end, and resolves when it has finished what it began. */
export async function stopSoftly(child: ChildProcess | undefined): Promise<void> {
  await end(child, "SIGTERM");
}

async function end(child: ChildProcess | undefined, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await ended;
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
