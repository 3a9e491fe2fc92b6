import { basename } from "node:path";
import type { ConfigMaps } from "../../src/api/triggers/configuration.ts";
import { parseControllerFlags } from "../../src/controllers/triggers/controller-flags.ts";
import { buildCustomResource, encodeWithPod } from "../../src/controllers/triggers/listener-custom-resource.ts";
import { buildDeployment } from "../../src/controllers/triggers/listener-deployment.ts";
import { decodeListener } from "../../src/controllers/triggers/listener-input.ts";
import { buildService, listenerAddress } from "../../src/controllers/triggers/listener-service.ts";
import type { JsonValue } from "../../src/json/value.ts";
import { listenerConfig } from "../listener-config.ts";
import { readVectors, valueOutcome } from "../resource-vectors.ts";
import type { CaseOutcome, ConformanceSet } from "../set.ts";

interface Vector {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly configMaps: ConfigMaps;
  readonly eventListener: JsonValue;
  readonly deployment?: unknown;
  readonly deploymentError?: string;
  readonly service?: unknown;
  readonly addressURL?: string;
  readonly customResource?: unknown;
  readonly error?: string;
  readonly errorMatch?: "prefix";
}

/** The objects that are built for an EventListener. */
export const set: ConformanceSet = {
  claim: (path) => (basename(path) === "reconcile.json" ? "reconcile" : undefined),
  async *run(_name, files) {
    for (const vector of readVectors<Vector>(files)) yield run(vector);
  },
};

function run(vector: Vector): CaseOutcome {
  const { name, args, env, configMaps, eventListener, errorMatch, ...rest } = vector;
  const flags = parseControllerFlags(args);
  if (!flags.ok) return { name, passed: false, diff: flags.error };
  const config = listenerConfig({ flags: flags.value, env, configMaps });
  if (!config.ok) return { name, passed: false, diff: config.error };
  const listener = decodeListener(eventListener, config.value);
  if (!listener.ok) return { name, passed: false, diff: listener.error };

  const custom = listener.value.spec?.resources?.customResource;
  if (custom !== undefined) {
    const built = buildCustomResource(listener.value, custom, config.value);
    if (built.ok) return valueOutcome(name, rest, { customResource: encodeWithPod(built.value) });
    const error = errorMatch === "prefix" ? built.error.slice(0, vector.error?.length) : built.error;
    return valueOutcome(name, rest, { error });
  }
  const deployment = buildDeployment(listener.value, config.value);
  return valueOutcome(name, rest, {
    ...(deployment.ok ? { deployment: untyped(deployment.value) } : { deploymentError: deployment.error }),
    service: untyped(buildService(listener.value, config.value)),
    addressURL: listenerAddress(listener.value, config.value),
  });
}

function untyped(object: object): unknown {
  return { ...object, apiVersion: undefined, kind: undefined };
}
