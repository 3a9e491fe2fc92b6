import { existsSync, lstatSync, mkdirSync, statSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { err, ok, type Result } from "../../result.ts";
import type { ExecIo, PlannedContainer, PodPlan } from "../pod-plan.ts";
import { execHostCommand, startHostProcess } from "./host-process.ts";
import type { ImageMap } from "./image-map.ts";
import type { Replacement } from "./literal-replacer.ts";
import { recordProcess } from "./orphans.ts";
import { PathSubstitution } from "./path-substitution.ts";
import type { PipePool } from "./pipe-pool.ts";
import type { Exit, Launch, PodBackend, PodFailure, PreparedContainer, RunningContainer } from "./pod-backend.ts";
import type { PodFolder } from "./pod-folder.ts";
import { killGroup, podMark } from "./process-tree.ts";
import { defaultPath, findProgram } from "./program-lookup.ts";
import { allowRemoval, makeReadOnly } from "./read-only-files.ts";
import { unusedSettings } from "./unused-settings.ts";

const advice = "use the sandbox or the container runtime";

/** What the process runtime shares between its pods. */
export interface ProcessSurroundings {
  readonly pipes: PipePool;
  readonly images: ImageMap;
  /** Told about each pod that is over, to look for processes that left their group. */
  sweep(podUid: string): void;
}

/**
 * Runs containers as plain processes. Nothing can be mounted, so the container's paths are substituted in what the step
 * gives, and back in what it prints; what texts cannot do is refused.
 */
export class ProcessBackend implements PodBackend {
  readonly portHost = "127.0.0.1";
  readonly notices: readonly string[];
  readonly #plan: PodPlan;
  readonly #folder: PodFolder;
  readonly #surroundings: ProcessSurroundings;
  readonly #substitutions = new Map<string, PathSubstitution>();
  readonly #closedFolders: string[] = [];

  constructor(plan: PodPlan, folder: PodFolder, surroundings: ProcessSurroundings) {
    this.#plan = plan;
    this.#folder = folder;
    this.#surroundings = surroundings;
    this.notices = unusedSettings(plan, "process");
  }

  async prepare(containers: readonly PreparedContainer[]): Promise<Result<void, PodFailure>> {
    const refused = (message: string): Result<void, PodFailure> =>
      err({ reason: "PodCreationFailed", message: `the process runtime cannot run this pod: ${message}; ${advice}` });
    if (this.#plan.hostAliases.length > 0) return refused("hostAliases need a hosts file of the pod's own");
    if (this.#plan.dns !== undefined) return refused("dnsConfig needs a resolv.conf of the pod's own");
    for (const { container, id } of containers) {
      for (const mount of container.mounts) {
        const where = `volume "${mount.volume}" at ${mount.mountPath} in ${id}`;
        const isOurs = /^\/(workspace|tekton)(\/|$)|^\/root\//.test(mount.mountPath);
        if (!isOurs && lstatSync(mount.mountPath, { throwIfNoEntry: false }) !== undefined) {
          return refused(`${where} would have to hide what is there on this machine`);
        }
        const volume = this.#plan.volumes.find(({ name }) => name === mount.volume);
        if (mount.readOnly && volume?.kind !== "files") {
          return refused(`${where} has to be read-only, which needs a mount`);
        }
      }
    }
    const closed = await this.#closeFileVolumes(containers);
    if (!closed.ok) return refused(closed.error);
    this.#linkWorkspaces(containers);
    for (const container of containers) linkHome(container);
    return ok(undefined);
  }

  usesImage(image: string): boolean {
    return this.#surroundings.images.find(image)?.isRoot === true;
  }

  homeOf(container: PreparedContainer): string {
    return container.homeFolder;
  }

  userOf(_container: PreparedContainer): undefined {
    return undefined;
  }

  replacements(container: PreparedContainer): readonly Replacement[] {
    return this.#substitution(container).reverse;
  }

  scriptText(container: PreparedContainer, text: string): string {
    return this.#substitution(container).substitute(text);
  }

  async launch(launch: Launch): Promise<Result<RunningContainer, string>> {
    const paths = this.#substitution(launch);
    const env: Record<string, string> = {
      HOME: launch.homeFolder,
      TMPDIR: launch.tmpFolder,
      HOSTNAME: this.#plan.podName,
      [podMark]: this.#plan.podUid,
    };
    for (const [name, value] of launch.env) env[name] = paths.substitute(value);
    env["PATH"] = this.#searchPath(launch.container, env["PATH"]);
    const cwd =
      launch.workingDir === undefined ? join(this.#folder.path, "workspace") : paths.toHost(launch.workingDir);
    if (!isFolder(cwd)) return err(`chdir ${launch.workingDir}: no such directory`);
    const found = findProgram(launch, env["PATH"], (path) => path);
    if (!found.ok) return found;
    const words = [
      ...(launch.scriptName === undefined
        ? []
        : [join(this.#folder.controlPath, "tekton", "scripts", launch.scriptName)]),
      ...[...launch.command, ...launch.args].map((word) => paths.substitute(word)),
    ];
    const [program = "", ...args] = words;
    const command = { program, args, env, cwd };
    const started = await startHostProcess(this.#surroundings.pipes, command);
    if (started.pid !== 0) recordProcess(this.#folder.controlPath, started.pid);
    return ok({
      containerId: `process://${started.pid}`,
      imageId: "",
      stdout: started.stdout,
      stderr: started.stderr,
      exited: started.exited.then((exit): Exit => {
        if (exit.kind !== "notStarted") return exit;
        return { kind: "notStarted", message: `fork/exec ${words[0]}: ${exit.error.message}` };
      }),
      kill: () => {
        killGroup(started.pid);
        this.#surroundings.sweep(this.#plan.podUid);
      },
      terminate: async () => killGroup(started.pid, "SIGTERM"),
      exec: (words, io: ExecIo, signal) => {
        const [program = "", ...args] = words.map((word) => paths.substitute(word));
        return execHostCommand({ program, args, env, cwd }, io, signal);
      },
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#closedFolders.map(allowRemoval));
    this.#surroundings.sweep(this.#plan.podUid);
  }

  #substitution(container: PreparedContainer): PathSubstitution {
    let found = this.#substitutions.get(container.id);
    if (found === undefined) {
      found = new PathSubstitution(container.view);
      this.#substitutions.set(container.id, found);
    }
    return found;
  }

  #searchPath(container: PlannedContainer, own: string | undefined): string {
    const path = own ?? process.env["PATH"] ?? defaultPath;
    const standIn = this.#surroundings.images.find(container.image);
    if (standIn === undefined) return path;
    const folders = standIn.isRoot ? ["usr/local/bin", "usr/bin", "bin"].map((bin) => join(standIn.folder, bin)) : [];
    return [...(standIn.isRoot ? folders : [standIn.folder]), path].join(":");
  }

  async #closeFileVolumes(containers: readonly PreparedContainer[]): Promise<Result<void, string>> {
    for (const volume of this.#plan.volumes) {
      if (volume.kind !== "files") continue;
      const folder = join(this.#folder.path, "volumes", encodeURIComponent(volume.name));
      this.#closedFolders.push(folder);
      if (await makeReadOnly(folder)) continue;
      const mustHold = containers.some(({ container }) =>
        container.mounts.some((mount) => mount.volume === volume.name && mount.readOnly),
      );
      if (mustHold) {
        return err(
          `volume "${volume.name}" has to be read-only, which this file system cannot do for root without a mount`,
        );
      }
    }
    return ok(undefined);
  }

  /**
   * Lets `/workspace` show the volumes below it, so that relative paths lead into them; only those that all steps see
   * at that place, because the folder is one for all.
   */
  #linkWorkspaces(containers: readonly PreparedContainer[]): void {
    const [first, ...others] = containers.filter(({ kind }) => kind === "step");
    for (const mount of first?.view.mounts ?? []) {
      if (mount.kind !== "volume" || !mount.path.startsWith("/workspace/")) continue;
      const isShared = others.every(({ view }) =>
        view.mounts.some(({ path, hostPath }) => path === mount.path && hostPath === mount.hostPath),
      );
      if (!isShared) continue;
      const parent = first?.view.find(dirname(mount.path));
      // Not into another volume, which may be kept and shared.
      if (parent === undefined || parent.mount.kind !== "pod") continue;
      const folder = join(parent.mount.hostPath, parent.relative);
      mkdirSync(folder, { recursive: true });
      const link = join(folder, basename(mount.path));
      if (!existsSync(link)) symlinkSync(mount.hostPath, link);
    }
  }
}

/** What an image's user would find in `/root` is found in the private home, where programs look by themselves. */
function linkHome({ view, homeFolder }: PreparedContainer): void {
  for (const { path, hostPath } of view.mounts) {
    if (!path.startsWith("/root/")) continue;
    const link = join(homeFolder, path.slice("/root/".length));
    mkdirSync(dirname(link), { recursive: true });
    if (lstatSync(link, { throwIfNoEntry: false }) === undefined) symlinkSync(hostPath, link);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
