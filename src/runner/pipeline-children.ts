import type { K8sObject } from "../api/object.ts";
import type { ChildReference } from "../api/pipelines/runs.ts";
import { type ChildState, childStateOf } from "../pipelines/child-state.ts";
import type { PipelineGraph } from "../pipelines/pipeline-graph.ts";

/** What is known of the children of one PipelineRun, by task. */
export class PipelineChildren {
  readonly #states = new Map<string, Map<string, ChildState>>();
  readonly #displayNames = new Map<string, string>();
  #count = 0;
  /** `status.childReferences`, made anew only when there are more children. */
  #references: { readonly children: number; readonly list: readonly ChildReference[] } = { children: 0, list: [] };

  /** How many tasks have children. */
  get tasks(): number {
    return this.#states.size;
  }

  /** Takes a new or changed child over. */
  take(child: K8sObject): void {
    const task = child.metadata.labels?.["tekton.dev/pipelineTask"];
    if (task === undefined) return;
    const states = this.#states.get(task) ?? new Map<string, ChildState>();
    const name = child.metadata.name ?? "";
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

  /** What a child that is about to be created is called where people see it. */
  nameForPeople(child: string, displayName: string): void {
    this.#displayNames.set(child, displayName);
  }

  byTask(): ReadonlyMap<string, readonly ChildState[]> {
    return new Map([...this.#states].map(([task, states]) => [task, [...states.values()]]));
  }

  /** `status.childReferences`, in the pipeline's order; those that an earlier process told keep their display names. */
  references(graph: PipelineGraph, told: readonly ChildReference[] | undefined): readonly ChildReference[] {
    if (this.#references.children === this.#count) return this.#references.list;
    const named = new Map(told?.map((child) => [child.name, child.displayName]));
    const list = [...graph.byName.values()].flatMap(({ task }) =>
      [...(this.#states.get(task.name)?.values() ?? [])].map((child): ChildReference => {
        const displayName = this.#displayNames.get(child.name) ?? named.get(child.name);
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
