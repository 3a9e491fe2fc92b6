/**
 * File operations of the engine in folders where steps have written: a step may leave links there that point out of
 * them, and the engine must not follow. All are synchronous: a pod makes some thirty small files, and a round trip
 * through the thread pool for each would cost more than the work itself.
 */
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { err, ok, type Result } from "../../result.ts";

/** Whether `path` is `folder` or lies below it; both without links. */
function lies(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/**
 * The real path of `relative` below `root`, or nothing when links lead out of `root`. The last parts may be missing.
 */
export function containedPath(root: string, relative: string): string | undefined {
  const realRoot = realpathSync.native(root);
  let existing = join(root, relative);
  if (!lies(existing, root)) return undefined;
  const missing: string[] = [];
  // lstat: a dangling link exists, and must not be taken for a missing part.
  while (existing !== root && lstatSync(existing, { throwIfNoEntry: false }) === undefined) {
    missing.unshift(basename(existing));
    existing = dirname(existing);
  }
  try {
    const real = realpathSync.native(existing);
    return lies(real, realRoot) ? join(real, ...missing) : undefined;
  } catch {
    return undefined;
  }
}

/** Makes a folder below `root`, and those above it. Answers its real path. */
export function makeContainedFolder(root: string, relative: string, mode = 0o755): Result<string, string> {
  const path = containedPath(root, relative);
  if (path === undefined) return err(`${relative} leads out of its volume`);
  try {
    if (!existsSync(path)) {
      mkdirSync(path, { recursive: true });
      chmodSync(path, mode);
    }
    return ok(path);
  } catch (error) {
    return err(reasonOf(error));
  }
}

/** Writes a file below `root`, in place of whatever has its name. */
export function writeContainedFile(
  root: string,
  relative: string,
  content: string | Uint8Array,
  mode: number,
): Result<void, string> {
  const folder = makeContainedFolder(root, dirname(relative));
  if (!folder.ok) return folder;
  const path = join(folder.value, basename(relative));
  try {
    rmSync(path, { force: true, recursive: true });
    const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, mode);
    try {
      if (typeof content === "string") writeSync(file, content);
      else writeSync(file, content);
    } finally {
      closeSync(file);
    }
    chmodSync(path, mode); // past the umask
    return ok(undefined);
  } catch (error) {
    return err(reasonOf(error));
  }
}

/** Gives a file or folder below `root`, and the folders up to `root`, to another user; only root can. */
export function giveContained(root: string, relative: string, uid: number, gid: number): void {
  for (let part = relative; part !== "." && part !== "/"; part = dirname(part)) {
    const path = containedPath(root, part);
    if (path !== undefined) lchownSync(path, uid, gid);
  }
}

/** Opens a file below `root` for appending, made when absent. The caller closes the descriptor. */
export function openContainedForAppend(root: string, relative: string): Result<number, string> {
  const folder = makeContainedFolder(root, dirname(relative));
  if (!folder.ok) return folder;
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
    // Without O_NONBLOCK a fifo without a reader would stop the whole process here.
    return ok(openSync(join(folder.value, basename(relative)), flags | constants.O_NONBLOCK, 0o644));
  } catch (error) {
    return err(reasonOf(error));
  }
}

/** At most `maxBytes` of a regular file below `root`; nothing when there is none. */
export function readContainedFile(
  root: string,
  relative: string,
  maxBytes: number,
): Result<Buffer | undefined, string> {
  const path = containedPath(root, relative);
  if (path === undefined) return err(`${relative} leads out of its volume`);
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    return isMissing ? ok(undefined) : err(reasonOf(error));
  }
  try {
    if (!fstatSync(file).isFile()) return err(`${relative} is not a file`);
    const buffer = Buffer.alloc(maxBytes);
    let length = 0;
    for (;;) {
      const count = readSync(file, buffer, length, maxBytes - length, null);
      length += count;
      if (count === 0 || length === maxBytes) return ok(buffer.subarray(0, length));
    }
  } catch (error) {
    return err(reasonOf(error));
  } finally {
    closeSync(file);
  }
}

/** A system error's text, as a user may see it. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
