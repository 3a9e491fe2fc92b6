import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { err, ok, type Result } from "../result.ts";

/** A file of the built page as it is sent. */
export interface SiteFile {
  readonly contentType: string;
  readonly contentEncoding: "br" | "gzip" | undefined;
  /** Its name changes with its content: browsers may keep it for good. */
  readonly isImmutable: boolean;
  readonly bytes: Uint8Array;
}

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

const encodings = [
  { name: "br", suffix: ".br" },
  { name: "gzip", suffix: ".gz" },
] as const;

/** The files that `npm run build` makes of `web/`: what is not among them is never opened. */
export class SiteFiles {
  readonly #folder: string;
  readonly #names: ReadonlySet<string>;

  private constructor(folder: string, names: ReadonlySet<string>) {
    this.#folder = folder;
    this.#names = names;
  }

  /** The error says how the page is built. */
  static open(folder: string): Result<SiteFiles, string> {
    const missing = err(`the dashboard's page is not built (there is no ${join(folder, "index.html")}): npm run build`);
    try {
      const names = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"));
      return names.includes("index.html") ? ok(new SiteFiles(folder, new Set(names))) : missing;
    } catch {
      return missing;
    }
  }

  /** The file of that name, compressed in a way that `Accept-Encoding` names; undefined when there is none. */
  async read(name: string, acceptEncoding: string | undefined): Promise<SiteFile | undefined> {
    const contentType = contentTypes[extname(name)];
    if (contentType === undefined || !this.#names.has(name)) return undefined;
    const accepted = new Set((acceptEncoding ?? "").split(",").map((entry) => entry.split(";")[0]?.trim()));
    const encoding = encodings.find((entry) => accepted.has(entry.name) && this.#names.has(name + entry.suffix));
    return {
      contentType,
      contentEncoding: encoding?.name,
      isImmutable: name.startsWith("assets/"),
      bytes: await readFile(join(this.#folder, name + (encoding?.suffix ?? ""))),
    };
  }
}
