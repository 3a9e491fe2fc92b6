import {
  configMapNames,
  parseDefaults,
  parseFeatures,
  type TriggersDefaults,
  type TriggersFeatures,
} from "../../api/triggers/configuration.ts";
import { parseObservability, sinkObservabilityConfig } from "../../api/triggers/observability.ts";
import { levelsOf, sinkLoggingConfig } from "../../api/triggers/sink-logging.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ControllerFlags } from "./controller-flags.ts";
import { type ListenerConfig, readControllerEnv } from "./listener-config.ts";
import { journalIn } from "./listener-journal.ts";

type Env = Readonly<Record<string, string | undefined>>;
type Data = Readonly<Record<string, string>>;

/** Under which names the ConfigMaps are looked for (spec: resources, section 9). */
interface Names {
  readonly defaults: string;
  readonly features: string;
  readonly logging: string;
  readonly observability: string;
}

/**
 * The configuration that listeners are deployed with, kept current as ConfigMaps change. One that turns bad leaves the
 * value before it in force; a change takes effect when a listener is next reconciled. What is bad from the start:
 * without defaults and feature flags that can be read a controller does not start, logging is off, and of observability
 * sinks get empty sections (spec: controller, section 3).
 */
export class ConfigSource {
  readonly #base: Pick<ListenerConfig, "flags" | "env" | "clusterDomain">;
  readonly #names: Names;
  #defaults: TriggersDefaults | undefined;
  #features: TriggersFeatures | undefined;
  #journal: string | undefined;
  #logging: string | undefined;
  #observability: string | undefined;

  constructor(flags: ControllerFlags, env: Env, clusterDomain: string) {
    this.#base = { flags, env: readControllerEnv(env), clusterDomain };
    this.#names = {
      defaults: env["CONFIG_DEFAULTS_NAME"] || configMapNames.defaults,
      features: env["CONFIG_FEATURE_FLAGS_NAME"] || configMapNames.features,
      logging: env["CONFIG_LOGGING_NAME"] || "config-logging",
      observability: env["CONFIG_OBSERVABILITY_NAME"] || "config-observability",
    };
  }

  /** The ConfigMaps without which a controller does not start. */
  get required(): readonly string[] {
    return [this.#names.defaults, this.#names.features];
  }

  /** Takes over the data of a ConfigMap, whichever it is; the error says why it is not. */
  update(name: string, data: Data): Result<undefined, string> {
    const refuse = (error: string) => err(`ConfigMap ${name}: ${error}`);
    if (name === this.#names.defaults) {
      const parsed = parseDefaults(data);
      if (!parsed.ok) return refuse(parsed.error);
      const journal = journalIn(data);
      if (!journal.ok) return refuse(journal.error);
      this.#defaults = parsed.value;
      this.#journal = journal.value;
    }
    if (name === this.#names.features) {
      const parsed = parseFeatures(data);
      if (!parsed.ok) return refuse(parsed.error);
      this.#features = parsed.value;
    }
    if (name === this.#names.logging) {
      const parsed = levelsOf(data);
      if (!parsed.ok) return refuse(parsed.error);
      this.#logging = sinkLoggingConfig(data);
    }
    if (name === this.#names.observability) {
      const parsed = parseObservability(data);
      if (parsed.ok || this.#observability === undefined) this.#observability = sinkObservabilityConfig(data);
      if (!parsed.ok) return refuse(parsed.error);
    }
    return ok(undefined);
  }

  /** The configuration as it is now; ConfigMaps that nobody has seen count as empty. */
  get current(): ListenerConfig {
    return {
      ...this.#base,
      journal: this.#journal ?? this.#base.flags.journal,
      defaults: this.#defaults ?? whenEmpty(parseDefaults()),
      features: this.#features ?? whenEmpty(parseFeatures()),
      logging: this.#logging ?? sinkLoggingConfig({}),
      observability: this.#observability ?? sinkObservabilityConfig({}),
    };
  }
}

function whenEmpty<T>(parsed: Result<T, string>): T {
  if (parsed.ok) return parsed.value;
  throw new Error(`an empty ConfigMap does not parse: ${parsed.error}`);
}
