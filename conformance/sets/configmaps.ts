import { basename } from "node:path";
import { type ConfigMaps, configMapNames, parseDefaults, parseFeatures } from "../../src/api/triggers/configuration.ts";
import { sinkObservabilityConfig } from "../../src/api/triggers/observability.ts";
import { sinkLoggingConfig } from "../../src/api/triggers/sink-logging.ts";
import { readVectors, valueOutcome } from "../resource-vectors.ts";
import type { ConformanceSet } from "../set.ts";

interface Vector {
  readonly name: string;
  readonly parse: "defaults" | "features" | "env";
  readonly data?: Readonly<Record<string, string>>;
  readonly configMaps?: ConfigMaps;
  readonly result?: unknown;
  readonly error?: string;
}

/** Parsing of the ConfigMaps that change behaviour. */
export const set: ConformanceSet = {
  claim: (path) => (basename(path) === "configmaps.json" ? "configmaps" : undefined),
  async *run(_name, files) {
    for (const vector of readVectors<Vector>(files)) {
      const { name, result, error } = vector;
      yield valueOutcome(name, { result, error }, parse(vector));
    }
  },
};

function parse({ parse: what, data, configMaps = {} }: Vector): { readonly result?: unknown; readonly error?: string } {
  switch (what) {
    case "defaults": {
      const parsed = parseDefaults(data);
      if (!parsed.ok) return { error: parsed.error };
      const { runAsUser = null, runAsGroup = null, fsGroup = null, ...rest } = parsed.value;
      return { result: { ...rest, runAsUser, runAsGroup, fsGroup } };
    }
    case "features": {
      const parsed = parseFeatures(data);
      if (!parsed.ok) return { error: parsed.error };
      const { enableApiFields: enableAPIFields, labelsExclusionPattern } = parsed.value;
      return { result: { enableAPIFields, labelsExclusionPattern } };
    }
    case "env": {
      const logging = sinkLoggingConfig(configMaps[configMapNames.logging] ?? {});
      const observability = sinkObservabilityConfig(configMaps[configMapNames.observability] ?? {});
      return { result: [env("K_LOGGING_CONFIG", logging), env("K_OBSERVABILITY_CONFIG", observability)] };
    }
    default:
      return what satisfies never;
  }
}

function env(name: string, value: string): { readonly name: string; readonly value?: string } {
  return value === "" ? { name } : { name, value };
}
