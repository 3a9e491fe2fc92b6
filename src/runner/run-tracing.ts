import type { K8sObject } from "../api/object.ts";
import { type PipelineRun, succeededCondition, type TaskRun } from "../api/pipelines/runs.ts";
import {
  carrierOf,
  readCarrier,
  readTraceContext,
  spanContextAnnotations,
  type TraceCarrier,
  type TraceContext,
} from "../tracing/trace-context.ts";
import type { Tracer } from "../tracing/tracer.ts";

type Run = PipelineRun | TaskRun;

/**
 * Traces of runs, as Tekton's controllers make them: a run continues the trace in its annotation or begins one, and its
 * children hang below it. Ids follow from uids, so that a run is one span though the runner was started anew meanwhile.
 */
export class RunTracing {
  readonly #tracer: () => Tracer | undefined;

  constructor(tracer: () => Tracer | undefined) {
    this.#tracer = tracer;
  }

  /** What the status of a run is to say about its trace; empty when nobody follows it. */
  statusOf(run: Run): { readonly spanContext?: TraceCarrier } {
    const tracer = this.#tracer();
    return tracer === undefined ? {} : { spanContext: carrierOf(parentOf(run, tracer)) };
  }

  /** Begins the span of a run; the result ends it. */
  begin(run: Run): (done: Run) => void {
    const tracer = this.#tracer();
    if (tracer === undefined) return () => {};
    const { name = "", namespace = "" } = run.metadata;
    const attributes = { [run.kind.toLowerCase()]: name, namespace };
    if (continued(run) === undefined) {
      tracer.start({ name: `${run.kind}:Reconciler`, id: rootId(run), attributes }).end();
    }
    const startMs = Date.parse(run.status?.startTime ?? "");
    const span = tracer.start({
      name: `${run.kind}:ReconcileKind`,
      parent: parentOf(run, tracer),
      id: spanId(run),
      attributes,
      ...(Number.isNaN(startMs) ? {} : { startMs }),
    });
    return ({ status }) => {
      const { status: succeeded, reason = "", message = "" } = succeededCondition(status) ?? {};
      span.end({ attributes: { reason }, error: succeeded === "False" ? message : undefined });
    };
  }

  /** The child of a run with the annotation by which it continues the run's trace. */
  annotate(child: K8sObject, owner: PipelineRun): K8sObject {
    const tracer = this.#tracer();
    const annotation = spanContextAnnotations[child.kind];
    if (tracer === undefined || annotation === undefined) return child;
    const context = tracer.contextOf(spanId(owner), parentOf(owner, tracer));
    const annotations = { ...child.metadata.annotations, [annotation]: JSON.stringify(carrierOf(context)) };
    return { ...child, metadata: { ...child.metadata, annotations } };
  }
}

/** Where the run's trace comes from: what was noted before, else who created the run. */
function continued({ kind, metadata, status }: Run): TraceContext | undefined {
  const { traceparent, tracestate } = status?.spanContext ?? {};
  return (
    readTraceContext(traceparent, tracestate) ?? readCarrier(metadata.annotations?.[spanContextAnnotations[kind] ?? ""])
  );
}

function parentOf(run: Run, tracer: Tracer): TraceContext {
  return continued(run) ?? tracer.contextOf(rootId(run), undefined);
}

function rootId({ kind, metadata }: Run): string {
  return `root of ${kind} ${metadata.uid ?? ""}`;
}

function spanId({ kind, metadata }: Run): string {
  return `${kind} ${metadata.uid ?? ""}`;
}
