import type { K8sObject, Resource } from "../api/object.ts";
import type { PipelineRun } from "../api/pipelines/runs.ts";
import type { KubeClient } from "../kube/client.ts";
import { statusText } from "../kube/status-text.ts";
import type { ChildState } from "../pipelines/child-state.ts";
import { err, ok, type Result } from "../result.ts";
import { customRuns, pipelineRuns, taskRuns } from "./resources.ts";

const resources: Readonly<Record<ChildState["kind"], Resource>> = {
  TaskRun: taskRuns,
  CustomRun: customRuns,
  PipelineRun: pipelineRuns,
};

const cancelStatuses: Readonly<Record<ChildState["kind"], string>> = {
  TaskRun: "TaskRunCancelled",
  CustomRun: "RunCancelled",
  PipelineRun: "Cancelled",
};

/** Creates, finds and cancels the children of PipelineRuns. */
export class ChildRuns {
  readonly #client: KubeClient;
  /** Has a child worked on, without waiting until an informer shows it. */
  readonly #adopt: (child: K8sObject) => void;
  readonly #list: (namespace: string) => readonly K8sObject[];
  /** What is added to a child before it is created. */
  readonly #prepare: (child: K8sObject, owner: PipelineRun) => K8sObject;

  constructor(
    client: KubeClient,
    options: {
      readonly adopt: (child: K8sObject) => void;
      readonly list: (namespace: string) => readonly K8sObject[];
      readonly prepare: (child: K8sObject, owner: PipelineRun) => K8sObject;
    },
  ) {
    this.#client = client;
    this.#adopt = options.adopt;
    this.#list = options.list;
    this.#prepare = options.prepare;
  }

  /** Children that a run has already, such as after a restart. */
  childrenOf(run: PipelineRun): readonly K8sObject[] {
    const { namespace = "", uid } = run.metadata;
    return this.#list(namespace).filter((child) => isOwnedBy(child, uid));
  }

  /** Creates a child; one that exists and belongs to the run is taken as it is. */
  async create(child: K8sObject, owner: PipelineRun): Promise<Result<K8sObject, string>> {
    const resource = resources[child.kind as ChildState["kind"]];
    const created = await this.#client.create(resource, this.#prepare(child, owner));
    if (created.ok) {
      this.#adopt(created.value);
      return ok(created.value);
    }
    if (created.error.reason === "AlreadyExists") {
      const { namespace, name = "" } = child.metadata;
      const existing = await this.#client.get(resource, { namespace, name });
      if (existing.ok && isOwnedBy(existing.value, owner.metadata.uid)) {
        this.#adopt(existing.value);
        return ok(existing.value);
      }
    }
    return err(statusText(created.error));
  }

  /** Asks a child to stop; answers it as it is then, undefined when it is gone. */
  async cancel(namespace: string, child: ChildState, statusMessage: string): Promise<K8sObject | undefined> {
    const status = cancelStatuses[child.kind];
    const spec = child.kind === "PipelineRun" ? { status } : { status, statusMessage };
    const patched = await this.#client.patch(
      resources[child.kind],
      { namespace, name: child.name },
      { type: "merge", body: { spec } },
    );
    if (!patched.ok) return undefined;
    this.#adopt(patched.value);
    return patched.value;
  }
}

function isOwnedBy(child: K8sObject, uid: string | undefined): boolean {
  return child.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.controller === true) === true;
}
