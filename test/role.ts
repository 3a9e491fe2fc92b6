import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./harness.ts";

/** A test, as far as what it started has to be ended after it. */
export type Test = { after(fn: () => Promise<void> | void): void };

/** A process of `bin/tektite`, ended after the test. */
export class Role {
  readonly process: ChildProcess;
  output = "";

  constructor(t: Test, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const child = spawn(join(root, "bin", "tektite"), args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => (this.output += chunk.toString()));
    }
    t.after(async () => void (await this.end("SIGKILL")));
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    const { process: child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill(signal);
      await ended;
    }
    return child.exitCode;
  }
}
