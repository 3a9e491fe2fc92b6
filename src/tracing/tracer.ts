import type { TraceContext } from "./trace-context.ts";

type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** A span that begins. */
export interface SpanStart {
  readonly name: string;
  /** `internal` unless it answers or sends a request. */
  readonly kind?: "server" | "client" | "internal";
  /** Without one a trace begins. */
  readonly parent?: TraceContext | undefined;
  /** Names the thing whose span it is (see `namedContext`); without it the ids are random. */
  readonly id?: string;
  /** In milliseconds since the epoch, fractions included; default: now. */
  readonly startMs?: number;
  readonly attributes?: SpanAttributes;
}

interface SpanEnd {
  /** What went wrong; a span without is well. */
  readonly error?: string | undefined;
  readonly attributes?: SpanAttributes;
}

export interface Span {
  readonly context: TraceContext;
  /** Only the first call counts. */
  end(end?: SpanEnd): void;
}

/** Records spans. Nothing fails and nothing waits when they cannot be delivered: they are dropped. */
export interface Tracer {
  start(span: SpanStart): Span;
  /** The context of the span with that id, without beginning it. */
  contextOf(id: string, parent: TraceContext | undefined): TraceContext;
  /** Delivers what is left, for a few seconds at most. */
  close(): Promise<void>;
}
