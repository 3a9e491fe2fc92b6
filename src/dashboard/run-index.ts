import type { K8sObject, Status } from "../api/object.ts";
import type { KubeClient } from "../kube/client.ts";
import { ok, type Result } from "../result.ts";
import { newestFirst, type RunKind, type RunSummary, runSummary } from "./run-model.ts";
import { listRunSummaries } from "./run-queries.ts";

interface RunChange {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: K8sObject;
}

/** Summaries are small, but a server may keep very many runs: of more than these none is kept. */
const maxKeptRuns = 50_000;

/**
 * The runs that an account may see, in summaries: read once, then kept as a watch tells of changes, so that a page which
 * is refreshed at each change does not make the API server list thousands of runs again.
 */
export class RunIndex {
  readonly #client: KubeClient;
  readonly #kind: RunKind;
  readonly #namespace: string | undefined;
  #isFollowed = false;
  #runs: Map<string, RunSummary> | undefined;
  /** Changes that come while the runs are read: they are newer, or are brought again. */
  #meanwhile: RunChange[] | undefined;
  #reading: Promise<Result<readonly RunSummary[], Status>> | undefined;

  constructor(client: KubeClient, kind: RunKind, namespace: string | undefined) {
    this.#client = client;
    this.#kind = kind;
    this.#namespace = namespace;
  }

  /** Whether each change from now on is told with `apply`; what was known before is forgotten. */
  follow(isFollowed: boolean): void {
    this.#isFollowed = isFollowed;
    this.#runs = undefined;
    this.#meanwhile = undefined;
    this.#reading = undefined;
  }

  apply(change: RunChange): void {
    this.#meanwhile?.push(change);
    if (this.#runs !== undefined) this.#put(this.#runs, change);
  }

  /** The runs, newest first. */
  async list(): Promise<Result<readonly RunSummary[], Status>> {
    if (this.#runs !== undefined) return ok(inOrder(this.#runs.values()));
    this.#reading ??= this.#isFollowed ? this.#read() : undefined;
    return this.#reading ?? listRunSummaries(this.#client, this.#kind, this.#namespace);
  }

  async #read(): Promise<Result<readonly RunSummary[], Status>> {
    const meanwhile: RunChange[] = [];
    this.#meanwhile = meanwhile;
    const listed = await listRunSummaries(this.#client, this.#kind, this.#namespace);
    // Not when following has begun anew.
    if (this.#meanwhile !== meanwhile) return listed;
    this.#meanwhile = undefined;
    this.#reading = undefined;
    if (!listed.ok || listed.value.length > maxKeptRuns) return listed;
    const runs = new Map(listed.value.map((run) => [keyOf(run.namespace, run.name), run]));
    for (const change of meanwhile) this.#put(runs, change);
    this.#runs = runs;
    return ok(inOrder(runs.values()));
  }

  #put(runs: Map<string, RunSummary>, { type, object }: RunChange): void {
    const { namespace = "", name = "" } = object.metadata;
    if (type === "DELETED") runs.delete(keyOf(namespace, name));
    else runs.set(keyOf(namespace, name), runSummary(this.#kind, object));
  }
}

function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

function inOrder(runs: Iterable<RunSummary>): readonly RunSummary[] {
  return newestFirst([...runs], (run) => run);
}
