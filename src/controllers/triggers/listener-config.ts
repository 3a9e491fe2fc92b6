import type { TriggersDefaults, TriggersFeatures } from "../../api/triggers/configuration.ts";
import type { ControllerFlags } from "./controller-flags.ts";

/** Everything besides the EventListener that decides what is deployed for it. */
export interface ListenerConfig {
  readonly flags: ControllerFlags;
  readonly env: ControllerEnv;
  readonly defaults: TriggersDefaults;
  readonly features: TriggersFeatures;
  /** Value of `K_LOGGING_CONFIG`; may be empty. */
  readonly logging: string;
  /** Value of `K_OBSERVABILITY_CONFIG`. */
  readonly observability: string;
  /** Such as `cluster.local`. */
  readonly clusterDomain: string;
  /** Where sinks keep accepted events, unless their EventListener says so itself: as `-el-journal` has it. */
  readonly journal: string;
}

/** The controller's own environment as far as it is handed on to sinks; empty when not set. */
export interface ControllerEnv {
  readonly metricsPort: string;
  readonly kubernetesMinVersion: string;
}

/** Reads what sinks get of the controller's environment. */
export function readControllerEnv(env: Readonly<Record<string, string | undefined>>): ControllerEnv {
  return {
    metricsPort: env["METRICS_PROMETHEUS_PORT"] ?? "",
    kubernetesMinVersion: env["KUBERNETES_MIN_VERSION"] ?? "",
  };
}
