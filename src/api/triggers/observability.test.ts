import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { sinkObservabilityConfig } from "./observability.ts";

const nothing = { tracing: {}, metrics: {}, runtime: {}, enableSinkEventErrorReporting: false };
const plain = {
  tracing: { protocol: "none" },
  metrics: { protocol: "none" },
  runtime: { profiling: "disabled", exportInterval: 15_000_000_000 },
  enableSinkEventErrorReporting: false,
};

const vectors: readonly { name: string; data: Record<string, string>; want: object }[] = [
  { name: "nothing set", data: {}, want: plain },
  { name: "keys of others", data: { _example: "x" }, want: plain },
  {
    name: "a listening port for prometheus",
    data: { "metrics-protocol": "prometheus", "metrics-endpoint": ":1", "metrics-export-interval": "1.5s" },
    want: { ...plain, metrics: { protocol: "prometheus", endpoint: ":1", exportInterval: 1_500_000_000 } },
  },
  {
    name: "tracing",
    data: { "tracing-protocol": "http/protobuf", "tracing-endpoint": "http://x?a&b", "tracing-sampling-rate": "1e-1" },
    want: { ...plain, tracing: { protocol: "http/protobuf", endpoint: "http://x?a&b", samplingRate: 0.1 } },
  },
  {
    name: "an interval of 0 is left out",
    data: { "runtime-export-interval": "0" },
    want: { ...plain, runtime: { profiling: "disabled" } },
  },
  {
    name: "error reporting",
    data: { "sink-event-error-reporting.enable": "T" },
    want: { ...plain, enableSinkEventErrorReporting: true },
  },
  ...[
    { "metrics-protocol": "stdout" },
    { "metrics-protocol": "" },
    { "metrics-protocol": "GRPC", "metrics-endpoint": "x" },
    { "tracing-protocol": "prometheus" },
    { "tracing-protocol": "stdout", "tracing-endpoint": "x" },
    { "tracing-sampling-rate": "-0.1" },
    { "tracing-sampling-rate": "half" },
    { "runtime-profiling": "true" },
    { "runtime-export-interval": "-1s" },
    { "metrics-export-interval": "" },
    { "sink-event-error-reporting.enable": "yes" },
  ].map((data) => ({ name: JSON.stringify(data), data: data as Record<string, string>, want: nothing })),
];

for (const { name, data, want } of vectors) {
  test(name, () => deepEqual(JSON.parse(sinkObservabilityConfig(data)), want));
}
