/**
 * What a container of a pod sees of this machine's folders: the table that the sandbox and the container engine mount,
 * and by which the process runtime substitutes paths.
 */
export interface ViewMount {
  /** Where the container sees it. */
  readonly path: string;
  /** Where it lies on this machine. */
  readonly hostPath: string;
  readonly readOnly: boolean;
  readonly isFile: boolean;
  /** Tektite's own folders are laid out by us; volumes are what the Task asked for. */
  readonly kind: "pod" | "volume";
}

/** One container's mounts, a mount below another behind it. */
export class ContainerView {
  readonly mounts: readonly ViewMount[];

  constructor(mounts: readonly ViewMount[]) {
    // A later mount of the same place hides the earlier one.
    const byPath = new Map(mounts.map((mount) => [mount.path, mount]));
    this.mounts = [...byPath.values()].sort((a, b) => depth(a.path) - depth(b.path));
  }

  /** The mount that a container's path lies in, and the path below it. */
  find(path: string): { readonly mount: ViewMount; readonly relative: string } | undefined {
    const clean = cleanPath(path);
    for (let i = this.mounts.length - 1; i >= 0; i--) {
      const mount = this.mounts[i];
      if (mount === undefined) continue;
      if (clean === mount.path) return { mount, relative: "." };
      if (mount.path === "/" || clean.startsWith(`${mount.path}/`)) {
        return { mount, relative: clean.slice(mount.path.length + 1) };
      }
    }
    return undefined;
  }
}

/** An absolute path without `.`, `..`, doubled or closing slashes. */
export function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}

function depth(path: string): number {
  return path === "/" ? 0 : path.split("/").length - 1;
}
