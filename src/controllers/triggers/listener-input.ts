import { type ConfigMaps, configMapNames, parseDefaults, parseFeatures } from "../../api/triggers/configuration.ts";
import { defaultEventListener } from "../../api/triggers/defaulting.ts";
import { decodeStruct } from "../../api/triggers/go-decode.ts";
import { structOf } from "../../api/triggers/go-type.ts";
import { parsedJson } from "../../api/triggers/json-source.ts";
import type { EventListener } from "../../api/triggers/objects.ts";
import { sinkObservabilityConfig } from "../../api/triggers/observability.ts";
import { sinkLoggingConfig } from "../../api/triggers/sink-logging.ts";
import { triggersTypes } from "../../api/triggers/trigger-types.ts";
import type { JsonValue } from "../../json/value.ts";
import { ok, type Result } from "../../result.ts";
import type { ControllerFlags } from "./controller-flags.ts";
import { type ListenerConfig, readControllerEnv } from "./listener-config.ts";
import { journalIn } from "./listener-journal.ts";

/** EventListeners are read in this version, whichever they were written in. */
export const listenerStruct = structOf(triggersTypes.v1beta1, "EventListener");

/** An EventListener as the reconciler sees it: unknown fields ignored, defaults applied. */
export function decodeListener(object: JsonValue, config: ListenerConfig): Result<EventListener, string> {
  const decoded = decodeStruct(listenerStruct, object, parsedJson, { strict: false });
  if (!decoded.ok) return decoded;
  return ok(defaultEventListener(decoded.value as EventListener, "v1beta1", config.defaults));
}

/** Reads ConfigMaps and environment; the error names a ConfigMap with which a controller does not start. */
export function readListenerConfig(input: {
  readonly flags: ControllerFlags;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly configMaps: ConfigMaps;
  readonly clusterDomain: string;
}): Result<ListenerConfig, string> {
  const { flags, env, configMaps, clusterDomain } = input;
  const defaults = parseDefaults(configMaps[configMapNames.defaults]);
  if (!defaults.ok) return defaults;
  const journal = journalIn(configMaps[configMapNames.defaults] ?? {});
  if (!journal.ok) return journal;
  const features = parseFeatures(configMaps[configMapNames.features]);
  if (!features.ok) return features;
  return ok({
    flags,
    env: readControllerEnv(env),
    defaults: defaults.value,
    features: features.value,
    logging: sinkLoggingConfig(configMaps[configMapNames.logging] ?? {}),
    observability: sinkObservabilityConfig(configMaps[configMapNames.observability] ?? {}),
    clusterDomain,
    journal: journal.value ?? flags.journal,
  });
}
