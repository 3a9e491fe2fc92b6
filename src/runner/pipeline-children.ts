import type { K8sObject } from "../api/object.ts";
import type { ChildReference } from "../api/pipelines/runs.ts";
import { type ChildState, childStateOf } from "../pipelines/child-state.ts";
import type { PipelineGraph } from "../pipelines/pipeline-graph.ts";

interface KnownChild {
  /** Its pipeline task. */
  readonly task: string;
  readonly displayName?: string;
}

/** What is known of the children of one PipelineRun, by task. */
export class PipelineChildren {
  readonly #states = new Map<string, Map<string, ChildState>>();
  /** By name: what is known of a child beside its object, whose labels others may change. */
  readonly #known = new Map<string, KnownChild>();
  #count = 0;
  /** `status.childReferences`, made anew only when there are more children. */
  #references: { readonly children: number; readonly list: readonly ChildReference[] } = { children: 0, list: [] };

  /** How many tasks have children. */
  get tasks(): number {
    return this.#states.size;
  }

  /** Takes a new or changed child over. */
  take(child: K8sObject): void {
    const name = child.metadata.name ?? "";
    const task = this.#known.get(name)?.task ?? child.metadata.labels?.["tekton.dev/pipelineTask"];
    if (task === undefined) return;
    const states = this.#states.get(task) ?? new Map<string, ChildState>();
    const known = states.get(name);
    const state = childStateOf(child);
    // A cancelled child may come by once more as it was before.
    if (known !== undefined && known.status !== "Unknown" && state.status === "Unknown") return;
    if (known === undefined) this.#count++;
    states.set(name, {
      ...state,
      cancelRequested: state.cancelRequested || known?.cancelRequested === true,
      cancelledByTimeout: state.cancelledByTimeout || known?.cancelledByTimeout === true,
    });
    this.#states.set(task, states);
  }

  /** Whose child it is that is about to be created, and what it is called where people see it. */
  expect(child: string, known: KnownChild): void {
    this.#known.set(child, known);
  }

  /** Remembers what an earlier process told of its children. */
  recall(told: readonly ChildReference[]): void {
    for (const { name, pipelineTaskName: task, displayName } of told) {
      this.#known.set(name, { task, ...(displayName === undefined ? {} : { displayName }) });
    }
  }

  byTask(): ReadonlyMap<string, readonly ChildState[]> {
    return new Map([...this.#states].map(([task, states]) => [task, [...states.values()]]));
  }

  /** `status.childReferences`, in the pipeline's order. */
  references(graph: PipelineGraph): readonly ChildReference[] {
    if (this.#references.children === this.#count) return this.#references.list;
    const list = [...graph.byName.values()].flatMap(({ task }) =>
      [...(this.#states.get(task.name)?.values() ?? [])].map((child): ChildReference => {
        const displayName = this.#known.get(child.name)?.displayName;
        return {
          apiVersion: child.apiVersion,
          kind: child.kind,
          name: child.name,
          ...(displayName === undefined ? {} : { displayName }),
          pipelineTaskName: task.name,
          ...(task.when === undefined || task.when.length === 0 ? {} : { whenExpressions: task.when }),
        };
      }),
    );
    this.#references = { children: this.#count, list };
    return list;
  }
}
