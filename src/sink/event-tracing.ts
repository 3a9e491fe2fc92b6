import type { CoreInterceptor } from "../interceptors/interceptor.ts";
import { spanTimeMs } from "../tracing/clock.ts";
import { carrierOf, readTraceContext, type TraceContext } from "../tracing/trace-context.ts";
import type { Span, Tracer } from "../tracing/tracer.ts";
import type { InterceptorHttp } from "../triggers/interceptor-http.ts";
import type { EngineEnvironment, ListenerRef } from "../triggers/run-trigger.ts";
import type { EventHeader } from "../triggers/trigger-event.ts";
import type { TriggerIdentity, TriggerOutcome } from "../triggers/verdict.ts";

/** The span of a request, under which those of its event hang. */
interface RequestSpan {
  /** Times the event's way into the journal; the result is told why it was refused. */
  journalWrite(): (error: string | undefined) => void;
  end(statusCode: number): void;
}

/** One attempt at one event with one trigger. */
export interface AttemptSpan {
  /** The engine's surroundings, with a span for each thing that is waited for. */
  readonly engine: EngineEnvironment;
  /** Times the creation of an object of the kind. */
  creating(kind: string): CreationSpan;
  end(outcome: TriggerOutcome): void;
}

interface CreationSpan {
  /** Put on a run, so that whoever executes it continues the trace. */
  readonly context: TraceContext;
  end(error: string | undefined): void;
}

/**
 * Follows events from their request to what is created for them (spec of the trace context: W3C). A request's span gets
 * its ids from the event's id: whoever takes the event out of the journal later, perhaps in another process, finds them
 * again, and the sender's context is among the event's headers.
 */
export class EventTracing {
  readonly #tracer: () => Tracer | undefined;
  readonly #listener: ListenerRef;

  constructor(tracer: () => Tracer | undefined, listener: ListenerRef) {
    this.#tracer = tracer;
    this.#listener = listener;
  }

  /** The request that brings the event; `startMs` is when it began, in milliseconds since the epoch. */
  request(
    event: { readonly id: string; readonly header: EventHeader },
    { method, path, startMs }: { readonly method: string; readonly path: string; readonly startMs: number },
  ): RequestSpan | undefined {
    const tracer = this.#tracer();
    if (tracer === undefined) return undefined;
    const { namespace, name } = this.#listener;
    const span = tracer.start({
      name: `${method} EventListener ${namespace}/${name}`,
      kind: "server",
      parent: senderOf(event.header),
      id: spanIdOf(event.id),
      startMs,
      attributes: { "http.request.method": method, "url.path": path, ...this.#attributesOf(event.id) },
    });
    return {
      journalWrite() {
        const writing = tracer.start({ name: "journal write", parent: span.context });
        return (error) => writing.end({ error });
      },
      end: (statusCode) =>
        span.end({
          attributes: { "http.response.status_code": statusCode },
          ...(statusCode >= 500 ? { error: `answered ${statusCode}` } : {}),
        }),
    };
  }

  attempt(
    event: { readonly id: string; readonly header: EventHeader },
    trigger: TriggerIdentity,
    engine: EngineEnvironment,
  ): AttemptSpan | undefined {
    const tracer = this.#tracer();
    if (tracer === undefined) return undefined;
    const span = tracer.start({
      name: `${trigger.kind} ${trigger.namespace}/${trigger.name}`,
      parent: tracer.contextOf(spanIdOf(event.id), senderOf(event.header)),
      attributes: this.#attributesOf(event.id),
    });
    const rendering = new RenderingSpan(tracer, span.context);
    return {
      engine: tracedEngine(engine, tracer, span, rendering),
      creating(kind) {
        const creation = tracer.start({ name: `create ${kind}`, kind: "client", parent: span.context });
        return { context: creation.context, end: (error) => creation.end({ error }) };
      },
      end(outcome) {
        if (outcome.kind === "failed" && renderingFailures.has(outcome.reason)) rendering.end(outcome.message);
        const attributes = { "tektite.outcome": outcome.kind };
        span.end({ attributes, error: outcome.kind === "failed" ? outcome.message : undefined });
      },
    };
  }

  #attributesOf(eventId: string) {
    const { namespace, name } = this.#listener;
    return { "tektite.event.id": eventId, "tektite.eventlistener": name, "k8s.namespace.name": namespace };
  }
}

const renderingFailures: ReadonlySet<string> = new Set(["BindingsNotResolved", "ParamsNotResolved"]);

function spanIdOf(eventId: string): string {
  return `event ${eventId}`;
}

function senderOf(header: EventHeader): TraceContext | undefined {
  return readTraceContext(header["Traceparent"]?.[0], header["Tracestate"]?.join(","));
}

/** Bindings and template: from the last interceptor's answer to when the kind of the objects is asked for. */
class RenderingSpan {
  readonly #tracer: Tracer;
  readonly #parent: TraceContext;
  #startMs = spanTimeMs();

  constructor(tracer: Tracer, parent: TraceContext) {
    this.#tracer = tracer;
    this.#parent = parent;
  }

  begin(): void {
    this.#startMs = spanTimeMs();
  }

  end(error?: string): void {
    const span = { name: "bindings and template", parent: this.#parent, startMs: this.#startMs };
    this.#tracer.start(span).end({ error });
  }
}

function tracedEngine(
  engine: EngineEnvironment,
  tracer: Tracer,
  { context: parent }: Span,
  rendering: RenderingSpan,
): EngineEnvironment {
  const core = [...engine.core].map(([name, evaluate]): readonly [string, CoreInterceptor] => [
    name,
    async (request, environment) => {
      const span = tracer.start({ name: `interceptor ${name}`, parent });
      try {
        const response = await evaluate(request, environment);
        span.end({ attributes: { "tektite.continue": response.continue } });
        return response;
      } finally {
        span.end({ error: "failed" });
        rendering.begin();
      }
    },
  ]);
  const http: InterceptorHttp = {
    async post(post) {
      const span = tracer.start({
        name: "interceptor POST",
        kind: "client",
        parent,
        attributes: { "http.request.method": "POST", "url.full": withoutSecrets(post.url) },
      });
      const { traceparent, tracestate } = carrierOf(span.context);
      const header = {
        ...post.header,
        Traceparent: [traceparent],
        ...(tracestate === undefined ? {} : { Tracestate: [tracestate] }),
      };
      const answer = await engine.http.post({ ...post, header });
      span.end(
        answer.ok ? { attributes: { "http.response.status_code": answer.value.status } } : { error: answer.error },
      );
      rendering.begin();
      return answer;
    },
  };
  return {
    ...engine,
    core: new Map(core),
    http,
    discover(account) {
      rendering.end();
      return engine.discover(account);
    },
  };
}

/** Queries and user names of URLs may hold tokens. */
function withoutSecrets(text: string): string {
  const url = URL.parse(text);
  return url === null ? "" : `${url.protocol}//${url.host}${url.pathname}`;
}
