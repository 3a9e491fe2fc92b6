import { lstatSync, readdirSync, readlinkSync, type Stats, statSync } from "node:fs";
import { err, ok, type Result } from "../../result.ts";
import { type ContainerView, cleanPath } from "./container-view.ts";

/** One thing that a sandbox's root gets, in order. */
export type RootPart =
  /** A folder or file of this machine, with all that is mounted in it. */
  | {
      readonly kind: "bind";
      readonly from: string;
      readonly to: string;
      readonly readOnly: boolean;
      readonly isFile: boolean;
    }
  | { readonly kind: "folder"; readonly to: string }
  | { readonly kind: "link"; readonly target: string; readonly to: string }
  /** Empty, writable, gone with the sandbox. */
  | { readonly kind: "tmpfs"; readonly to: string }
  | { readonly kind: "devices"; readonly all: boolean }
  | { readonly kind: "processes" };

export interface RootPlan {
  /** The folder whose content is the root: `/`, or an unpacked image. */
  readonly base: string;
  readonly view: ContainerView;
  /** Folders of this machine that become `/root` and `/tmp`. */
  readonly homeFolder: string;
  readonly tmpFolder: string;
  /** Made where it is missing, as container engines do. */
  readonly workingDir: string;
  /** Files of this machine by their path in the sandbox, such as `/etc/hosts`. */
  readonly files: ReadonlyMap<string, string>;
  /** Folders of this machine that steps must not see. */
  readonly hidden: readonly string[];
  /** Folders with programs: shown also where they lie in something hidden. */
  readonly programFolders: readonly string[];
  /** Shows all devices of this machine. */
  readonly isPrivileged: boolean;
}

/** The home of a sandbox's user. */
export const sandboxHome = "/root";

const resolverFile = "/etc/resolv.conf";

/** Top-level names that the sandbox has of its own. */
const own = new Set(["proc", "dev", "tmp", "run", "root", "lost+found"]);
/** A folder with more entries is not taken apart for a mount point. */
const maxEntries = 3000;

/**
 * Puts a root together: the base read-only, private `/tmp`, `/run` and `/root`, then the container's mounts. Where a
 * mount point is missing in the base, the folder that it belongs into is rebuilt from its entries, because nothing can
 * be made in a read-only folder.
 */
export function planRoot(plan: RootPlan): Result<readonly RootPart[], string> {
  const parts: RootPart[] = [];
  const mounts = plan.view.mounts.map((mount) => ({ ...mount, to: canonical(plan.base, mount.path) }));
  for (const { to, path } of mounts) {
    if (to === "/" || isWithin(to, "/proc") || isWithin(to, "/dev") || isWithin(to, "/sys")) {
      return err(`nothing can be mounted at ${path}`);
    }
  }
  const extra: { to: string; isFile: boolean }[] = [{ to: sandboxHome, isFile: false }];
  for (const path of plan.files.keys()) extra.push({ to: canonical(plan.base, path), isFile: true });
  const workingDir = canonical(plan.base, plan.workingDir);
  const isMounted = mounts.some(({ to }) => isWithin(workingDir, to));
  if (!isMounted) extra.push({ to: workingDir, isFile: false });
  // Those inside another mount find their place there.
  const outermost = mounts.filter(({ to }) => !mounts.some((other) => other.to !== to && isWithin(to, other.to)));
  const missing = [...outermost, ...extra].filter(
    ({ to }) => !own.has(firstPart(to)) && look(plan.base + to) === undefined,
  );
  const failure = rebuild(plan.base, "/", missing, parts);
  if (failure !== undefined) return err(failure);
  parts.push({ kind: "processes" }, { kind: "devices", all: plan.isPrivileged });
  parts.push({ kind: "tmpfs", to: "/run" });
  parts.push({ kind: "bind", from: plan.tmpFolder, to: "/tmp", readOnly: false, isFile: false });
  if (look(`${plan.base}/var/tmp`)?.isDirectory()) {
    const to = canonical(plan.base, "/var/tmp");
    if (to !== "/tmp") parts.push({ kind: "bind", from: plan.tmpFolder, to, readOnly: false, isFile: false });
  }
  parts.push({ kind: "bind", from: plan.homeFolder, to: sandboxHome, readOnly: false, isFile: false });
  if (!isMounted && ["tmp", "run", "root"].includes(firstPart(workingDir))) {
    parts.push({ kind: "folder", to: workingDir });
  }
  if (plan.base === "/") hide(plan, parts);
  if (!plan.files.has(resolverFile)) resolver(plan.base, parts);
  for (const [path, from] of plan.files) {
    parts.push({ kind: "bind", from, to: canonical(plan.base, path), readOnly: true, isFile: true });
  }
  for (const { hostPath, to, readOnly, isFile } of mounts)
    parts.push({ kind: "bind", from: hostPath, to, readOnly, isFile });
  return ok(parts);
}

/** A folder's entries one by one, with places for what is missing in it. */
function rebuild(
  base: string,
  folder: string,
  missing: readonly { readonly to: string; readonly isFile: boolean }[],
  parts: RootPart[],
): string | undefined {
  const prefix = folder === "/" ? "" : folder;
  const names = readdirSync(base + folder);
  if (names.length > maxEntries)
    return `a mount point in ${folder} would need all its ${names.length} entries one by one`;
  if (folder !== "/") parts.push({ kind: "folder", to: folder });
  const entries = new Set(names);
  for (const name of names) {
    if (folder === "/" && own.has(name)) continue;
    const path = `${prefix}/${name}`;
    const from = base === "/" ? path : base + path;
    const info = lookAtLink(from);
    if (info === undefined) continue;
    const inside = missing.filter(({ to }) => isWithin(to, path));
    if (info.isSymbolicLink()) parts.push({ kind: "link", target: readlinkSync(from), to: path });
    else if (info.isDirectory() && inside.length > 0) {
      const failure = rebuild(base, path, inside, parts);
      if (failure !== undefined) return failure;
    } else if (info.isDirectory() || info.isFile()) {
      // Plain files of the root itself, such as a swap file, are nobody's business.
      if (folder === "/" && info.isDirectory() && isEmpty(from)) {
        // Each mount costs about as much as starting a small program.
        parts.push({ kind: "folder", to: path });
      } else if (info.isDirectory() || folder !== "/") {
        parts.push({ kind: "bind", from, to: path, readOnly: true, isFile: info.isFile() });
      }
    }
  }
  for (const { to, isFile } of missing) {
    const [name = "", ...deeper] = to.slice(prefix.length + 1).split("/");
    if (entries.has(name)) continue;
    // A file's place is made with its mount.
    if (!isFile || deeper.length > 0)
      parts.push({ kind: "folder", to: isFile ? to.slice(0, to.lastIndexOf("/")) : to });
  }
  return undefined;
}

function hide(plan: RootPlan, parts: RootPart[]): void {
  const hidden = plan.hidden.map((path) => canonical("/", path));
  for (const folder of new Set(hidden)) {
    // What lies in another hidden folder is gone with that one.
    if (folder === "/" || hidden.some((other) => other !== folder && other !== "/" && isWithin(folder, other)))
      continue;
    const isPrivate = own.has(firstPart(folder));
    const exists = look(folder)?.isDirectory() ?? false;
    if (!isPrivate && exists) parts.push({ kind: "tmpfs", to: folder });
  }
  const shown = new Set<string>();
  for (const path of plan.programFolders) {
    const folder = canonical("/", path);
    if (folder === "/" || look(folder)?.isDirectory() !== true) continue;
    const isHidden = own.has(firstPart(folder)) || hidden.some((other) => isWithin(folder, other));
    if (!isHidden) continue;
    // A program in bin mostly needs the lib beside it.
    const parent = folder.slice(0, folder.lastIndexOf("/"));
    const depth = parent.split("/").length - 1;
    const from = folder.endsWith("/bin") && depth >= 3 ? parent : folder;
    if (shown.has(from)) continue;
    shown.add(from);
    parts.push({ kind: "bind", from, to: from, readOnly: true, isFile: false });
  }
}

/** The name resolver's file is often a link into `/run`, of which the sandbox has its own. */
function resolver(base: string, parts: RootPart[]): void {
  const from = canonical("/", resolverFile);
  if (look(from)?.isFile() !== true) return;
  const to = canonical(base, resolverFile);
  const isThere = to === from && base === "/" && !isWithin(to, "/run");
  const hasPlace = isWithin(to, "/run") || look(base + to)?.isFile() === true;
  if (!isThere && hasPlace) parts.push({ kind: "bind", from, to, readOnly: true, isFile: true });
}

/** A path with the links of `base` resolved as seen from inside it; missing parts stay as they are. */
export function canonical(base: string, path: string): string {
  const root = base === "/" ? "" : base;
  let done = "";
  const left = cleanPath(path)
    .split("/")
    .filter((part) => part !== "");
  for (let steps = 0; left.length > 0 && steps < 200; steps++) {
    const part = left.shift() ?? "";
    const next = `${done}/${part}`;
    if (lookAtLink(root + next)?.isSymbolicLink()) {
      const target = readlinkSync(root + next);
      left.unshift(
        ...cleanPath(target.startsWith("/") ? target : `${done}/${target}`)
          .split("/")
          .filter(Boolean),
      );
      done = "";
    } else {
      done = next;
    }
  }
  return done === "" ? "/" : done;
}

/** What is there, links followed; nothing where this user may not look, for then its steps may not either. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch {
    return false;
  }
}

function lookAtLink(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

function firstPart(path: string): string {
  return path.split("/")[1] ?? "";
}
