/**
 * Finding and ending processes that outlive what started them: by process group, by a mark in their environment, and by
 * records of an earlier life of Tektite.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Variable that marks every process of a pod, also one that left its group. */
export const podMark = "TEKTITE_POD_UID";

/** A signal to a process group; answers whether any of it was left. */
export function killGroup(leader: number, signal: NodeJS.Signals = "SIGKILL"): boolean {
  // 0 and 1 would mean our own group and everybody.
  if (leader <= 1) return false;
  try {
    return process.kill(-leader, signal);
  } catch {
    return false;
  }
}

/** Kills every process with one of these pods' marks; on Linux only, where the environment can be read. */
export async function killMarked(podUids: ReadonlySet<string>): Promise<void> {
  if (process.platform !== "linux") return;
  // Twice: one that is killed may just have started another.
  for (let pass = 0; pass < 3; pass++) {
    let found = 0;
    for (const pid of await readdir("/proc").catch(() => [])) {
      if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
      const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
      const at = environment.indexOf(`${podMark}=`);
      if (at === -1 || (at > 0 && environment[at - 1] !== "\0")) continue;
      const start = at + podMark.length + 1;
      const end = environment.indexOf("\0", start);
      if (!podUids.has(environment.slice(start, end === -1 ? undefined : end))) continue;
      try {
        process.kill(Number(pid), "SIGKILL");
        found++;
      } catch {
        // Ended meanwhile.
      }
    }
    if (found === 0) return;
  }
}

/**
 * What tells a process apart from a later one with its number: its start. Nothing for a process that is gone.
 */
export function startOf(pid: number): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name in parentheses may hold blanks; the start is the 20th field behind it.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

/** As `startOf`, by way of `ps` where there is no `/proc`. */
export async function startOfAnywhere(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") return startOf(pid);
  const { stdout } = await run("ps", ["-o", "lstart=", "-p", String(pid)]).catch(() => ({ stdout: "" }));
  return stdout.trim() === "" ? undefined : stdout.trim();
}

/** The processes that `pid` has started and that still run. */
export function childrenOf(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim();
    return text === "" ? [] : text.split(" ").map(Number);
  } catch {
    return [];
  }
}
