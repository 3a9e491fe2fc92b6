import { type JsonValue, member } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";

/** Where traces go. */
export interface TracingSettings {
  /** Takes OTLP over HTTP: `http://collector:4318/v1/traces`. */
  readonly url: string;
  /** Such as credentials. */
  readonly headers: Readonly<Record<string, string>>;
  /** From 0 to 1: of traces that begin here, how many are recorded. */
  readonly samplingRate: number;
  /** Under this name the process appears. */
  readonly serviceName: string;
}

/** Undefined: no traces are wanted. The error says why they cannot be had. */
export type TracingRead = Result<TracingSettings | undefined, string>;

type Env = Readonly<Record<string, string | undefined>>;

const tracesPath = "/v1/traces";
/** Where Tekton's `config-tracing` sends traces when it does not say. */
const tektonEndpoint = "http://jaeger-collector.jaeger.svc.cluster.local:4318/v1/traces";

/** OpenTelemetry's own environment variables, as far as they concern traces over HTTP. */
export function tracingFromEnv(env: Env, serviceName: string): TracingRead {
  const own = env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] ?? "";
  const shared = env["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? "";
  const isOff = env["OTEL_SDK_DISABLED"] === "true" || env["OTEL_TRACES_EXPORTER"] === "none";
  if (isOff || (own === "" && shared === "")) return ok(undefined);
  const protocol = env["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] || env["OTEL_EXPORTER_OTLP_PROTOCOL"] || "http/json";
  if (!protocol.startsWith("http/"))
    return err(`OTEL_EXPORTER_OTLP_PROTOCOL ${protocol}: traces are sent over HTTP only`);
  const url = own === "" ? parseUrl(shared, (path) => `${path.replace(/\/$/, "")}${tracesPath}`) : parseUrl(own);
  if (!url.ok) return url;
  const samplingRate = samplingIn(env);
  if (!samplingRate.ok) return samplingRate;
  const headers = env["OTEL_EXPORTER_OTLP_TRACES_HEADERS"] || env["OTEL_EXPORTER_OTLP_HEADERS"] || "";
  return ok({
    url: url.value,
    headers: headersIn(headers),
    samplingRate: samplingRate.value,
    serviceName: env["OTEL_SERVICE_NAME"] || serviceName,
  });
}

/** What Tekton's controller tells its sinks in `K_OBSERVABILITY_CONFIG` (spec: controller, section 3). */
export function tracingFromObservability(text: string, serviceName: string): TracingRead {
  let tracing: JsonValue | undefined;
  try {
    tracing = member(JSON.parse(text || "{}") as JsonValue, "tracing");
  } catch {
    return ok(undefined);
  }
  const protocol = member(tracing, "protocol") ?? "none";
  const rate = member(tracing, "samplingRate");
  if (protocol === "none" || protocol === "") return ok(undefined);
  if (protocol !== "http/protobuf") return err(`tracing-protocol ${String(protocol)}: traces are sent over HTTP only`);
  const url = parseUrl(String(member(tracing, "endpoint") ?? ""), (path) => (path === "/" ? tracesPath : path));
  if (!url.ok) return url;
  return ok({ url: url.value, headers: {}, samplingRate: typeof rate === "number" ? rate : 0, serviceName });
}

/**
 * Tekton Pipelines' ConfigMap `config-tracing`: `enabled`, `endpoint`, `credentialsSecret`. The credentials are those of
 * that Secret, which the caller has read.
 */
export function tracingFromConfigMap(
  data: Readonly<Record<string, string>>,
  credentials: { readonly username: string; readonly password: string } | undefined,
  serviceName: string,
): TracingRead {
  if (data["enabled"]?.toLowerCase() !== "true") return ok(undefined);
  const url = parseUrl(data["endpoint"] || tektonEndpoint);
  if (!url.ok) return url;
  const text = credentials && Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64");
  return ok({
    url: url.value,
    headers: text === undefined ? {} : { Authorization: `Basic ${text}` },
    samplingRate: 1,
    serviceName,
  });
}

function parseUrl(text: string, withPath: (path: string) => string = (path) => path): Result<string, string> {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    return err(`${JSON.stringify(text)} is no http or https URL to send traces to`);
  }
  url.pathname = withPath(url.pathname);
  return ok(url.href);
}

/** Always, unless a ratio is asked for: a parent's decision is followed in any case. */
function samplingIn(env: Env): Result<number, string> {
  const sampler = (env["OTEL_TRACES_SAMPLER"] ?? "").replace(/^parentbased_/, "");
  if (sampler === "" || sampler === "always_on") return ok(1);
  if (sampler === "always_off") return ok(0);
  const rate = Number(env["OTEL_TRACES_SAMPLER_ARG"] || 1);
  if (sampler === "traceidratio" && rate >= 0 && rate <= 1) return ok(rate);
  return err(
    `OTEL_TRACES_SAMPLER ${sampler} with argument ${rate}: known are always_on, always_off, traceidratio 0..1`,
  );
}

/** `name=value,name=value`, values percent-encoded. */
function headersIn(text: string): Readonly<Record<string, string>> {
  const entries = text.split(",").flatMap((pair): (readonly [string, string])[] => {
    const at = pair.indexOf("=");
    if (at < 1) return [];
    const value = pair.slice(at + 1).trim();
    try {
      return [[pair.slice(0, at).trim(), decodeURIComponent(value)]];
    } catch {
      return [[pair.slice(0, at).trim(), value]];
    }
  });
  return Object.fromEntries(entries);
}
