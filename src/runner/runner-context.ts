import type { PipelinesConfiguration } from "../api/pipelines/configuration.ts";
import type { KubeClient } from "../kube/client.ts";
import type { LogStore } from "../store/log-store.ts";
import type { ClaimFolders } from "./claim-folders.ts";
import type { CloudEvents } from "./cloud-events.ts";
import type { EventRecorder } from "./event-recorder.ts";
import type { Runtime } from "./pod-plan.ts";
import type { PodSlots } from "./pod-slots.ts";
import type { RunTracing } from "./run-tracing.ts";
import type { SpecSources } from "./spec-sources.ts";

/** Where the runner tells its operator what it cannot tell in an object's status. */
export interface RunnerLog {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** What all parts of the runner share. */
export interface RunnerContext {
  readonly client: KubeClient;
  readonly runtime: Runtime;
  readonly logs: LogStore;
  readonly log: RunnerLog;
  /** Aborts when the runner ends: nothing is written any more. */
  readonly signal: AbortSignal;
  readonly nodeName: string;
  /** Whether values of secrets that a run names are hidden in its logs. */
  readonly maskSecrets: boolean;
  readonly slots: PodSlots;
  readonly claims: ClaimFolders;
  /** Where Tektite keeps its keys and databases: no pod may see it. */
  readonly dataDir: string;
  readonly events: EventRecorder;
  readonly cloudEvents: CloudEvents;
  readonly specs: SpecSources;
  readonly tracing: RunTracing;
  configuration(): PipelinesConfiguration;
}

/** Now, as statuses hold times: RFC 3339, whole seconds, UTC. */
export function timestamp(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
