import type { K8sObject } from "../api/object.ts";
import { isDone, type PipelineRun } from "../api/pipelines/runs.ts";
import { Informer } from "../kube/informer.ts";
import { failBrokenRun } from "./broken-run.ts";
import { ChildRuns } from "./child-runs.ts";
import { PipelineRunActor } from "./pipeline-run-actor.ts";
import { customRuns, pipelineRuns } from "./resources.ts";
import type { RunnerContext } from "./runner-context.ts";
import type { TaskRunController } from "./task-run-controller.ts";
import { UnattendedCustomRuns } from "./unattended-custom-runs.ts";

/** Has each PipelineRun that is not done worked on, and tells it of its children. */
export class PipelineRunController {
  readonly #context: RunnerContext;
  readonly #runs: Informer;
  readonly #customRuns: Informer;
  readonly #taskRuns: TaskRunController;
  readonly #childRuns: ChildRuns;
  /** By the run's uid. */
  readonly #actors = new Map<string, PipelineRunActor>();
  /** Uids of runs that were taken up; an informer may still show an ended one as it was. */
  readonly #taken = new Set<string>();

  constructor(context: RunnerContext, taskRunController: TaskRunController) {
    this.#context = context;
    this.#taskRuns = taskRunController;
    this.#runs = new Informer(context.client, pipelineRuns);
    this.#customRuns = new Informer(context.client, customRuns);
    taskRunController.onDone((run) => this.#tellOwner(run as unknown as K8sObject));
    this.#childRuns = new ChildRuns(context.client, {
      prepare: (child, owner) => context.tracing.annotate(child, owner),
      adopt: (child) => this.#adoptChild(child),
      list: (namespace) => [
        ...taskRunController.list(namespace),
        ...this.#customRuns.list(namespace),
        ...this.#runs.list(namespace),
      ],
    });
  }

  /** Begins once TaskRuns are known, so that no run starts a task that it has already. */
  async start(): Promise<void> {
    const { signal } = this.#context;
    await this.#customRuns.start(signal);
    const unattended = new UnattendedCustomRuns(this.#context);
    this.#customRuns.onChange(({ kind, object }) => {
      if (kind === "deleted") unattended.forget(object);
      else unattended.observe(object);
      this.#tellOwner(object);
    });
    signal.addEventListener("abort", () => {
      for (const actor of this.#actors.values()) actor.stop();
    });
    await this.#runs.start(signal);
    this.#runs.onChange((event) => {
      if (event.kind !== "deleted") this.adopt(event.object);
      else {
        const uid = event.object.metadata.uid ?? "";
        this.#actors.get(uid)?.stop();
        this.#taken.delete(uid);
      }
    });
  }

  adopt(object: K8sObject): void {
    const run = object as unknown as PipelineRun;
    const uid = run.metadata.uid ?? "";
    const actor = this.#actors.get(uid);
    if (actor !== undefined) {
      actor.update(run);
      return;
    }
    if (isDone(run)) this.#tellOwner(object);
    const { managedBy } = run.spec;
    if (isDone(run) || (managedBy !== undefined && managedBy !== "tekton.dev/pipeline")) return;
    if (this.#taken.has(uid)) return;
    this.#taken.add(uid);
    const endSpan = this.#context.tracing.begin(run);
    const created = new PipelineRunActor(this.#context, this.#childRuns, run, (done) => {
      endSpan(done);
      this.#tellOwner(done as unknown as K8sObject);
    });
    this.#actors.set(uid, created);
    void created
      .run()
      .catch(async (error: unknown) => {
        const broken = await failBrokenRun(this.#context, pipelineRuns, object, error);
        if (broken !== undefined) this.#tellOwner(broken);
      })
      .finally(() => this.#actors.delete(uid));
  }

  #adoptChild(child: K8sObject): void {
    if (child.kind === "TaskRun") this.#taskRuns.adopt(child);
    else if (child.kind === "PipelineRun") this.adopt(child);
  }

  #tellOwner(child: K8sObject): void {
    const owner = child.metadata.ownerReferences?.find((reference) => reference.kind === "PipelineRun");
    if (owner !== undefined) this.#actors.get(owner.uid)?.childChanged(child);
  }
}
