import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { rm, rmdir } from "node:fs/promises";
import { join } from "node:path";

const memory = "/dev/shm";
const ownerName = "folder";

/**
 * A folder in memory for the many small files that a pod needs for a moment; some disks take longer to make them than
 * the step takes to run. Nothing where there is no such place, or where programs may not be run from it. It goes by the
 * name of `folder`, so that the next life of Tektite finds it.
 */
export function memoryFolder(folder: string): string | undefined {
  if (process.platform !== "linux" || !allowsPrograms(memory)) return undefined;
  const all = allFolders();
  const path = pathFor(folder);
  try {
    mkdirSync(all, { recursive: true, mode: 0o711 });
    // Everybody may make names there: it has to be ours, not a link to something else.
    const info = lstatSync(all);
    if (!info.isDirectory() || info.uid !== process.getuid?.()) return undefined;
    if (!existsSync(path)) {
      removeAbandoned(all);
      mkdirSync(path, { mode: 0o711 });
      writeFileSync(join(path, ownerName), folder);
    }
    return path;
  } catch {
    return undefined;
  }
}

/** Takes away the memory of folders that are no more: nobody will come back for it. */
function removeAbandoned(all: string): void {
  for (const name of readdirSync(all)) {
    const path = join(all, name);
    try {
      if (existsSync(readFileSync(join(path, ownerName), "utf8"))) continue;
    } catch {
      // Another Tektite is making it at this moment, or was stopped while it did: that one finds it by its name.
      continue;
    }
    rmSync(path, { recursive: true, force: true });
  }
}

/** Gives the memory back at the end. */
export async function removeMemoryFolder(folder: string): Promise<void> {
  if (memoryFolder(folder) === undefined) return;
  await rm(pathFor(folder), { recursive: true, force: true });
  await rmdir(allFolders()).catch(() => undefined);
}

function allFolders(): string {
  return join(memory, `tektite-${process.getuid?.() ?? 0}`);
}

function pathFor(folder: string): string {
  return join(allFolders(), createHash("sha256").update(folder).digest("hex").slice(0, 16));
}

/** Whether a place is a mount of memory without the option `noexec`. */
function allowsPrograms(place: string): boolean {
  try {
    const line = readFileSync("/proc/self/mountinfo", "utf8")
      .split("\n")
      .findLast((entry) => entry.split(" ")[4] === place);
    return line !== undefined && / - tmpfs /.test(line) && !(line.split(" ")[5] ?? "").split(",").includes("noexec");
  } catch {
    return false;
  }
}
