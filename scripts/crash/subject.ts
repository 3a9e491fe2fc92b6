import type { K8sObject, Resource } from "../../src/api/object.ts";
import type { KubeClient } from "../../src/kube/client.ts";

/** What became of one stored event. */
export interface EventOutcome {
  readonly isFinished: boolean;
  readonly verdicts: readonly { readonly trigger: string; readonly state: string }[];
}

/** What is killed again and again. */
export interface Subject {
  /** Where events go. */
  readonly target: { readonly port: number; readonly path: string };
  /** Begins a life; resolves when events can be sent. */
  start(): Promise<void>;
  kill(): Promise<void>;
  /** Disturbs what the process needs; resolves when that is over. */
  disturb?(): Promise<void>;
  /** What became of each event that is stored, by its ID, once all have come to an end or after a long time. */
  outcomes(): Promise<ReadonlyMap<string, EventOutcome>>;
  /** The PipelineRuns that are there. */
  runs(): Promise<readonly K8sObject[]>;
  /** Ends everything and removes what is on disk. */
  dispose(): Promise<void>;
}

export const pipelineRuns: Resource = { group: "tekton.dev", version: "v1", resource: "pipelineruns" };

/** All objects of the namespace `default`, page by page. */
export async function listAll(client: KubeClient, resource: Resource): Promise<readonly K8sObject[]> {
  const items: K8sObject[] = [];
  for (let token: string | undefined; ; ) {
    const page = await client.list(resource, {
      namespace: "default",
      limit: 1_000,
      ...(token === undefined ? {} : { continue: token }),
    });
    if (!page.ok) throw new Error(page.error.message);
    items.push(...page.value.items);
    token = page.value.continue;
    if (token === undefined || token === "") return items;
  }
}
