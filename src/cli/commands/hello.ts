import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { K8sObject } from "../../api/object.ts";
import { LocalEndpoints } from "../../dashboard/local-endpoints.ts";
import { runResources } from "../../dashboard/run-model.ts";
import { aborted } from "../../kube/aborted.ts";
// The logs of the run begin at once: their endpoint is not loaded then.
import "../../dashboard/run-routes.ts";
import type { KubeClient } from "../../kube/client.ts";
import { Informer } from "../../kube/informer.ts";
import { err, ok, type Result } from "../../result.ts";
import type { Standalone } from "../../standalone/standalone.ts";
import { endpointFailure } from "../endpoints.ts";
import { type Failure, failure } from "../failure.ts";
import { checkDashboardAddress, type LocalDashboard, openLocalDashboard } from "../local-dashboard.ts";
import { followRun } from "../run-logs.ts";
import { type StartOptions, startFromFlags } from "./up.ts";

export interface HelloOptions extends Omit<StartOptions, "filename" | "share"> {
  readonly once?: boolean;
  readonly dashboardAddress?: string;
}

/** What the example's listener is called and what its secret is (examples/hello/listener.yaml). */
const listener = "hello";
const secret = "tektite-hello";
/** How long the run may take to appear after the push. */
const appearMs = 30_000;

/** `tektite hello`, which is `npm start`: one command, one push, one pipeline run. */
export async function hello(options: HelloOptions): Promise<Result<void, Failure>> {
  const git = await gitVersion();
  if (!git.ok) return git;
  const checked = checkDashboardAddress(options.dashboardAddress);
  if (!checked.ok) return checked;
  const example = exampleFolder();
  const repositories = resolve(options.dataDir, "hello");
  const started = await startFromFlags({ ...options, filename: [example], share: [repositories], preferLocal: true });
  if (!started.ok) return started;
  const standalone = started.value;
  say(
    `Tektite is up: API ${standalone.addresses.api}, webhooks ${standalone.addresses.hooks}, steps run by: ${standalone.runtime}`,
  );

  const outcome = await pushAndFollow(standalone, { ...options, example, repositories });
  if (options.once === true || !outcome.ok || options.signal.aborted) {
    await standalone.stop();
    return outcome;
  }
  const dashboard = await openLocalDashboard(standalone, options.dashboardAddress);
  if (dashboard.ok) {
    printWhatNext(standalone, { dataDir: resolve(options.dataDir), dashboard: dashboard.value });
    await aborted(options.signal);
    await dashboard.value?.stop();
  }
  await standalone.stop();
  return dashboard.ok ? ok(undefined) : dashboard;
}

async function pushAndFollow(
  standalone: Standalone,
  options: { readonly example: string; readonly repositories: string; readonly signal: AbortSignal },
): Promise<Result<void, Failure>> {
  const { example, repositories } = options;
  const webhook = `${standalone.addresses.hooks}/default/${listener}`;
  const ready = await standalone.listenerReady("default", listener, appearMs);
  if (!ready.ok) return err(failure(`the listener of the example did not become ready: ${ready.error}`));
  const repository = await prepareRepository(repositories, { example, webhook });
  if (!repository.ok) return repository;
  const appeared = await watchForRun(standalone.client, options.signal);

  say(`Pushing a commit to ${repository.value.bare}`);
  const startedMs = performance.now();
  const pushed = await push(repository.value);
  if (!pushed.ok) return pushed;
  for (const line of pushed.value) say(`  ${line}`);
  const run = await appeared.next(appearMs);
  if (run === undefined) {
    return err(failure("the push started no run: start `tektite up`, and `tektite events explain` says why"));
  }
  say(`PipelineRun ${run.metadata.name} started`);
  let firstOutputMs: number | undefined;
  const key = { kind: "pipelineruns", namespace: "default", name: run.metadata.name ?? "" } as const;
  const last = await followRun(new LocalEndpoints(standalone.client, options.signal), key, {
    follow: true,
    onLines: (lines) => {
      if (lines.length > 0) firstOutputMs ??= performance.now();
      for (const { task, step, line } of lines) say(`[${task} : ${step}] ${line}`);
    },
  });
  if (!last.ok) return err(endpointFailure(last.error));
  const { state, message = "it was interrupted" } = last.value ?? {};
  const total = formatMs(performance.now() - startedMs);
  const first = firstOutputMs === undefined ? "" : `first step output after ${formatMs(firstOutputMs - startedMs)}, `;
  if (state !== "succeeded") return err(failure(`PipelineRun ${key.name} failed after ${total}: ${message}`));
  say(`PipelineRun ${key.name} succeeded: ${message}`);
  say(`From git push: ${first}completed after ${total}`);
  return ok(undefined);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function formatMs(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

async function gitVersion(): Promise<Result<string, Failure>> {
  try {
    return ok((await promisify(execFile)("git", ["--version"])).stdout.trim());
  } catch {
    return err(
      failure(
        "git was not found: the example pushes to and clones from a real repository; install git and start again",
      ),
    );
  }
}

/** `examples/hello` beside the sources or in the installed package. */
function exampleFolder(): string {
  const candidates = ["../../../examples/hello", "../examples/hello"].map((path) => resolve(import.meta.dirname, path));
  return candidates.find((path) => existsSync(path)) ?? candidates[0] ?? "";
}

interface Repository {
  readonly bare: string;
  readonly work: string;
}

/** Git without the user's own settings: nothing but what is said here. */
function gitIn(folder: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_AUTHOR_NAME: "Tektite",
    GIT_AUTHOR_EMAIL: "tektite@localhost",
    GIT_COMMITTER_NAME: "Tektite",
    GIT_COMMITTER_EMAIL: "tektite@localhost",
  };
  return promisify(execFile)("git", ["-C", folder, ...args], { env });
}

/** A bare repository with the webhook as its post-receive hook, and a working copy with one commit to push. */
async function prepareRepository(
  folder: string,
  { example, webhook }: { readonly example: string; readonly webhook: string },
): Promise<Result<Repository, Failure>> {
  const bare = join(folder, "hello.git");
  const work = join(folder, "work");
  try {
    if (!existsSync(bare)) {
      mkdirSync(folder, { recursive: true });
      await gitIn(folder, ["init", "--quiet", "--bare", "--initial-branch=main", bare]);
      await gitIn(folder, ["init", "--quiet", "--initial-branch=main", work]);
      await gitIn(work, ["remote", "add", "origin", bare]);
      // For the user's own commits, where git has not been told who they are.
      await gitIn(work, ["config", "user.name", "Tektite"]);
      await gitIn(work, ["config", "user.email", "tektite@localhost"]);
    }
    const hook = join(bare, "hooks", "post-receive");
    mkdirSync(join(bare, "hooks"), { recursive: true });
    const words = [process.execPath, join(example, "post-receive.mjs"), webhook, secret, `file://${bare}`];
    writeFileSync(hook, `#!/bin/sh\nexec ${words.map(quoteForShell).join(" ")}\n`);
    chmodSync(hook, 0o755);
    writeFileSync(join(work, "README"), `Hello from Tektite, ${new Date().toISOString()}\n`);
    await gitIn(work, ["add", "README"]);
    await gitIn(work, ["commit", "--quiet", "--message", "Say hello"]);
    return ok({ bare, work });
  } catch (error) {
    return err(failure(`cannot prepare the example's repository in ${folder}: ${messageOf(error)}`));
  }
}

async function push({ work }: Repository): Promise<Result<readonly string[], Failure>> {
  try {
    const { stderr } = await gitIn(work, ["push", "origin", "HEAD:main"]);
    return ok(
      stderr
        .split("\n")
        .map((line) => line.trimEnd())
        .filter((line) => line !== ""),
    );
  } catch (error) {
    return err(failure(`git push failed: ${messageOf(error)}`));
  }
}

function quoteForShell(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function messageOf(error: unknown): string {
  const { stderr, message } = error as { readonly stderr?: string; readonly message?: string };
  return (stderr ?? "").trim() || (message ?? String(error));
}

/** Waits for the next PipelineRun of the listener, from now on. */
async function watchForRun(
  client: KubeClient,
  signal: AbortSignal,
): Promise<{ next(timeoutMs: number): Promise<K8sObject | undefined> }> {
  const done = new AbortController();
  const runs = new Informer(client, runResources.pipelineruns, {
    namespace: "default",
    labelSelector: `triggers.tekton.dev/eventlistener=${listener}`,
  });
  await runs.start(AbortSignal.any([signal, done.signal]));
  const known = new Set(runs.list().map(({ metadata }) => metadata.uid));
  return {
    next: (timeoutMs) =>
      new Promise((resolve) => {
        const finish = (run: K8sObject | undefined) => {
          clearTimeout(timer);
          done.abort();
          resolve(run);
        };
        const timer = setTimeout(() => finish(undefined), timeoutMs);
        signal.addEventListener("abort", () => finish(undefined), { once: true });
        runs.onChange(({ object }) => {
          if (!known.has(object.metadata.uid)) finish(object);
        });
      }),
  };
}

function printWhatNext(
  { addresses, kubeconfig }: Standalone,
  { dataDir, dashboard }: { readonly dataDir: string; readonly dashboard: LocalDashboard | undefined },
): void {
  const work = join(dataDir, "hello", "work");
  // Commands look for .tektite/kubeconfig of their folder by themselves.
  const env = kubeconfig === resolve(".tektite", "kubeconfig") ? "" : `KUBECONFIG=${kubeconfig} `;
  const tektite = `${env}${existsSync(join("bin", "tektite")) ? "bin/tektite" : "tektite"}`;
  say(`
Tektite stays up; stop it with Ctrl-C. What to try next, in another terminal:

  webhook URL   ${addresses.hooks}/default/${listener}   (secret: ${secret})
  kubeconfig    ${kubeconfig}${dashboard === undefined ? "" : `\n  dashboard     ${dashboard.link}   (for one sign-in, within 10 minutes)`}

  push again:       git -C ${work} commit --allow-empty -m again && git -C ${work} push origin HEAD:main
  list the runs:    ${tektite} run list
  newest run:       ${tektite} run logs -f
  why, or why not:  ${tektite} events explain
  with kubectl:     KUBECONFIG=${kubeconfig} kubectl get eventlisteners,pipelineruns`);
}
