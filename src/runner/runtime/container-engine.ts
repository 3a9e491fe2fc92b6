import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { err, ok, type Result } from "../../result.ts";

const run = promisify(execFile);
const maxOutputBytes = 8 * 1024 * 1024;

/** What is asked of an image. */
export interface ImageFacts {
  readonly id: string;
  /** The name with the digest where the engine knows one, as a pod's status tells it. */
  readonly imageId: string;
  /** The home that its environment gives. */
  readonly home: string | undefined;
  readonly isRootUser: boolean;
  /** The user that it names by numbers; names are known only inside. */
  readonly numericUser: { readonly uid: number; readonly gid: number } | undefined;
  readonly hasEntrypoint: boolean;
}

/** A container engine by its command line, which podman and docker have in common. */
export class ContainerEngine {
  readonly program: "podman" | "docker";
  readonly #images = new Map<string, ImageFacts>();
  readonly #shells = new Map<string, Promise<boolean>>();

  constructor(program: "podman" | "docker") {
    this.program = program;
  }

  /** Whether the engine is there and answers; for docker that includes its daemon. */
  async check(): Promise<Result<void, string>> {
    const format = this.program === "docker" ? "{{.Server.Version}}" : "{{.Client.Version}}";
    const version = await this.command(["version", "--format", format]);
    return version.ok ? ok(undefined) : version;
  }

  /** One command of the engine; the error is what it said. */
  async command(args: readonly string[], signal?: AbortSignal): Promise<Result<string, string>> {
    try {
      const { stdout } = await run(this.program, args, { maxBuffer: maxOutputBytes, ...(signal ? { signal } : {}) });
      return ok(stdout.trim());
    } catch (error) {
      // Warnings and attempts come first; what counts is said last.
      const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim().split("\n").at(-1) : "";
      if (said) return err(said.replace(/^Error: /, ""));
      return err(error instanceof Error ? error.message : String(error));
    }
  }

  /** Facts about an image of the engine's own store; nothing when it is not there. */
  async inspectImage(image: string): Promise<ImageFacts | undefined> {
    const answer = await this.command(["image", "inspect", image]);
    if (!answer.ok) return undefined;
    const facts = imageFacts(answer.value);
    if (facts !== undefined) this.#remember(image, facts);
    return facts;
  }

  /** As `inspectImage`, answering from memory for an image that was there a moment ago. */
  async knownImage(image: string): Promise<ImageFacts | undefined> {
    return this.#images.get(image) ?? this.inspectImage(image);
  }

  /** Fetches an image. `configFolder` holds a `config.json` with credentials. */
  async pull(image: string, configFolder: string | undefined, signal: AbortSignal): Promise<Result<void, string>> {
    const args =
      configFolder === undefined
        ? ["pull", "--quiet", image]
        : this.program === "podman"
          ? ["pull", "--quiet", "--authfile", `${configFolder}/config.json`, image]
          : ["--config", configFolder, "pull", "--quiet", image];
    this.#images.delete(image);
    const pulled = await this.command(args, signal);
    return pulled.ok ? ok(undefined) : pulled;
  }

  /** Whether an image has a shell, found by running it once. */
  hasShell(imageId: string, extraArgs: readonly string[]): Promise<boolean> {
    let found = this.#shells.get(imageId);
    if (found === undefined) {
      const args = ["run", "--rm", "--pull", "never", ...extraArgs, "--entrypoint", "/bin/sh", imageId, "-c", ":"];
      found = this.command(args).then(({ ok }) => ok);
      const oldest = this.#shells.keys().next();
      if (this.#shells.size >= 256 && !oldest.done) this.#shells.delete(oldest.value);
      this.#shells.set(imageId, found);
    }
    return found;
  }

  forget(image: string): void {
    this.#images.delete(image);
  }

  #remember(image: string, facts: ImageFacts): void {
    const oldest = this.#images.keys().next();
    if (this.#images.size >= 256 && !oldest.done) this.#images.delete(oldest.value);
    this.#images.set(image, facts);
  }
}

/** What `image inspect` prints, as far as it is needed. */
function imageFacts(text: string): ImageFacts | undefined {
  let images: unknown;
  try {
    images = JSON.parse(text);
  } catch {
    return undefined;
  }
  const image: unknown = Array.isArray(images) ? images[0] : undefined;
  if (!isObject(image)) return undefined;
  const config = isObject(image["Config"]) ? image["Config"] : {};
  const id = String(image["Id"] ?? "");
  const digests = Array.isArray(image["RepoDigests"]) ? image["RepoDigests"] : [];
  const env = Array.isArray(config["Env"]) ? config["Env"].map(String) : [];
  const home = env.find((entry) => entry.startsWith("HOME="))?.slice("HOME=".length);
  const entrypoint = config["Entrypoint"];
  const cmd = config["Cmd"];
  const isGiven = (value: unknown): boolean =>
    Array.isArray(value) ? value.length > 0 : typeof value === "string" && value !== "";
  return {
    id,
    imageId: typeof digests[0] === "string" ? digests[0] : id,
    home,
    numericUser: numericUser(String(config["User"] ?? "")),
    isRootUser: /^(|root|0)(:.*)?$/.test(String(config["User"] ?? "")),
    hasEntrypoint: isGiven(entrypoint) || isGiven(cmd),
  };
}

function numericUser(text: string): { readonly uid: number; readonly gid: number } | undefined {
  const found = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(text);
  return found === null ? undefined : { uid: Number(found[1]), gid: Number(found[2] ?? 0) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
