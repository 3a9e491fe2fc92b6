import { spawnSync } from "node:child_process";
import { mkdirSync, statfsSync } from "node:fs";

/** A file system of its own that can be full. */
export interface FillableDisk {
  /** Leaves no room at all. */
  fill(): void;
  /** Makes room again. */
  free(): void;
  unmount(): void;
}

/** As much as anybody may write when it is not full; what nobody writes takes no memory. */
const roomySize = 32 * 1024 ** 3;

/** Mounts it on the folder. Throws where that is not allowed: it is root's. */
export function mountFillableDisk(folder: string): FillableDisk {
  mkdirSync(folder, { recursive: true });
  const mounted = mount(folder, "-t", "tmpfs", "-o", `size=${roomySize}`, "tmpfs");
  if (!mounted.isDone) throw new Error(`a disk of its own cannot be mounted (only root may): ${mounted.message}`);
  const resize = (bytes: number) => mount(folder, "-o", `remount,size=${bytes}`).isDone;
  return {
    fill: () => {
      // It cannot be smaller than what somebody has written meanwhile.
      let isFull = false;
      while (!isFull) isFull = resize(usedBytes(folder));
    },
    free: () => {
      if (!resize(roomySize)) throw new Error("the disk cannot be made roomy again");
    },
    unmount: () => {
      if (spawnSync("umount", [folder]).status !== 0) spawnSync("umount", ["-l", folder]);
    },
  };
}

function mount(folder: string, ...options: readonly string[]): { readonly isDone: boolean; readonly message: string } {
  const { status, stderr } = spawnSync("mount", [...options, folder]);
  return { isDone: status === 0, message: stderr.toString().trim() };
}

function usedBytes(folder: string): number {
  const { blocks, bfree, bsize } = statfsSync(folder);
  return (blocks - bfree) * bsize;
}
