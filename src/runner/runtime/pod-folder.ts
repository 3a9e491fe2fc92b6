import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { err, ok, type Result } from "../../result.ts";
import type { PlannedContainer, PlannedStep, PlannedVolume, PodPlan } from "../pod-plan.ts";
import {
  containedPath,
  giveContained,
  makeContainedFolder,
  openContainedForAppend,
  readContainedFile,
  reasonOf,
  writeContainedFile,
} from "./contained-files.ts";
import { ContainerView, cleanPath, type ViewMount } from "./container-view.ts";

/** Where the pods' folders are made. */
export interface PodRoots {
  /** For what may become large. */
  readonly disk: string;
  /** For the many small files of the contract, in memory if that can be had; may be the same folder. */
  readonly control: string;
}

/**
 * A pod's folder on this machine: `/workspace`, the `/tekton` tree (spec: pipelines, section 4) and the volumes that
 * live as long as the pod.
 */
export class PodFolder {
  readonly path: string;
  /** The part with the small files: `tekton/` and whatever a back-end adds. */
  readonly controlPath: string;
  readonly #plan: PodPlan;

  private constructor(path: string, controlPath: string, plan: PodPlan) {
    this.path = path;
    this.controlPath = controlPath;
    this.#plan = plan;
  }

  /** Lays the folder out below both roots, as `<uid>`; on disk alone when the memory is full. */
  static create(roots: PodRoots, plan: PodPlan): Result<PodFolder, string> {
    const made = PodFolder.#layOut(roots, plan);
    if (made.ok || roots.control === roots.disk) return made;
    for (const root of [roots.control, roots.disk]) {
      rmSync(join(root, encodeURIComponent(plan.podUid)), { recursive: true, force: true });
    }
    return PodFolder.#layOut({ disk: roots.disk, control: roots.disk }, plan);
  }

  static #layOut(roots: PodRoots, plan: PodPlan): Result<PodFolder, string> {
    const path = join(roots.disk, encodeURIComponent(plan.podUid));
    const control = join(roots.control, encodeURIComponent(plan.podUid));
    try {
      for (const root of new Set([roots.disk, roots.control])) mkdirSync(root, { recursive: true, mode: 0o711 });
      for (const own of new Set([path, control])) mkdirSync(own);
      // World-writable, as an emptyDir is: steps may run as whatever user their image names.
      for (const open of ["workspace", "tekton-home"]) makeFolder(join(path, open), 0o777);
      const tekton = join(control, "tekton");
      mkdirSync(tekton);
      for (const closed of ["home", "creds", "steps", "run", "scripts", "bin"]) mkdirSync(join(tekton, closed));
      for (const open of ["results", "artifacts"]) makeFolder(join(tekton, open), 0o777);
      writeFileSync(join(tekton, "termination"), "");
      for (const own of ["creds", "termination"]) mkdirSync(join(control, own));
      for (const [index, step] of plan.steps.entries()) {
        const run = join(tekton, "run", String(index));
        for (const open of ["", "status", "status/results", "status/artifacts"]) makeFolder(join(run, open), 0o777);
        // Relative, so that the links hold on both sides of a mount.
        symlinkSync(`../run/${index}/status`, join(tekton, "steps", String(index)));
        symlinkSync(`../run/${index}/status`, join(tekton, "steps", `step-${step.name}`));
        makeFolder(join(control, "creds", String(index)), 0o777);
        writeFileSync(join(control, "termination", String(index)), "");
        chmodSync(join(control, "termination", String(index)), 0o666);
      }
    } catch (error) {
      return err(`the pod's folder could not be made: ${reasonOf(error)}`);
    }
    const folder = new PodFolder(path, control, plan);
    for (const volume of plan.volumes) {
      const made = folder.#makeVolume(volume);
      if (!made.ok) return made;
    }
    return ok(folder);
  }

  /** What a step sees: the contract's folders and its volumes. */
  stepView(step: PlannedStep, index: number): Result<ContainerView, string> {
    const pod = (path: string, hostPath: string, readOnly: boolean): ViewMount => {
      return { path, hostPath: join(this.controlPath, hostPath), readOnly, isFile: false, kind: "pod" };
    };
    const volumes = this.#volumeMounts(step);
    if (!volumes.ok) return volumes;
    return ok(
      new ContainerView([
        { ...pod("/workspace", "", false), hostPath: join(this.path, "workspace") },
        pod("/tekton", "tekton", true),
        { ...pod("/tekton/home", "", false), hostPath: join(this.path, "tekton-home") },
        pod("/tekton/results", "tekton/results", false),
        pod("/tekton/artifacts", "tekton/artifacts", false),
        pod(`/tekton/run/${index}`, `tekton/run/${index}`, false),
        pod("/tekton/creds", `creds/${index}`, false),
        { ...pod("/tekton/termination", `termination/${index}`, false), isFile: true },
        ...volumes.value,
      ]),
    );
  }

  /** What a sidecar sees: its volumes, and the scripts when it has one. */
  sidecarView(sidecar: PlannedContainer): Result<ContainerView, string> {
    const volumes = this.#volumeMounts(sidecar);
    if (!volumes.ok) return volumes;
    const scripts: ViewMount = {
      path: "/tekton/scripts",
      hostPath: join(this.controlPath, "tekton", "scripts"),
      readOnly: true,
      isFile: false,
      kind: "pod",
    };
    return ok(new ContainerView([...(sidecar.script === undefined ? [] : [scripts]), ...volumes.value]));
  }

  /** Writes an executable script; answers its name below `/tekton/scripts`. */
  writeScript(name: string, text: string): void {
    const path = join(this.controlPath, "tekton", "scripts", name);
    writeFileSync(path, text, { mode: 0o755, flag: "wx" });
    chmodSync(path, 0o755);
  }

  /** A folder of one container's own: its home or its `/tmp`. */
  ownFolder(kind: "home" | "tmp", container: string): string {
    const path = join(this.path, `${kind}-${container}`);
    makeFolder(path, kind === "tmp" ? 0o1777 : 0o777);
    return path;
  }

  /**
   * Puts the credentials into a step's `/tekton/creds` and into `home`, a folder of this machine below `homeRoot`; they
   * are readable for their owner alone, so they are given to the step's user when that is another.
   */
  placeCredentials(
    index: number,
    homeRoot: string,
    home: string,
    user: { readonly uid: number; readonly gid: number } | undefined,
  ): Result<void, string> {
    for (const { path, content, mode } of this.#plan.credentials) {
      for (const [root, relative] of [
        [join(this.controlPath, "creds", String(index)), path],
        [homeRoot, join(home, path)],
      ] as const) {
        const folder = makeContainedFolder(root, dirname(relative), 0o700);
        const written = folder.ok ? writeContainedFile(root, relative, content, mode) : folder;
        if (!written.ok) return written;
        if (user !== undefined && process.getuid?.() === 0) giveContained(root, relative, user.uid, user.gid);
      }
    }
    return ok(undefined);
  }

  /** Releases the next step: `out` when it may run, `out.err` when it has to be skipped. */
  post(index: number, failed: boolean): void {
    writeContainedFile(this.controlPath, join("tekton", "run", String(index), failed ? "out.err" : "out"), "", 0o644);
  }

  /** Records a step's exit code where later steps look for it. */
  recordExitCode(index: number, exitCode: number): void {
    // The step may have spoilt its own folder; the outcome stands without the file.
    const relative = join("tekton", "run", String(index), "status", "exitCode");
    writeContainedFile(this.controlPath, relative, String(exitCode), 0o644);
  }

  /**
   * Takes the right to write what a finished step left. Where folders can be mounted read-only later steps cannot
   * anyway; plain processes of root can, because no permission stops root.
   */
  closeStep(index: number): void {
    this.#changeStep(index, (mode) => mode & ~0o222);
  }

  #changeStep(index: number, change: (mode: number) => number): void {
    if (process.getuid?.() === 0) return;
    const pending = [join(this.controlPath, "tekton", "run", String(index))];
    for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
      const info = lstatSync(path, { throwIfNoEntry: false });
      if (info === undefined || info.isSymbolicLink()) continue;
      try {
        if (info.isDirectory()) for (const name of readdirSync(path)) pending.push(join(path, name));
        chmodSync(path, change(info.mode & 0o7777));
      } catch {
        // A step's user may be another than ours.
      }
    }
  }

  /** Of each file at most one byte more than `maxBytes`: enough to know that it is too large. */
  taskResults(names: readonly string[], maxBytes: number): Result<ReadonlyMap<string, string>, string> {
    return this.#results(join("tekton", "results"), names, maxBytes);
  }

  stepResults(index: number, names: readonly string[], maxBytes: number): Result<ReadonlyMap<string, string>, string> {
    return this.#results(join("tekton", "run", String(index), "status", "results"), names, maxBytes);
  }

  /** What a step wrote about its artifacts, or nothing. */
  stepArtifacts(index: number, maxBytes: number): Result<string | undefined, string> {
    return this.#text(join("tekton", "run", String(index), "status", "artifacts", "provenance.json"), maxBytes);
  }

  /** What has been written about the Task's artifacts, or nothing. */
  taskArtifacts(maxBytes: number): Result<string | undefined, string> {
    return this.#text(join("tekton", "artifacts", "provenance.json"), maxBytes);
  }

  /** Makes a folder that a container is to start in, when it lies in one of its writable mounts. */
  makeWorkingDir(view: ContainerView, path: string): Result<void, string> {
    const found = view.find(path);
    if (found === undefined || found.mount.readOnly || found.mount.isFile) return ok(undefined);
    const made = makeContainedFolder(found.mount.hostPath, found.relative, 0o777);
    return made.ok ? ok(undefined) : made;
  }

  /**
   * Opens a file that a container names for appending; the caller closes the descriptor. `tmpFolder` is the container's
   * own `/tmp`.
   */
  openForAppend(view: ContainerView, tmpFolder: string, path: string): Result<number, string> {
    const found = view.find(path);
    const clean = cleanPath(path);
    if (found === undefined && clean.startsWith("/tmp/")) {
      return openContainedForAppend(tmpFolder, clean.slice("/tmp/".length));
    }
    if (found === undefined || found.mount.readOnly) return err(`open ${path}: read-only file system`);
    // A step's results lie behind a link of ours.
    const results = /^\/tekton\/steps\/([^/]+)\/(.+)$/.exec(clean);
    if (results !== null) {
      const real = containedPath(this.controlPath, join("tekton", "steps", results[1] ?? "", results[2] ?? ""));
      return real === undefined
        ? err(`open ${path}: not allowed`)
        : openContainedForAppend(dirname(real), real.slice(dirname(real).length + 1));
    }
    return openContainedForAppend(found.mount.hostPath, found.relative);
  }

  /** Forgets everything but the volumes that were there before. */
  async remove(): Promise<void> {
    for (const index of this.#plan.steps.keys()) this.#changeStep(index, (mode) => mode | 0o200);
    for (const path of new Set([this.controlPath, this.path])) {
      await rm(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 }).catch(() => undefined);
    }
  }

  #results(folder: string, names: readonly string[], maxBytes: number): Result<ReadonlyMap<string, string>, string> {
    const results = new Map<string, string>();
    for (const name of names) {
      const text = this.#text(join(folder, name), maxBytes);
      if (!text.ok) return err(`result ${name} cannot be read: ${text.error}`);
      if (text.value !== undefined) results.set(name, text.value);
    }
    return ok(results);
  }

  #text(relative: string, maxBytes: number): Result<string | undefined, string> {
    const content = readContainedFile(this.controlPath, relative, maxBytes + 1);
    return content.ok ? ok(content.value?.toString("utf8")) : content;
  }

  #makeVolume(volume: PlannedVolume): Result<void, string> {
    const path = this.#volumePath(volume);
    try {
      switch (volume.kind) {
        case "scratch":
          makeFolder(path, 0o777);
          return ok(undefined);
        case "host":
          if (volume.create) mkdirSync(path, { recursive: true });
          else if (!existsSync(path)) return err(`volume "${volume.name}": ${path} does not exist on this machine`);
          return ok(undefined);
        case "files": {
          makeFolder(path, 0o755);
          for (const file of volume.files) {
            const written = writeContainedFile(path, file.path, file.content, file.mode);
            if (!written.ok) return err(`volume "${volume.name}": ${written.error}`);
          }
          return ok(undefined);
        }
        default:
          return volume satisfies never;
      }
    } catch (error) {
      return err(`volume "${volume.name}": ${reasonOf(error)}`);
    }
  }

  #volumePath(volume: PlannedVolume): string {
    return volume.kind === "host" ? volume.hostPath : join(this.path, "volumes", encodeURIComponent(volume.name));
  }

  #volumeMounts(container: PlannedContainer): Result<readonly ViewMount[], string> {
    const mounts: ViewMount[] = [];
    for (const mount of container.mounts) {
      const volume = this.#plan.volumes.find(({ name }) => name === mount.volume);
      if (volume === undefined) return err(`volumeMount "${mount.volume}" names no volume of the pod`);
      let hostPath = this.#volumePath(volume);
      if (mount.subPath !== undefined && mount.subPath !== "") {
        const found = containedPath(hostPath, mount.subPath);
        if (found === undefined) return err(`subPath "${mount.subPath}" leads out of volume "${mount.volume}"`);
        if (!existsSync(found)) {
          const made = makeContainedFolder(hostPath, mount.subPath, 0o777);
          if (!made.ok) return err(`subPath "${mount.subPath}" of volume "${mount.volume}": ${made.error}`);
        }
        hostPath = found;
      }
      mounts.push({
        path: cleanPath(mount.mountPath),
        hostPath,
        readOnly: mount.readOnly || volume.kind === "files",
        isFile: statSync(hostPath, { throwIfNoEntry: false })?.isFile() ?? false,
        kind: "volume",
      });
    }
    return ok(mounts);
  }
}

function makeFolder(path: string, mode: number): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
}
