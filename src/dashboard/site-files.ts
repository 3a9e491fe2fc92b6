import { readdirSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
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

const page = "index.html";

/**
 * The files that `npm run build` makes of `web/`: what is not among them is never opened. A build that takes their place
 * while the dashboard runs is noticed by its page.
 */
export class SiteFiles {
  readonly #folder: string;
  #names: ReadonlySet<string>;
  #pageChangedMs: number;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#names = namesIn(folder);
    this.#pageChangedMs = statSync(join(folder, page)).mtimeMs;
  }

  /** The error says how the page is built. */
  static open(folder: string): Result<SiteFiles, string> {
    try {
      return ok(new SiteFiles(folder));
    } catch {
      return err(`the dashboard's page is not built (there is no ${join(folder, page)}): npm run build`);
    }
  }

  /** The file of that name, compressed in a way that `Accept-Encoding` names; undefined when there is none. */
  async read(name: string, acceptEncoding: string | undefined): Promise<SiteFile | undefined> {
    try {
      const { mtimeMs } = await stat(join(this.#folder, page));
      if (mtimeMs !== this.#pageChangedMs) this.#names = namesIn(this.#folder);
      this.#pageChangedMs = mtimeMs;
      return await this.#read(name, acceptEncoding);
    } catch (error) {
      // A build is under way.
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
  }

  async #read(name: string, acceptEncoding: string | undefined): Promise<SiteFile | undefined> {
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

/** The names of all files below a folder, with slashes. */
function namesIn(folder: string): ReadonlySet<string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Set(files.map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/")));
}
