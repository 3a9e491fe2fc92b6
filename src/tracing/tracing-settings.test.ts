import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { tracingFromConfigMap, tracingFromEnv, tracingFromObservability } from "./tracing-settings.ts";

const settings = { url: "http://c:4318/v1/traces", headers: {}, samplingRate: 1, serviceName: "t" };
const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://c:4318" };
const own = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://c:4318/mine" };

const environments: readonly { name: string; env: Readonly<Record<string, string>>; want: unknown }[] = [
  { name: "nothing", env: {}, want: undefined },
  { name: "an endpoint for all signals", env: endpoint, want: settings },
  {
    name: "one with a path",
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: "https://c/otlp/" },
    want: { ...settings, url: "https://c/otlp/v1/traces" },
  },
  {
    name: "one for traces, taken as it is",
    env: { ...endpoint, ...own },
    want: { ...settings, url: "http://c:4318/mine" },
  },
  { name: "switched off", env: { ...endpoint, OTEL_SDK_DISABLED: "true" }, want: undefined },
  { name: "no traces", env: { ...endpoint, OTEL_TRACES_EXPORTER: "none" }, want: undefined },
  { name: "a name", env: { ...endpoint, OTEL_SERVICE_NAME: "ci" }, want: { ...settings, serviceName: "ci" } },
  {
    name: "headers",
    env: { ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: "a=1%202, b=%zz,c" },
    want: { ...settings, headers: { a: "1 2", b: "%zz" } },
  },
  { name: "never", env: { ...endpoint, OTEL_TRACES_SAMPLER: "always_off" }, want: { ...settings, samplingRate: 0 } },
  {
    name: "a ratio",
    env: { ...endpoint, OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.25" },
    want: { ...settings, samplingRate: 0.25 },
  },
];

for (const { name, env, want } of environments) {
  test(`environment: ${name}`, () => deepEqual(tracingFromEnv(env, "t"), { ok: true, value: want }));
}

const wrong: readonly (readonly [env: Readonly<Record<string, string>>, error: string])[] = [
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "c:4318" }, '"c:4318" is no http or https URL to send traces to'],
  [
    { ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" },
    "OTEL_EXPORTER_OTLP_PROTOCOL grpc: traces are sent over HTTP only",
  ],
  [
    { ...endpoint, OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "2" },
    "OTEL_TRACES_SAMPLER traceidratio with argument 2: known are always_on, always_off, traceidratio 0..1",
  ],
];

for (const [env, error] of wrong) test(error, () => deepEqual(tracingFromEnv(env, "t"), { ok: false, error }));

const told: readonly { name: string; tracing: unknown; want: unknown }[] = [
  { name: "nothing", tracing: undefined, want: { ok: true, value: undefined } },
  { name: "none", tracing: { protocol: "none" }, want: { ok: true, value: undefined } },
  {
    name: "HTTP",
    tracing: { protocol: "http/protobuf", endpoint: "http://c:4318", samplingRate: 0.5 },
    want: { ok: true, value: { ...settings, samplingRate: 0.5 } },
  },
  {
    name: "HTTP with a path",
    tracing: { protocol: "http/protobuf", endpoint: "http://c/x" },
    want: { ok: true, value: { ...settings, url: "http://c/x", samplingRate: 0 } },
  },
  {
    name: "gRPC",
    tracing: { protocol: "grpc", endpoint: "c:4317" },
    want: { ok: false, error: "tracing-protocol grpc: traces are sent over HTTP only" },
  },
];

for (const { name, tracing, want } of told) {
  test(`K_OBSERVABILITY_CONFIG: ${name}`, () =>
    deepEqual(tracingFromObservability(JSON.stringify({ tracing }), "t"), want));
}

test("K_OBSERVABILITY_CONFIG: text that is no JSON says nothing", () => {
  for (const text of ["", "{"]) deepEqual(tracingFromObservability(text, "t"), { ok: true, value: undefined });
});

test("config-tracing: off unless enabled, Tekton's endpoint unless another is given", () => {
  const value = (data: Readonly<Record<string, string>>) => tracingFromConfigMap(data, undefined, "t");
  deepEqual(value({}), { ok: true, value: undefined });
  deepEqual(value({ enabled: "false", endpoint: "http://c" }), { ok: true, value: undefined });
  const url = "http://jaeger-collector.jaeger.svc.cluster.local:4318/v1/traces";
  deepEqual(value({ enabled: "true" }), { ok: true, value: { ...settings, url } });
});
