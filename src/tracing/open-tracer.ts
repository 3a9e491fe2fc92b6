import type { Tracer } from "./tracer.ts";
import type { TracingRead } from "./tracing-settings.ts";

/**
 * The tracer for settings; undefined without any, or with ones that do not work, which `log` hears of. OpenTelemetry is
 * loaded only now: most processes never need it.
 */
export async function openTracer(
  read: TracingRead,
  options: { readonly version: string; readonly log: (message: string) => void },
): Promise<Tracer | undefined> {
  if (!read.ok) options.log(`no traces: ${read.error}`);
  if (!read.ok || read.value === undefined) return undefined;
  const { OtlpTracer } = await import("./otlp-tracer.ts");
  return new OtlpTracer(read.value, options);
}

/** The first that gives settings, or that is wrong. */
export function firstTracing(...reads: readonly TracingRead[]): TracingRead {
  return reads.find((read) => !read.ok || read.value !== undefined) ?? { ok: true, value: undefined };
}
