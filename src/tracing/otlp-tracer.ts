import { randomBytes } from "node:crypto";
import { type Context, createTraceState, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { setGlobalErrorHandler } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  type IdGenerator,
} from "@opentelemetry/sdk-trace-base";
import { spanTimeMs } from "./clock.ts";
import { namedContext, type TraceContext } from "./trace-context.ts";
import type { Span, SpanStart, Tracer } from "./tracer.ts";
import type { TracingSettings } from "./tracing-settings.ts";

/** Spans that wait for delivery; more are dropped. */
const maxQueueSize = 2048;
const batchSize = 256;
const deliverEveryMs = 1_000;
const exportTimeoutMs = 5_000;
const complainEveryMs = 60_000;

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/** Gives a span the ids that were decided on before it begins. */
class DecidedIds implements IdGenerator {
  next: TraceContext = { traceId: "", spanId: "", isSampled: true };

  generateTraceId(): string {
    return this.next.traceId;
  }

  generateSpanId(): string {
    return this.next.spanId;
  }
}

/**
 * Sends spans in batches to an OpenTelemetry collector, as OTLP in JSON over HTTP. What cannot be delivered is dropped,
 * which `log` hears of once a minute at most.
 */
export class OtlpTracer implements Tracer {
  readonly #settings: TracingSettings;
  readonly #ids = new DecidedIds();
  readonly #provider: BasicTracerProvider;

  constructor(
    settings: TracingSettings,
    { version, log }: { readonly version: string; readonly log: (message: string) => void },
  ) {
    this.#settings = settings;
    let complainedMs = 0;
    setGlobalErrorHandler((error) => {
      if (Date.now() - complainedMs < complainEveryMs) return;
      complainedMs = Date.now();
      const cause = typeof error === "object" && "message" in error ? error.message : String(error);
      log(`traces are not delivered to ${settings.url}: ${cause}`);
    });
    const exporter = new OTLPTraceExporter({
      url: settings.url,
      headers: { ...settings.headers },
      timeoutMillis: exportTimeoutMs,
    });
    const batches = {
      maxQueueSize,
      maxExportBatchSize: batchSize,
      scheduledDelayMillis: deliverEveryMs,
      exportTimeoutMillis: exportTimeoutMs,
    };
    this.#provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ "service.name": settings.serviceName, "service.version": version }),
      // Whether a span is recorded has been decided before it comes here.
      sampler: new AlwaysOnSampler(),
      idGenerator: this.#ids,
      spanProcessors: [new BatchSpanProcessor(exporter, batches)],
    });
  }

  contextOf(id: string, parent: TraceContext | undefined): TraceContext {
    return namedContext(id, parent, this.#settings.samplingRate);
  }

  start({ name, kind = "internal", parent, id, startMs, attributes = {} }: SpanStart): Span {
    const context = this.contextOf(id ?? randomBytes(24).toString("hex"), parent);
    if (!context.isSampled) return { context, end: () => {} };
    this.#ids.next = context;
    const span = this.#provider
      .getTracer("tektite")
      .startSpan(
        name,
        { kind: kinds[kind], attributes: { ...attributes }, startTime: startMs ?? spanTimeMs() },
        parent === undefined ? ROOT_CONTEXT : below(parent),
      );
    let isOpen = true;
    return {
      context,
      end({ error, attributes: more = {} } = {}) {
        if (!isOpen) return;
        isOpen = false;
        span.setAttributes({ ...more });
        if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
        span.end(spanTimeMs());
      },
    };
  }

  async close(): Promise<void> {
    await Promise.race([
      this.#provider.shutdown().catch(() => undefined),
      new Promise((resolve) => setTimeout(resolve, exportTimeoutMs).unref()),
    ]);
  }
}

function below({ traceId, spanId, isSampled, traceState }: TraceContext): Context {
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: isSampled ? 1 : 0,
    isRemote: true,
    ...(traceState === undefined ? {} : { traceState: createTraceState(traceState) }),
  });
}
