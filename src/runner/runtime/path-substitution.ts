import type { ContainerView } from "./container-view.ts";
import type { Replacement } from "./literal-replacer.ts";

/** A character that may be part of a path's name, so that what stands beside it is another name. */
const nameChar = /[A-Za-z0-9_-]/;
/** In front of a path that stands inside a longer one, such as `$dir/workspace` or `../workspace`. */
const joiningChar = /[A-Za-z0-9_.\-/~})*?\]]/;

/** Replaces the container's paths in texts by this machine's, where nothing can be mounted. */
export class PathSubstitution {
  readonly #paths: readonly { readonly path: string; readonly hostPath: string }[];

  constructor(view: ContainerView) {
    this.#paths = view.mounts
      .map(({ path, hostPath }) => ({ path, hostPath }))
      .sort((a, b) => b.path.length - a.path.length);
  }

  /** The paths where they stand as whole names: `/workspace/a` but not `/workspaces` or `/my/workspace`. */
  substitute(text: string): string {
    if (!text.includes("/")) return text;
    let out = "";
    let kept = 0;
    for (let at = text.indexOf("/"); at !== -1; at = text.indexOf("/", at + 1)) {
      if (!begins(text, at)) continue;
      const found = this.#paths.find(({ path }) => text.startsWith(path, at) && ends(text, at + path.length));
      if (found === undefined) continue;
      out += text.slice(kept, at) + found.hostPath;
      kept = at + found.path.length;
      at = kept - 1;
    }
    return out + text.slice(kept);
  }

  /** This machine's place of one path, as far as the view knows it. */
  toHost(path: string): string {
    const found = this.#paths.find((entry) => path === entry.path || path.startsWith(`${entry.path}/`));
    return found === undefined ? path : found.hostPath + path.slice(found.path.length);
  }

  /** What turns this machine's paths in output back into the container's. */
  get reverse(): readonly Replacement[] {
    return this.#paths.map(({ path, hostPath }) => ({ find: hostPath, replace: path }));
  }
}

function begins(text: string, at: number): boolean {
  const before = text[at - 1];
  if (before === undefined || !joiningChar.test(before)) return true;
  // file:///workspace: the third slash begins a path.
  return before === "/" && text.slice(0, at).endsWith("://");
}

function ends(text: string, at: number): boolean {
  const next = text[at];
  if (next === undefined) return true;
  if (nameChar.test(next)) return false;
  // A full stop may close a sentence, or go on with a name.
  return !(next === "." && nameChar.test(text[at + 1] ?? " "));
}
