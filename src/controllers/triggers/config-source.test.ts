import { deepEqual, equal, match } from "node:assert/strict";
import { test } from "node:test";
import { ConfigSource } from "./config-source.ts";
import { defaultControllerFlags } from "./controller-flags.ts";

const env = { CONFIG_LOGGING_NAME: "my-logging", METRICS_PROMETHEUS_PORT: "9000" };

test("before any ConfigMap is seen the built-in defaults hold", () => {
  const { defaults, features, logging, observability } = new ConfigSource(defaultControllerFlags, {}, "d").current;
  equal(defaults.serviceAccount, "default");
  equal(features.labelsExclusionPattern, "");
  equal(logging, "");
  match(observability, /"protocol":"none"/);
});

test("a map counts under its configured name only", () => {
  const source = new ConfigSource(defaultControllerFlags, env, "d");
  source.update("config-logging", { "zap-logger-config": "{}" });
  equal(source.current.logging, "");
  source.update("my-logging", { "zap-logger-config": "{}" });
  equal(source.current.logging, '{"zap-logger-config":"{}"}');
});

test("the journal of listeners: the flag's, unless the ConfigMap says another", () => {
  const source = new ConfigSource({ ...defaultControllerFlags, journal: "emptyDir" }, env, "d");
  equal(source.current.journal, "emptyDir");
  source.update("config-defaults-triggers", { "default-journal": "claim:events" });
  equal(source.current.journal, "claim:events");
  const refused = source.update("config-defaults-triggers", { "default-journal": "disk" });
  match(refused.ok ? "" : refused.error, /default-journal: "disk" is none of memory, emptyDir/);
  equal(source.current.journal, "claim:events");
  source.update("config-defaults-triggers", {});
  equal(source.current.journal, "emptyDir");
});

test("a bad update leaves the value before it in force", () => {
  const source = new ConfigSource(defaultControllerFlags, env, "d");
  source.update("config-defaults-triggers", { "default-run-as-user": "7" });
  const refused = source.update("config-defaults-triggers", { "default-run-as-user": "root" });
  match(refused.ok ? "" : refused.error, /config-defaults-triggers: failed parsing runAsUser config "root"/);
  equal(source.current.defaults.runAsUser, 7);
  equal(source.update("feature-flags-triggers", { "labels-exclusion-pattern": "(?=x)" }).ok, false);
  equal(source.update("my-logging", { "loglevel.x": "loud" }).ok, false);
  equal(source.update("config-observability", { "metrics-protocol": "grpc" }).ok, false);
  equal(source.update("someone-elses", { "default-run-as-user": "root" }).ok, true);
});

test("observability that is bad from the start gives empty sections, until it is mended", () => {
  const source = new ConfigSource(defaultControllerFlags, env, "d");
  const bad = { "metrics-protocol": "grpc" };
  source.update("config-observability", bad);
  const empty = '{"tracing":{},"metrics":{},"runtime":{},"enableSinkEventErrorReporting":false}';
  equal(source.current.observability, empty);
  source.update("config-observability", { "metrics-protocol": "prometheus" });
  match(source.current.observability, /"protocol":"prometheus"/);
  source.update("config-observability", bad);
  match(source.current.observability, /"protocol":"prometheus"/);
});

test("defaults and feature flags are needed to start, under their configured names", () => {
  const renamed = { CONFIG_DEFAULTS_NAME: "my-defaults" };
  deepEqual(new ConfigSource(defaultControllerFlags, renamed, "d").required, ["my-defaults", "feature-flags-triggers"]);
});
