/**
 * Processes of an earlier life of Tektite that was killed in the middle of its pods. Each pod's folder keeps the
 * numbers of its processes, with their starts, so that a number that now is somebody else's is left alone.
 */
import { execFile } from "node:child_process";
import { appendFileSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { PodRoots } from "./pod-folder.ts";
import { killGroup, killMarked, startOf, startOfAnywhere } from "./process-tree.ts";
import { allowRemoval } from "./read-only-files.ts";

const run = promisify(execFile);
const recordName = "pids";

/** Remembers a process group's leader in a pod's folder. */
export function recordProcess(podFolder: string, pid: number): void {
  const start = startOf(pid);
  if (start !== undefined) {
    appendFileSync(join(podFolder, recordName), `${pid} ${start}\n`);
    return;
  }
  if (process.platform === "linux") return; // Gone already.
  // ps is another process: the record comes a little later, which only matters if we are killed meanwhile.
  void run("ps", ["-o", "lstart=", "-p", String(pid)]).then(
    ({ stdout }) => appendFileSync(join(podFolder, recordName), `${pid} ${stdout.trim()}\n`),
    () => undefined,
  );
}

/** Kills what is left of earlier pods and removes their folders. */
export async function removeOrphans(roots: PodRoots): Promise<void> {
  const folders = [...new Set([roots.disk, roots.control])];
  const names = [...new Set((await Promise.all(folders.map((root) => readdir(root).catch(() => [])))).flat())];
  const uids = names.map(decodeURIComponent);
  for (const name of names) {
    const records = await Promise.all(
      folders.map((root) => readFile(join(root, name, recordName), "utf8").catch(() => "")),
    );
    for (const record of records.join("\n").split("\n")) {
      const [, pid, start] = /^(\d+) (.+)$/.exec(record) ?? [];
      if (pid === undefined) continue;
      if ((await startOfAnywhere(Number(pid))) === start) killGroup(Number(pid));
    }
  }
  if (uids.length > 0) await killMarked(new Set(uids));
  for (const name of names) {
    await allowRemoval(join(roots.disk, name, "volumes"));
    for (const root of folders) await rm(join(root, name), { recursive: true, force: true }).catch(() => undefined);
  }
}
