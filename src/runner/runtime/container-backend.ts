import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { err, ok, type Result } from "../../result.ts";
import type { PlannedContainer, PodPlan } from "../pod-plan.ts";
import { readContainedFile } from "./contained-files.ts";
import type { ContainerEngine, ImageFacts } from "./container-engine.ts";
import { execHostCommand, type HostExit, startHostProcess } from "./host-process.ts";
import type { Replacement } from "./literal-replacer.ts";
import { recordProcess } from "./orphans.ts";
import type { PipePool } from "./pipe-pool.ts";
import type { Exit, Launch, PodBackend, PodFailure, PreparedContainer, RunningContainer } from "./pod-backend.ts";
import type { PodFolder } from "./pod-folder.ts";
import { quantityValue } from "./quantity.ts";
import { resolverSettings } from "./resolver-settings.ts";
import { shellExit, wrapWithFile } from "./shell-wrapper.ts";

/** Labels of our containers: by them what an earlier life left is found. */
export const instanceLabel = "dev.tektite.instance";

/** What the container runtime shares between its pods. */
export interface ContainerSurroundings {
  readonly engine: ContainerEngine;
  readonly pipes: PipePool;
  readonly hasNetwork: boolean;
  /** Tells our containers from those of another Tektite. */
  readonly instance: string;
  /** Put in front of the arguments of each `run`. */
  readonly extraArgs: readonly string[];
}

const retryMs = 200;
const removalTries = 10;
/** Where a wrapping shell writes what it has to say itself. */
const saidPath = "/tekton/bin/said";

/**
 * Runs each container of the pod by the container engine, with the pod's folders and volumes as bind mounts. Sidecars
 * and steps share the network of the first sidecar, or that of the machine.
 */
export class ContainerBackend implements PodBackend {
  readonly notices: readonly string[] = [];
  readonly #plan: PodPlan;
  readonly #folder: PodFolder;
  readonly #surroundings: ContainerSurroundings;
  readonly #images = new Map<string, ImageFacts>();
  readonly #names: string[] = [];
  readonly #withShell = new Set<string>();
  #networkHolder: string | undefined;
  #portHost = "127.0.0.1";

  constructor(plan: PodPlan, folder: PodFolder, surroundings: ContainerSurroundings) {
    this.#plan = plan;
    this.#folder = folder;
    this.#surroundings = surroundings;
  }

  get portHost(): string {
    return this.#portHost;
  }

  async prepare(containers: readonly PreparedContainer[], signal: AbortSignal): Promise<Result<void, PodFailure>> {
    const config = this.#writePullConfig();
    for (const { container, id } of containers) {
      if (this.#images.has(container.image) && container.imagePullPolicy !== "Always") continue;
      const found = await this.#bringImage(container, config, signal);
      if (!found.ok) {
        const reason = "TaskRunImagePullFailed";
        if (id.startsWith("step-")) return err({ reason, message: found.error, step: container.name });
        const what = id.startsWith("sidecar-") ? "sidecar" : "container";
        const message =
          `the ${what} "${container.name}" in TaskRun "${this.#plan.taskRunName}" failed to pull the image ` +
          `"${container.image}". The pod errored with the message: "${found.error}."`;
        return err({ reason, message });
      }
      this.#images.set(container.image, found.value);
      const { engine, extraArgs } = this.#surroundings;
      if (await engine.hasShell(found.value.id, extraArgs)) this.#withShell.add(container.image);
    }
    return ok(undefined);
  }

  usesImage(_image: string): boolean {
    return true;
  }

  homeOf({ container }: PreparedContainer): string {
    const image = this.#images.get(container.image);
    const user = container.securityContext?.runAsUser;
    const isRoot = user === undefined ? (image?.isRootUser ?? true) : user === 0;
    // Another user's home is only known inside the image; the shared one is open to all.
    return image?.home ?? (isRoot ? "/root" : "/tekton/home");
  }

  userOf({ container }: PreparedContainer): { readonly uid: number; readonly gid: number } | undefined {
    const { runAsUser, runAsGroup } = container.securityContext ?? {};
    const user = runAsUser === undefined ? this.#images.get(container.image)?.numericUser : { uid: runAsUser, gid: 0 };
    return user === undefined ? undefined : { uid: user.uid, gid: runAsGroup ?? user.gid };
  }

  replacements(_container: PreparedContainer): readonly Replacement[] {
    return [];
  }

  scriptText(_container: PreparedContainer, text: string): string {
    return text;
  }

  async launch(launch: Launch): Promise<Result<RunningContainer, string>> {
    const { engine, pipes } = this.#surroundings;
    const image = this.#images.get(launch.container.image);
    const hasCommand = launch.scriptName !== undefined || launch.command.length > 0;
    if (!hasCommand && image !== undefined && !image.hasEntrypoint) {
      return err(`the image "${launch.container.image}" has neither entrypoint nor command, and the step gives none`);
    }
    const name = `tektite-${this.#plan.podUid}-${launch.id}`.replace(/[^A-Za-z0-9_.-]/g, "-");
    const joined = await this.#liveNetworkHolder();
    this.#names.push(name);
    const args = ["run", "--name", name, ...this.#runArgs(launch, joined), ...this.#commandArgs(launch)];
    const started = await startHostProcess(pipes, {
      program: engine.program,
      args,
      env: hostEnvironment(),
      cwd: "/",
    });
    if (started.pid !== 0) recordProcess(this.#folder.controlPath, started.pid);
    let isOver = false;
    const exited = started.exited.then(async (exit) => {
      isOver = true;
      if (this.#networkHolder === name) this.#networkHolder = undefined;
      return this.#exitOf(exit, name, launch);
    });
    if (launch.kind === "sidecar" && joined === undefined && !this.#isHostNetwork) {
      await this.#holdNetwork(name, () => isOver);
    }
    return ok({
      containerId: `${engine.program}://${name}`,
      imageId: image?.imageId ?? "",
      stdout: started.stdout,
      stderr: started.stderr,
      exited,
      kill: () => void this.#killUntil(name, () => isOver),
      terminate: async () => (await engine.command(["kill", "--signal", "TERM", name])).ok,
      exec: (words, io, signal) =>
        execHostCommand(
          {
            program: engine.program,
            args: [
              "exec",
              ...(io.stdin === undefined ? [] : ["--interactive"]),
              ...(launch.workingDir === undefined ? [] : ["--workdir", launch.workingDir]),
              name,
              ...words,
            ],
            env: hostEnvironment(),
            cwd: "/",
          },
          io,
          signal,
        ),
    });
  }

  async close(): Promise<void> {
    const { engine } = this.#surroundings;
    if (this.#names.length === 0) return;
    // A command beside a container that has just ended may hold it for a moment.
    for (let tries = 0; tries < removalTries; tries++) {
      if ((await engine.command(removal(engine, this.#names))).ok) return;
      await delay(retryMs);
    }
  }

  get #isHostNetwork(): boolean {
    return (
      this.#plan.hostNetwork ||
      this.#surroundings.extraArgs.some((arg) => arg === "--network" || arg === "--net" || /^--net(work)?=/.test(arg))
    );
  }

  /** The image in the engine's store, fetched as the pull policy says. */
  async #bringImage(
    container: PlannedContainer,
    config: string | undefined,
    signal: AbortSignal,
  ): Promise<Result<ImageFacts, string>> {
    const { engine } = this.#surroundings;
    const { image } = container;
    if (container.imagePullPolicy !== "Always") {
      const found = await engine.knownImage(image);
      if (found !== undefined) return ok(found);
      if (container.imagePullPolicy === "Never") {
        return err(`Container image "${image}" is not present with pull policy of Never`);
      }
    }
    const pulled = await engine.pull(image, config, signal);
    if (!pulled.ok) return pulled;
    const found = await engine.inspectImage(image);
    return found === undefined ? err(`the image cannot be inspected`) : ok(found);
  }

  #writePullConfig(): string | undefined {
    if (this.#plan.pullConfigJson === "") return undefined;
    const folder = join(this.#folder.controlPath, "pull");
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(folder, "config.json"), this.#plan.pullConfigJson, { mode: 0o600 });
    return folder;
  }

  #runArgs(launch: Launch, joined: string | undefined): readonly string[] {
    const { engine, extraArgs, instance, hasNetwork } = this.#surroundings;
    const { container } = launch;
    const args = ["--label", `${instanceLabel}=${instance}`, "--pull", "never"];
    if (engine.program === "podman") args.push("--security-opt", "label=disable");
    if (this.#plan.hostNetwork) args.push("--network", "host");
    else if (!this.#isHostNetwork) {
      if (joined !== undefined) args.push("--network", `container:${joined}`);
      else if (!hasNetwork) args.push("--network", "none");
    }
    if (joined === undefined) {
      args.push("--hostname", this.#plan.podName.slice(0, 63));
      for (const { ip, hostnames } of this.#plan.hostAliases) {
        for (const hostname of hostnames) args.push("--add-host", `${hostname}:${ip}`);
      }
      if (hasNetwork || this.#plan.hostNetwork) args.push(...this.#dnsArgs());
    }
    for (const { path, hostPath, readOnly } of launch.view.mounts) args.push(...mountArgs(hostPath, path, readOnly));
    args.push(...this.#homeMounts(launch));
    if (!launch.env.has("HOME") && launch.kind === "step") args.push("--env", `HOME=${this.homeOf(launch)}`);
    if (this.#isWrapped(launch)) args.push(...mountArgs(this.#saidFile(launch), saidPath, false));
    for (const [name, value] of launch.env) args.push("--env", `${name}=${value}`);
    // An engine may refuse a folder that its image lacks; the shell makes it.
    if (launch.workingDir !== undefined && !this.#isWrapped(launch)) args.push("--workdir", launch.workingDir);
    args.push(...securityArgs(container), ...limitArgs(container));
    return [...args, ...extraArgs];
  }

  /** An engine has name servers of its own, which the pod's replace; without any the engine's stay. */
  #dnsArgs(): readonly string[] {
    const { dns, hostNetwork } = this.#plan;
    if (dns === undefined) return [];
    const { nameservers, searches, options } = resolverSettings(dns);
    // A name server on the machine's own loopback is out of reach for a network of the pod's own.
    const reachable = nameservers.filter((address) => hostNetwork || !address.startsWith("127."));
    return [
      ...(dns.nameservers.length === 0 ? [] : reachable.flatMap((address) => ["--dns", address])),
      ...searches.flatMap((domain) => ["--dns-search", domain]),
      ...options.flatMap((option) => ["--dns-option", option]),
    ];
  }

  /** Credentials appear in the image's home one by one, so that the rest of it stays as it is. */
  #homeMounts(launch: Launch): readonly string[] {
    if (launch.kind !== "step" || this.#plan.credentials.length === 0) return [];
    const home = launch.env.get("HOME") ?? this.homeOf(launch);
    if (launch.view.find(home) !== undefined) return [];
    return readdirSync(launch.homeFolder).flatMap((name) =>
      mountArgs(join(launch.homeFolder, name), `${home === "/" ? "" : home}/${name}`, false),
    );
  }

  #commandArgs(launch: Launch): readonly string[] {
    const { image } = launch.container;
    const scripted = launch.scriptName === undefined ? [] : [`/tekton/scripts/${launch.scriptName}`];
    const [program, ...rest] = [...scripted, ...launch.command];
    if (program === undefined) return [image, ...launch.args];
    const words = [program, ...rest, ...launch.args];
    if (this.#isWrapped(launch))
      return ["--entrypoint", "/bin/sh", image, ...wrapWithFile(words, saidPath, launch.workingDir)];
    return ["--entrypoint", program, image, ...words.slice(1)];
  }

  /**
   * Whether a shell stands in front of the command: then a signal to the command is told from an exit code, and the
   * command is not process number one, for which Linux leaves out the usual effect of signals.
   */
  #isWrapped(launch: Launch): boolean {
    const hasCommand = launch.scriptName !== undefined || launch.command.length > 0;
    return hasCommand && this.#withShell.has(launch.container.image);
  }

  /** The file where that shell's own words go. */
  #saidFile(launch: Launch): string {
    const path = join(this.#folder.controlPath, "said", launch.id);
    if (existsSync(path)) return path;
    mkdirSync(join(this.#folder.controlPath, "said"), { recursive: true });
    writeFileSync(path, "");
    chmodSync(path, 0o666);
    // The place of its mount, below a read-only folder.
    writeFileSync(join(this.#folder.controlPath, "tekton", "bin", basename(saidPath)), "");
    return path;
  }

  /** Lets the other containers join this one's network, once it has one. */
  async #holdNetwork(name: string, isOver: () => boolean): Promise<void> {
    for (let tries = 0; tries < 100 && !isOver(); tries++) {
      const state = await this.#surroundings.engine.command([
        "inspect",
        "--format",
        "{{.State.Running}} {{.NetworkSettings.IPAddress}}",
        name,
      ]);
      const [isRunning, address] = state.ok ? state.value.split(" ") : [];
      if (isRunning === "true") {
        this.#networkHolder = name;
        if (address !== undefined && address !== "") this.#portHost = address;
        return;
      }
      await delay(50);
    }
  }

  /** The container whose network others join; one that has ended meanwhile has none to share. */
  async #liveNetworkHolder(): Promise<string | undefined> {
    const name = this.#networkHolder;
    if (name === undefined) return undefined;
    const state = await this.#surroundings.engine.command(["inspect", "--format", "{{.State.Running}}", name]);
    if (!state.ok || state.value !== "true") this.#networkHolder = undefined;
    return this.#networkHolder;
  }

  async #exitOf(exit: HostExit, name: string, launch: Launch): Promise<Exit> {
    const { container } = launch;
    if (exit.kind === "notStarted") return { kind: "notStarted", message: exit.error.message };
    if (exit.kind === "signalled") return exit;
    if (exit.code < 125) return exit;
    // These may be the engine's own words for a start that failed, or those of the kernel's memory keeper.
    const state = await this.#surroundings.engine.command([
      "inspect",
      "--format",
      "{{.State.OOMKilled}} {{.State.StartedAt}}",
      name,
    ]);
    if (!state.ok || state.value.includes(" 0001-01-01")) {
      this.#surroundings.engine.forget(container.image);
      const program = container.script === undefined ? container.command[0] : "its script";
      return {
        kind: "notStarted",
        message: `the container engine could not start ${program ?? "the entrypoint"} in image "${container.image}"`,
      };
    }
    if (state.value.startsWith("true")) return { kind: "outOfMemory" };
    if (!this.#isWrapped(launch)) return exit;
    const said = readContainedFile(this.#folder.controlPath, join("said", launch.id), 4096);
    return shellExit(exit.code, said.ok ? (said.value ?? "").toString().trim() : "");
  }

  /** Kills a container, also one that is only about to come into being. */
  async #killUntil(name: string, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await this.#surroundings.engine.command(["kill", name]);
      if (!isOver()) await delay(retryMs);
    }
  }
}

/** The engine's command that kills containers at once and forgets them. */
export function removal(engine: ContainerEngine, names: readonly string[]): readonly string[] {
  // podman keeps a container whose network another one shares, unless told to take both.
  return ["rm", "--force", ...(engine.program === "podman" ? ["--depend", "--time", "0"] : []), ...names];
}

function mountArgs(from: string, to: string, readOnly: boolean): readonly string[] {
  const fields = ["type=bind", `source=${from}`, `target=${to}`, ...(readOnly ? ["readonly"] : [])];
  // The value is a line of CSV.
  const quoted = fields.map((field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field));
  return ["--mount", quoted.join(",")];
}

function securityArgs({ securityContext }: PlannedContainer): readonly string[] {
  if (securityContext === undefined) return [];
  const { runAsUser, runAsGroup, privileged, readOnlyRootFilesystem, capabilities } = securityContext;
  const args: string[] = [];
  if (runAsUser !== undefined || runAsGroup !== undefined) {
    args.push("--user", `${runAsUser ?? 0}${runAsGroup === undefined ? "" : `:${runAsGroup}`}`);
  }
  if (privileged) args.push("--privileged");
  if (readOnlyRootFilesystem) args.push("--read-only");
  for (const name of capabilities?.add ?? []) args.push("--cap-add", name);
  for (const name of capabilities?.drop ?? []) args.push("--cap-drop", name);
  return args;
}

function limitArgs({ limits }: PlannedContainer): readonly string[] {
  const args: string[] = [];
  const cpu = Object.hasOwn(limits, "cpu") ? quantityValue(limits["cpu"] ?? "") : undefined;
  const memory = Object.hasOwn(limits, "memory") ? quantityValue(limits["memory"] ?? "") : undefined;
  if (cpu !== undefined && cpu > 0) args.push("--cpus", String(cpu));
  if (memory !== undefined && memory > 0) args.push("--memory", String(Math.ceil(memory)));
  return args;
}

/** The engine's client needs to find its configuration; the containers get nothing of this. */
function hostEnvironment(): Readonly<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value;
  return env;
}
