import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { err, ok, type Result } from "../../result.ts";
import type { PodPlan } from "../pod-plan.ts";
import { execHostCommand, type HostExit, startHostProcess } from "./host-process.ts";
import type { ImageMap } from "./image-map.ts";
import type { Replacement } from "./literal-replacer.ts";
import { recordProcess } from "./orphans.ts";
import type { PipePool } from "./pipe-pool.ts";
import type { Exit, Launch, PodBackend, PodFailure, PreparedContainer, RunningContainer } from "./pod-backend.ts";
import type { PodFolder } from "./pod-folder.ts";
import { childrenOf, killGroup } from "./process-tree.ts";
import { defaultPath, findProgram } from "./program-lookup.ts";
import { resolvConf, resolverSettings } from "./resolver-settings.ts";
import { canonical, planRoot, sandboxHome } from "./sandbox-root.ts";
import { containerCapabilities, type SandboxTool } from "./sandbox-tool.ts";
import { shellExit, wrapWithDescriptors } from "./shell-wrapper.ts";
import { unusedSettings } from "./unused-settings.ts";

/** What the sandbox runtime shares between its pods. */
export interface SandboxSurroundings {
  readonly tool: SandboxTool;
  readonly pipes: PipePool;
  readonly images: ImageMap;
  readonly hasNetwork: boolean;
  readonly hidden: readonly string[];
}

const setsid = ["setsid", "--fork", "--wait", "/bin/sh", "-c", 'exec "$@" 2>&3 3>&-', "sh"];

/**
 * Runs containers as processes with a root of their own, in which the pod's folders and volumes are mounted where the
 * step expects them. What is killed is the sandbox's first process, with which the kernel ends all others.
 */
export class SandboxBackend implements PodBackend {
  readonly portHost = "127.0.0.1";
  readonly notices: readonly string[];
  readonly #plan: PodPlan;
  readonly #folder: PodFolder;
  readonly #surroundings: SandboxSurroundings;

  constructor(plan: PodPlan, folder: PodFolder, surroundings: SandboxSurroundings) {
    this.#plan = plan;
    this.#folder = folder;
    this.#surroundings = surroundings;
    this.notices = unusedSettings(plan, "sandbox");
  }

  async prepare(_containers: readonly PreparedContainer[]): Promise<Result<void, PodFailure>> {
    return ok(undefined);
  }

  usesImage(image: string): boolean {
    return this.#surroundings.images.find(image)?.isRoot === true;
  }

  homeOf(_container: PreparedContainer): string {
    return sandboxHome;
  }

  userOf(_container: PreparedContainer): undefined {
    return undefined;
  }

  replacements(_container: PreparedContainer): readonly Replacement[] {
    return [];
  }

  scriptText(_container: PreparedContainer, text: string): string {
    return text;
  }

  async launch(launch: Launch): Promise<Result<RunningContainer, string>> {
    const { tool, pipes, images, hasNetwork, hidden } = this.#surroundings;
    const standIn = images.find(launch.container.image);
    const base = standIn?.isRoot ? standIn.folder : "/";
    if (base !== "/" && tool.name === "unshare" && process.getuid?.() === 0) {
      // Its own setpriv would have to take root's rights away, and few images have one.
      return err(
        `the stand-in ${base} for image "${launch.container.image}" needs bubblewrap when Tektite runs as root`,
      );
    }
    const searchPath = launch.env.get("PATH") ?? (base === "/" ? (process.env["PATH"] ?? defaultPath) : defaultPath);
    const path = standIn !== undefined && !standIn.isRoot ? `${standIn.folder}:${searchPath}` : searchPath;
    const isPrivileged = launch.container.securityContext?.privileged ?? false;
    const cwd = launch.workingDir ?? (launch.view.find("/workspace") === undefined ? "/" : "/workspace");
    const parts = planRoot({
      base,
      view: launch.view,
      homeFolder: launch.homeFolder,
      tmpFolder: launch.tmpFolder,
      workingDir: cwd,
      files: this.#files(),
      hidden,
      programFolders: base === "/" ? path.split(":").filter((folder) => folder.startsWith("/")) : [],
      isPrivileged,
    });
    if (!parts.ok) return parts;

    const toHost = (inside: string): string | undefined => {
      const clean = canonical(base, inside);
      const found = launch.view.find(clean);
      if (found !== undefined) return join(found.mount.hostPath, found.relative);
      return base === "/" ? clean : base + clean;
    };
    const program = findProgram(launch, path, toHost);
    if (!program.ok) return program;
    const scripted = launch.scriptName === undefined ? [] : [`/tekton/scripts/${launch.scriptName}`];
    const words = [...scripted, ...launch.command, ...launch.args];
    const hasShell = isFile(base, "/bin/sh");
    // setsid tells apart, by what it says, a command that a signal ended from one that ended with such a code.
    const hasSetsid = base === "/";
    const scratch = join(this.#folder.controlPath, "sandbox", launch.id);
    mkdirSync(scratch, { recursive: true });
    const command = tool.command({
      parts: parts.value,
      isolation: { hostname: this.#plan.podName.slice(0, 63), hasNetwork, isPrivileged, isImage: base !== "/" },
      cwd,
      words: hasSetsid ? [...setsid, ...words] : hasShell ? wrapWithDescriptors(words) : words,
      scratch,
    });
    const env: Record<string, string> = { HOME: sandboxHome, HOSTNAME: this.#plan.podName };
    for (const [name, value] of launch.env) env[name] = value;
    env["PATH"] = path;
    const started = await startHostProcess(pipes, {
      ...command,
      env,
      cwd: "/",
      ...(hasShell ? { stderrDescriptor: 3 as const } : {}),
    });
    if (started.pid !== 0) recordProcess(this.#folder.controlPath, started.pid);
    return ok({
      containerId: `sandbox://${started.pid}`,
      imageId: "",
      stdout: started.stdout,
      stderr: started.stderr,
      exited: started.exited.then(async (exit) => exitOf(exit, await started.wrapperText)),
      kill: () => void killGroup(started.pid),
      // There is no way in for other signals; what a sidecar holds goes with its sandbox.
      terminate: async () => killGroup(started.pid),
      exec: (execWords, io, signal) => {
        const target = this.#firstProcess(started.pid);
        if (target === undefined) {
          return Promise.resolve(io.stderr(Buffer.from("the container is not running\n"))).then(() => 1);
        }
        const flags = ["--target", String(target), "--mount", "--pid", "--ipc", "--uts"];
        const isRoot = process.getuid?.() === 0;
        if (!hasNetwork) flags.push("--net");
        if (!isRoot) flags.push("--user", "--preserve-credentials");
        const drop =
          isRoot && !isPrivileged && base === "/"
            ? [
                "setpriv",
                `--bounding-set=-all,${containerCapabilities.map((name) => `+${name}`).join(",")}`,
                "--inh-caps=-all",
                "--",
              ]
            : [];
        const inside = hasShell ? ["/bin/sh", "-c", 'cd "$0" && exec "$@"', cwd, ...execWords] : execWords;
        return execHostCommand(
          { program: "nsenter", args: [...flags, "--", ...drop, ...inside], env, cwd: "/" },
          io,
          signal,
        );
      },
    });
  }

  async close(): Promise<void> {}

  /** The sandbox's process number one, as seen from here: its namespaces differ from its parent's. */
  #firstProcess(pid: number): number | undefined {
    let current = pid;
    // setpriv and unshare replace themselves; bwrap and unshare have one child.
    for (let depth = 0; depth < 4; depth++) {
      const [child] = childrenOf(current);
      if (child === undefined) return undefined;
      if (isFirst(child)) return child;
      current = child;
    }
    return undefined;
  }

  /** Files of the pod in place of the machine's. */
  #files(): ReadonlyMap<string, string> {
    const { hostAliases, dns } = this.#plan;
    const write = (name: string, text: string): string => {
      const path = join(this.#folder.controlPath, name);
      writeFileSync(path, text);
      return path;
    };
    return new Map([
      ...(hostAliases.length === 0 ? [] : [["/etc/hosts", write("hosts", this.#hosts())] as const]),
      ...(dns === undefined
        ? []
        : [["/etc/resolv.conf", write("resolv.conf", resolvConf(resolverSettings(dns)))] as const]),
    ]);
  }

  #hosts(): string {
    const own = this.#plan.hostAliases.map(({ ip, hostnames }) => `${ip}\t${hostnames.join("\t")}\n`).join("");
    let machine = "127.0.0.1\tlocalhost\n";
    try {
      machine = readFileSync("/etc/hosts", "utf8");
    } catch {
      // A machine without one.
    }
    return `${machine.trimEnd()}\n${own}`;
  }
}

/** Whether a process is number one of its own process namespace. */
function isFirst(pid: number): boolean {
  try {
    const numbers = /^NSpid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]?.split(/\s+/) ?? [];
    return numbers.length > 1 && numbers.at(-1) === "1";
  } catch {
    return false;
  }
}

function exitOf(exit: HostExit, text: string): Exit {
  if (exit.kind === "notStarted") return { kind: "notStarted", message: exit.error.message };
  if (exit.kind === "signalled") return exit;
  if (text.startsWith("setsid: ")) return { kind: "signalled", signal: "unknown" };
  // The tools that make the sandbox say nothing but in distress.
  if (/^(bwrap|unshare|mount|setpriv|umount|pivot_root): /.test(text)) return { kind: "notStarted", message: text };
  return shellExit(exit.code, text);
}

function isFile(base: string, path: string): boolean {
  try {
    return statSync((base === "/" ? "" : base) + canonical(base, path)).isFile();
  } catch {
    return false;
  }
}
