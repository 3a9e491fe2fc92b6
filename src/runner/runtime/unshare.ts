import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RootPart } from "./sandbox-root.ts";
import { containerCapabilities, type SandboxCommand, type SandboxTool } from "./sandbox-tool.ts";

const devices = ["null", "zero", "full", "random", "urandom", "tty"] as const;
const deviceLinks = [
  ["fd", "/proc/self/fd"],
  ["stdin", "/proc/self/fd/0"],
  ["stdout", "/proc/self/fd/1"],
  ["stderr", "/proc/self/fd/2"],
  ["ptmx", "pts/ptmx"],
] as const;

/**
 * Sandboxes by the programs `unshare`, `mount`, `pivot_root`, `setpriv` of util-linux and a shell. All mount points are
 * made beforehand in a folder that becomes the root, and one `mount` reads the whole list: starting a program for each
 * mount would take longer than most steps.
 */
export const unshare: SandboxTool = {
  name: "unshare",
  command({ parts, isolation, cwd, words, scratch }: SandboxCommand) {
    const isRoot = process.getuid?.() === 0;
    const root = join(scratch, "root");
    const table = join(scratch, "fstab");
    writeFileSync(table, new MountTable(root, isRoot).lines(parts));
    const capabilities = containerCapabilities.map((name) => `+${name}`).join(",");
    const drop = ["setpriv", `--bounding-set=-all,${capabilities}`, "--inh-caps=-all", "--"];
    const flags = ["--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child", "--propagation", "private"];
    if (!isRoot) flags.push("--user", "--map-root-user");
    if (!isolation.hasNetwork) flags.push("--net");
    return {
      // The first takes care that nothing stays when Tektite itself is killed.
      program: "setpriv",
      args: [
        "--pdeathsig",
        "KILL",
        "--",
        "unshare",
        ...flags,
        "sh",
        "-c",
        setUp,
        "sh",
        root,
        table,
        isolation.hostname,
        cwd,
        ...(isolation.isPrivileged || isolation.isImage ? [] : drop),
        ...words,
      ],
    };
  },
};

/** The first process of the sandbox: what goes wrong here is told on descriptor 2, which is the wrapper's. */
const setUp = `
fail() { echo "unshare: $1 failed" >&2; exit 1; }
mount -n -a -T "$2" >&2 || fail mount
hostname "$3" 2>/dev/null
cwd=$4
cd "$1" || fail cd
pivot_root . .old || fail pivot_root
umount -n -l /.old || fail umount
mount -n -o remount,bind,ro / || fail remount
mkdir -p "$cwd" 2>/dev/null
cd "$cwd" || fail cd
shift 4
"$@"
exit $?
`;

/** The list of mounts, and the folder with their mount points. */
class MountTable {
  readonly #root: string;
  readonly #isRoot: boolean;
  readonly #mounts = readMounts();
  readonly #lines: string[] = [];
  /** Places of mounts so far: below them no mount point can be made from here. */
  readonly #covered: { readonly to: string; readonly from: string | undefined }[] = [];

  constructor(root: string, isRoot: boolean) {
    this.#root = root;
    this.#isRoot = isRoot;
  }

  lines(parts: readonly RootPart[]): string {
    mkdirSync(join(this.#root, ".old"), { recursive: true });
    this.#line(this.#root, "/", "none", "bind");
    for (const part of parts) this.#add(part);
    return `${this.#lines.join("\n")}\n`;
  }

  #add(part: RootPart): void {
    switch (part.kind) {
      case "bind":
        this.#bind(part.from, part.to, part.readOnly, part.isFile);
        return;
      case "folder":
        this.#place(part.to, false);
        return;
      case "link":
        mkdirSync(dirname(this.#root + part.to), { recursive: true });
        symlinkSync(part.target, this.#root + part.to);
        return;
      case "tmpfs":
        this.#place(part.to, false);
        this.#line("tmpfs", part.to, "tmpfs", "mode=0755");
        this.#covered.push({ to: part.to, from: undefined });
        return;
      case "devices":
        this.#devices(part.all);
        return;
      case "processes":
        this.#place("/proc", false);
        this.#line("proc", "/proc", "proc", "nosuid,nodev,noexec");
        return;
      default:
        part satisfies never;
    }
  }

  #bind(from: string, to: string, readOnly: boolean, isFile: boolean): void {
    this.#place(to, isFile);
    const inner = this.#mounts.filter(({ path }) => path !== from && path.startsWith(`${from}/`));
    this.#covered.push({ to, from });
    if (!readOnly) {
      this.#line(from, to, "none", "rbind");
      return;
    }
    if (!this.#isRoot) {
      // Somebody else's mounts come along or nothing does; what is in them is protected by its owner.
      this.#line(from, to, "none", ["rbind", "ro", ...this.#lockedFlags(from)].join(","));
      return;
    }
    this.#line(from, to, "none", "bind,ro");
    // The kernel's own trees are left out: most of them are for its administration.
    if (from === "/sys") return;
    for (const { path } of inner.filter((mount) => !isContainerStorage(mount.path)))
      this.#line(path, to + path.slice(from.length), "none", "bind,ro");
  }

  #devices(all: boolean): void {
    if (all) {
      this.#bind("/dev", "/dev", false, false);
      return;
    }
    const folder = `${this.#root}/dev`;
    for (const name of ["pts", "shm"]) mkdirSync(join(folder, name), { recursive: true });
    for (const [name, target] of deviceLinks) symlinkSync(target, join(folder, name));
    for (const name of devices) {
      writeFileSync(join(folder, name), "");
      this.#line(`/dev/${name}`, `/dev/${name}`, "none", "bind");
    }
    this.#line("devpts", "/dev/pts", "devpts", "newinstance,ptmxmode=0666,mode=0620");
    this.#line("tmpfs", "/dev/shm", "tmpfs", "mode=1777,nosuid,nodev");
  }

  /** Makes a mount point: in the root's folder, or in what is mounted where it lies. */
  #place(to: string, isFile: boolean): void {
    const over = this.#covered.findLast((mount) => to.startsWith(`${mount.to}/`));
    if (over !== undefined && over.from === undefined) {
      // In a tmpfs, which is not there yet: mount makes it.
      return;
    }
    const path = over?.from === undefined ? this.#root + to : over.from + to.slice(over.to.length);
    try {
      mkdirSync(isFile ? dirname(path) : path, { recursive: true });
      if (isFile) writeFileSync(path, "", { flag: "a" });
    } catch {
      // It is there already, in a read-only or foreign folder; or else the mount will say so.
    }
  }

  #line(from: string, to: string, type: string, options: string): void {
    const at = to === "/" ? this.#root : this.#root + to;
    const make = this.#covered.some((mount) => mount.from === undefined && to.startsWith(`${mount.to}/`));
    this.#lines.push(`${escaped(from)} ${escaped(at)} ${type} ${options}${make ? ",x-mount.mkdir" : ""} 0 0`);
  }

  /** Options of the mount that holds a path, which an unprivileged bind may not loosen. */
  #lockedFlags(path: string): readonly string[] {
    const holder = this.#mounts.findLast(
      (mount) => path === mount.path || path.startsWith(mount.path === "/" ? "/" : `${mount.path}/`),
    );
    return (holder?.options ?? []).filter((option) =>
      ["nosuid", "nodev", "noexec", "noatime", "nodiratime"].includes(option),
    );
  }
}

/** Where container engines mount and unmount file systems of containers all the time; no step has business there. */
const containerStorage = ["/var/lib/containers/", "/var/lib/docker/", "/var/lib/containerd/"];

function isContainerStorage(path: string): boolean {
  return containerStorage.some((folder) => path.startsWith(folder));
}

/** The mounts of this machine, a mount below another behind it. */
function readMounts(): readonly { readonly path: string; readonly options: readonly string[] }[] {
  return readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => line.split(" "))
    .filter((fields) => fields.length > 5)
    .map((fields) => ({
      path: (fields[4] ?? "").replace(/\\([0-7]{3})/g, (_, octal: string) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      ),
      options: (fields[5] ?? "").split(","),
    }))
    .sort((a, b) => a.path.length - b.path.length);
}

function escaped(path: string): string {
  return path.replace(/[\s\\#]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`);
}
