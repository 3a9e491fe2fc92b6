import { statSync } from "node:fs";
import { err, ok, type Result } from "../../result.ts";

/** What stands in for an image where images are not used. */
export interface ImageStandIn {
  /** `*` stands for any characters; matched against the whole image name as the step gives it. */
  readonly pattern: string;
  /** A folder: a root file system for the sandbox when it has a `bin` or `usr`, else programs to find first. */
  readonly folder: string;
}

interface Entry {
  readonly matches: RegExp;
  readonly folder: string;
  readonly isRoot: boolean;
}

/** Which folder stands in for an image: the first pattern that matches. */
export class ImageMap {
  readonly #entries: readonly Entry[];

  private constructor(entries: readonly Entry[]) {
    this.#entries = entries;
  }

  static create(standIns: readonly ImageStandIn[]): Result<ImageMap, string> {
    const entries: Entry[] = [];
    for (const { pattern, folder } of standIns) {
      if (!isFolder(folder)) return err(`image map: ${folder}, which stands in for ${pattern}, is no folder`);
      // Only literals and `.*`: no backtracking worth speaking of, and the pattern is the administrator's.
      const literal = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
      const isRoot = isFolder(`${folder}/bin`) || isFolder(`${folder}/usr/bin`);
      entries.push({ matches: new RegExp(`^${literal.join(".*")}$`, "s"), folder, isRoot });
    }
    return ok(new ImageMap(entries));
  }

  find(image: string): { readonly folder: string; readonly isRoot: boolean } | undefined {
    return this.#entries.find(({ matches }) => matches.test(image));
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
