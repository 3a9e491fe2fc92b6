import { parseGoBool } from "../../json/go-bool.ts";
import { encodeGoNumber, encodeGoString } from "../../json/go-encode.ts";
import { quoteGo } from "../../json/go-print.ts";
import { err, ok, type Result } from "../../result.ts";
import { parseGoDuration } from "../pipelines/go-duration.ts";

/** What a component exports about itself (spec: resources, section 9). Durations are nanoseconds. */
export interface Observability {
  readonly tracing: { readonly protocol: string; readonly endpoint: string; readonly samplingRate: number };
  readonly metrics: { readonly protocol: string; readonly endpoint: string; readonly exportIntervalNs: number };
  readonly runtime: { readonly profiling: string; readonly exportIntervalNs: number };
  readonly sinkEventErrorReporting: boolean;
}

type Data = Readonly<Record<string, string>>;

/** Parses `config-observability-triggers`. */
export function parseObservability(data: Data): Result<Observability, string> {
  const text = (key: string, otherwise: string) => (Object.hasOwn(data, key) ? (data[key] ?? "") : otherwise);

  const metrics = { protocol: text("metrics-protocol", "none"), endpoint: text("metrics-endpoint", "") };
  const metricsError = checkEndpoint(metrics, ["none"], ["prometheus"]);
  if (metricsError !== undefined) return err(metricsError);
  const metricsInterval = readDuration(data, "metrics-export-interval", 0);
  if (!metricsInterval.ok) return metricsInterval;

  const tracing = { protocol: text("tracing-protocol", "none"), endpoint: text("tracing-endpoint", "") };
  const tracingError = checkEndpoint(tracing, ["none", "stdout"], []);
  if (tracingError !== undefined) return err(tracingError);
  const rate = text("tracing-sampling-rate", "0");
  const samplingRate = readFloat(rate);
  if (samplingRate === undefined) return err(`failed to parse "tracing-sampling-rate": ${quoteGo(rate)}`);
  if (!(samplingRate >= 0 && samplingRate <= 1)) return err(`sampling rate ${rate} should be between 0 and 1`);

  const profiling = text("runtime-profiling", "disabled");
  if (profiling !== "enabled" && profiling !== "disabled")
    return err(`unsupported profile setting ${quoteGo(profiling)}`);
  const runtimeInterval = readDuration(data, "runtime-export-interval", 15e9);
  if (!runtimeInterval.ok) return runtimeInterval;

  const reporting = text("sink-event-error-reporting.enable", "false");
  const sinkEventErrorReporting = parseGoBool(reporting);
  if (sinkEventErrorReporting === undefined)
    return err(`failed to parse "sink-event-error-reporting.enable": ${quoteGo(reporting)}`);

  const endpoint = metrics.protocol === "prometheus" && metrics.endpoint === "" ? ":9092" : metrics.endpoint;
  return ok({
    tracing: { ...tracing, samplingRate },
    metrics: { protocol: metrics.protocol, endpoint, exportIntervalNs: metricsInterval.value },
    runtime: { profiling, exportIntervalNs: runtimeInterval.value },
    sinkEventErrorReporting,
  });
}

/** Some protocols need an endpoint, some forbid it, for some it is free. */
function checkEndpoint(
  { protocol, endpoint }: { readonly protocol: string; readonly endpoint: string },
  without: readonly string[],
  free: readonly string[],
): string | undefined {
  if (protocol === "grpc" || protocol === "http/protobuf") {
    return endpoint === "" ? `endpoint should be set when protocol is ${quoteGo(protocol)}` : undefined;
  }
  if (without.includes(protocol)) {
    return endpoint === "" ? undefined : `endpoint should not be set when protocol is ${quoteGo(protocol)}`;
  }
  return free.includes(protocol) ? undefined : `unsupported protocol ${quoteGo(protocol)}`;
}

function readDuration(data: Data, key: string, otherwise: number): Result<number, string> {
  if (!Object.hasOwn(data, key)) return ok(otherwise);
  const text = data[key] ?? "";
  const milliseconds = parseGoDuration(text);
  if (milliseconds === undefined)
    return err(`failed to parse ${quoteGo(key)}: time: invalid duration ${quoteGo(text)}`);
  if (milliseconds < 0) return err(`export interval ${quoteGo(text)} should be greater than zero`);
  return ok(Math.round(milliseconds * 1e6));
}

function readFloat(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}

/** The value of `K_OBSERVABILITY_CONFIG`; a map that is invalid gives empty sections. */
export function sinkObservabilityConfig(data: Data): string {
  const parsed = parseObservability(data);
  if (!parsed.ok) return '{"tracing":{},"metrics":{},"runtime":{},"enableSinkEventErrorReporting":false}';
  const { tracing, metrics, runtime, sinkEventErrorReporting } = parsed.value;
  const sections = [
    `"tracing":${section({ protocol: tracing.protocol, endpoint: tracing.endpoint, samplingRate: tracing.samplingRate })}`,
    `"metrics":${section({ protocol: metrics.protocol, endpoint: metrics.endpoint, exportInterval: metrics.exportIntervalNs })}`,
    `"runtime":${section({ profiling: runtime.profiling, exportInterval: runtime.exportIntervalNs })}`,
    `"enableSinkEventErrorReporting":${sinkEventErrorReporting}`,
  ];
  return `{${sections.join(",")}}`;
}

/** Empty fields are left out. */
function section(fields: Readonly<Record<string, string | number>>): string {
  const given = Object.entries(fields).filter(([, value]) => value !== "" && value !== 0);
  const members = given.map(
    ([key, value]) => `"${key}":${typeof value === "string" ? encodeGoString(value) : encodeGoNumber(value)}`,
  );
  return `{${members.join(",")}}`;
}
