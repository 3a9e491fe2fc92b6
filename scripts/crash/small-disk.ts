import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** A file system of its own that can be filled up. */
export interface SmallDisk {
  fill(): void;
  /** Makes room again. */
  free(): void;
  unmount(): void;
}

/** Mounts it on the folder. Throws where that is not allowed: it is root's. */
export function mountSmallDisk(folder: string, megabytes: number): SmallDisk {
  mkdirSync(folder, { recursive: true });
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder]);
  if (mounted.status !== 0) {
    throw new Error(`a small disk cannot be mounted (only root may): ${mounted.stderr.toString().trim()}`);
  }
  const filler = join(folder, "filler");
  return {
    fill: () => {
      const file = openSync(filler, "w");
      // Down to the last page: what is left of a large piece may be enough for a small write.
      for (const size of [4 * 1024 * 1024, 64 * 1024, 4 * 1024]) {
        const piece = Buffer.alloc(size);
        while (writes(file, piece)) {
          // Until it is full.
        }
      }
      closeSync(file);
    },
    free: () => rmSync(filler, { force: true }),
    unmount: () => {
      if (spawnSync("umount", [folder]).status !== 0) spawnSync("umount", ["-l", folder]);
    },
  };
}

function writes(file: number, piece: Buffer): boolean {
  try {
    return writeSync(file, piece) === piece.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") return false;
    throw error;
  }
}
