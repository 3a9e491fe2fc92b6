const loggingConfig = JSON.stringify({ level: "info", encoding: "json" });

/** The ConfigMaps of the components by name, with the values that Tekton ships (spec: resources, section 9). */
export function shippedSettings(version: string): Readonly<Record<string, Readonly<Record<string, string>>>> {
  return {
    "config-defaults-triggers": { "default-service-account": "default" },
    "feature-flags-triggers": { "enable-api-fields": "stable", "labels-exclusion-pattern": "" },
    "config-logging-triggers": { "zap-logger-config": loggingConfig, "loglevel.eventlistener": "info" },
    "config-observability-triggers": { "metrics-protocol": "prometheus" },
    "triggers-info": { version: `v${version}` },
  };
}
