import { type ConfigMaps, configMapNames } from "../src/api/triggers/configuration.ts";
import { ConfigSource } from "../src/controllers/triggers/config-source.ts";
import type { ControllerFlags } from "../src/controllers/triggers/controller-flags.ts";
import type { ListenerConfig } from "../src/controllers/triggers/listener-config.ts";
import { ok, type Result } from "../src/result.ts";

/** The configuration of a fresh controller; the error is about a ConfigMap without which it does not start. */
export function listenerConfig(given: {
  readonly flags: ControllerFlags;
  readonly env: Readonly<Record<string, string>>;
  readonly configMaps: ConfigMaps;
}): Result<ListenerConfig, string> {
  const names = {
    CONFIG_LOGGING_NAME: configMapNames.logging,
    CONFIG_OBSERVABILITY_NAME: configMapNames.observability,
  };
  const source = new ConfigSource(given.flags, { ...names, ...given.env }, "cluster.local");
  for (const [name, data = {}] of Object.entries(given.configMaps)) {
    const taken = source.update(name, data);
    if (!taken.ok && source.required.includes(name)) return taken;
  }
  return ok(source.current);
}
