import { basename } from "node:path";
import type { K8sObject } from "../../src/api/object.ts";
import type { ConfigMaps } from "../../src/api/triggers/configuration.ts";
import { defaultControllerFlags } from "../../src/controllers/triggers/controller-flags.ts";
import { reconcileListener } from "../../src/controllers/triggers/reconcile-listener.ts";
import type { JsonObject, JsonValue } from "../../src/json/value.ts";
import { type Action, FakeApiServer } from "../fake-api-server.ts";
import { listenerConfig } from "../listener-config.ts";
import { readVectors, valueOutcome } from "../resource-vectors.ts";
import type { CaseOutcome, ConformanceSet } from "../set.ts";

interface Vector {
  readonly name: string;
  readonly eventListener: K8sObject;
  readonly eventListenerAbsent?: boolean;
  readonly existing: readonly K8sObject[];
  readonly hidden?: readonly K8sObject[];
  readonly fail?: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly configMaps: ConfigMaps;
  readonly expect: {
    readonly error: string;
    readonly errorMatch?: "prefix";
    readonly actions: readonly Action[];
    readonly objects?: readonly K8sObject[];
    readonly status?: JsonObject;
    readonly events?: readonly string[];
  };
}

/** One reconcile of an EventListener against given state. */
export const set: ConformanceSet = {
  claim: (path) => (basename(path) === "reconcile-flow.json" ? "reconcile-flow" : undefined),
  async *run(_name, files) {
    for (const vector of readVectors<Vector>(files)) yield await run(vector);
  },
};

async function run(vector: Vector): Promise<CaseOutcome> {
  const { name, eventListener, eventListenerAbsent = false, existing, hidden = [], fail = {}, env, expect } = vector;
  const config = listenerConfig({ flags: defaultControllerFlags, env, configMaps: vector.configMaps });
  if (!config.ok) return { name, passed: false, diff: config.error };

  const listeners = eventListenerAbsent ? [] : [eventListener];
  const server = new FakeApiServer([...listeners, ...existing, ...hidden], fail);
  const cached = (apiVersion: string, kind: string) => (namespace: string, objectName: string) =>
    existing.find(
      (object) =>
        object.apiVersion === apiVersion &&
        object.kind === kind &&
        object.metadata.namespace === namespace &&
        object.metadata.name === objectName,
    );
  const events: string[] = [];
  const result = await reconcileListener(listeners[0], {
    client: server,
    cache: { deployment: cached("apps/v1", "Deployment"), service: cached("v1", "Service") },
    config: config.value,
    now: () => "2026-01-02T03:04:05Z",
    warn: (_object, reason, message) => events.push(`Warning ${reason} ${message}`),
    log: () => undefined,
  });

  const error = result.ok ? "" : result.error;
  const { errorMatch, ...want } = expect;
  const after = server.objects.find(({ kind }) => kind === "EventListener");
  const got = {
    error: errorMatch === "prefix" ? error.slice(0, expect.error.length) : error,
    actions: inGroups(server.actions),
    objects: byName(server.objects.filter(({ kind }) => kind !== "EventListener")),
    status: after === undefined ? undefined : timeless(after["status"] ?? { configuration: { generatedName: "" } }),
    events,
  };
  const wanted: Record<string, unknown> = { ...want, actions: inGroups(want.actions) };
  if (want.objects !== undefined) wanted["objects"] = byName(want.objects);
  // What a vector does not state it does not pin.
  const stated = Object.fromEntries(Object.entries(got).filter(([key]) => wanted[key] !== undefined));
  return valueOutcome(name, wanted, stated);
}

/** The order between core and apps, custom resources and EventListeners is not pinned. */
function inGroups(actions: readonly Action[]): readonly Action[] {
  const rank = ({ group }: Action) =>
    group === undefined || group === "apps" ? 0 : group === "triggers.tekton.dev" ? 2 : 1;
  return [...actions].sort((a, b) => rank(a) - rank(b));
}

function byName(objects: readonly K8sObject[]): readonly unknown[] {
  const key = ({ apiVersion, kind, metadata }: K8sObject) => `${apiVersion} ${kind} ${metadata.name}`;
  return [...objects].sort((a, b) => (key(a) < key(b) ? -1 : 1)).map(timeless);
}

/** Without the times of conditions, which Go's types write as null when they are not given. */
function timeless(value: unknown): unknown {
  const text = JSON.stringify(value, (key, each: JsonValue) =>
    key === "lastTransitionTime" || (key === "lastUpdateTime" && each === null) ? undefined : each,
  );
  return JSON.parse(text) as unknown;
}
