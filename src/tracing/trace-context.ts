import { createHash } from "node:crypto";
import { type JsonValue, member } from "../json/value.ts";

/** Where a span stands in its trace: what W3C's Trace Context hands from process to process. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Whether the trace is recorded; those that are not are handed on all the same. */
  readonly isSampled: boolean;
  /** Of other systems, as it came. */
  readonly traceState?: string;
}

/** A trace context as headers and annotations hold it. */
export type TraceCarrier = {
  readonly traceparent: string;
  readonly tracestate?: string;
};

/** W3C demands that 512 characters are handed on; more would let senders write books into objects. */
const maxTraceState = 512;
const maxCarrier = 4096;

/** Reads `traceparent` and `tracestate`; undefined when there is no valid context. */
export function readTraceContext(traceparent: unknown, tracestate?: unknown): TraceContext | undefined {
  if (typeof traceparent !== "string") return undefined;
  const match = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(traceparent.trim());
  if (match === null) return undefined;
  const [, version = "", traceId = "", spanId = "", flags = "", more] = match;
  if (version === "ff" || (version === "00" && more !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  const isKept = typeof tracestate === "string" && tracestate !== "" && tracestate.length <= maxTraceState;
  return {
    traceId,
    spanId,
    isSampled: (Number.parseInt(flags, 16) & 1) === 1,
    ...(isKept && /^[\x20-\x7e]*$/.test(tracestate) ? { traceState: tracestate } : {}),
  };
}

export function carrierOf({ traceId, spanId, isSampled, traceState }: TraceContext): TraceCarrier {
  const traceparent = `00-${traceId}-${spanId}-${isSampled ? "01" : "00"}`;
  return { traceparent, ...(traceState === undefined ? {} : { tracestate: traceState }) };
}

/**
 * The context of the span of a thing that has a name of its own, such as an event's id: whoever knows the name works out
 * the same, after a restart too, so that nothing about traces has to be stored. A trace that begins with it is recorded
 * with the probability `samplingRate`, one that is continued when its parent is.
 */
export function namedContext(name: string, parent: TraceContext | undefined, samplingRate: number): TraceContext {
  const hash = createHash("sha256").update(name).digest("hex");
  const spanId = hash.slice(32, 48);
  if (parent !== undefined) return { ...parent, spanId };
  const traceId = hash.slice(0, 32);
  return { traceId, spanId, isSampled: Number.parseInt(traceId.slice(0, 8), 16) < samplingRate * 2 ** 32 };
}

/** The context in an annotation, a carrier as JSON; undefined when there is no valid one. */
export function readCarrier(text: string | undefined): TraceContext | undefined {
  if (text === undefined || text.length > maxCarrier) return undefined;
  try {
    const carrier = JSON.parse(text) as JsonValue;
    return readTraceContext(member(carrier, "traceparent"), member(carrier, "tracestate"));
  } catch {
    return undefined;
  }
}

/** The annotations by which Tekton's controllers continue a trace that began before the run, by kind: a carrier as JSON. */
export const spanContextAnnotations: Readonly<Record<string, string>> = {
  PipelineRun: "tekton.dev/pipelinerunSpanContext",
  TaskRun: "tekton.dev/taskrunSpanContext",
};
