/**
 * Volumes from configMaps and secrets are read-only; where nothing can be mounted the files themselves have to refuse.
 * Permission bits do that for everybody but root, whom only the immutable attribute of Linux file systems stops.
 */
import { execFile } from "node:child_process";
import { chmod, lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;

/** Takes everybody's right to write below `folder`. Answers whether that holds for this process's user. */
export async function makeReadOnly(folder: string): Promise<boolean> {
  await changeModes(folder, (mode) => mode & ~0o222);
  if (!isRoot) return true;
  return run("chattr", ["-R", "+i", folder]).then(
    () => true,
    () => false,
  );
}

/** Makes what `makeReadOnly` has closed removable again. */
export async function allowRemoval(folder: string): Promise<void> {
  if (isRoot && process.platform === "linux") await run("chattr", ["-R", "-f", "-i", folder]).catch(() => undefined);
  else await changeModes(folder, (mode) => mode | 0o200);
}

async function changeModes(path: string, change: (mode: number) => number): Promise<void> {
  const info = await lstat(path).catch(() => undefined);
  if (info === undefined || info.isSymbolicLink()) return;
  await chmod(path, change(info.mode & 0o7777)).catch(() => undefined);
  if (!info.isDirectory()) return;
  for (const name of await readdir(path).catch(() => [])) await changeModes(join(path, name), change);
}
