import type { EventListener } from "../api/triggers/objects.ts";

/** Annotations of an EventListener: events a second that it takes in all, and from one sender's address. */
const listenerAnnotation = "tektite.dev/events-per-second";
const sourceAnnotation = "tektite.dev/events-per-second-per-source";

/** How many senders are remembered; the one that was silent longest is forgotten first, which only favours it. */
const maxSources = 10_000;

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/**
 * Token buckets for a listener and for each sender's address. A second's worth of events may come at once. Without the
 * annotations there is no limit, as in Tekton.
 */
export class RateLimit {
  readonly #whole: Bucket = { tokens: Number.POSITIVE_INFINITY, filledAtMs: 0 };
  readonly #sources = new Map<string, Bucket>();

  /** Takes one event into account; answers what is exceeded, or undefined when it may come in. */
  exceededBy(source: string, listener: EventListener | undefined, nowMs: number): string | undefined {
    const annotations = listener?.metadata?.annotations;
    if (annotations === undefined) return undefined;
    const perSource = rateOf(annotations, sourceAnnotation);
    if (perSource !== undefined && !take(this.#bucketOf(source), perSource, nowMs)) {
      return `more than ${perSource} events a second from this address`;
    }
    const inAll = rateOf(annotations, listenerAnnotation);
    if (inAll !== undefined && !take(this.#whole, inAll, nowMs)) return `more than ${inAll} events a second`;
    return undefined;
  }

  #bucketOf(source: string): Bucket {
    const bucket = this.#sources.get(source) ?? { tokens: Number.POSITIVE_INFINITY, filledAtMs: 0 };
    this.#sources.delete(source); // put in again, it is the youngest
    this.#sources.set(source, bucket);
    const oldest = this.#sources.keys().next();
    if (this.#sources.size > maxSources && !oldest.done) this.#sources.delete(oldest.value);
    return bucket;
  }
}

function take(bucket: Bucket, perSecond: number, nowMs: number): boolean {
  const capacity = Math.max(1, perSecond);
  const refilled = bucket.tokens + ((nowMs - bucket.filledAtMs) / 1000) * perSecond;
  bucket.tokens = Math.min(capacity, refilled);
  bucket.filledAtMs = nowMs;
  if (bucket.tokens < 1) return false;
  bucket.tokens--;
  return true;
}

/** Undefined without the annotation, or when it is no positive number. */
function rateOf(annotations: Readonly<Record<string, string>>, name: string): number | undefined {
  const text = Object.hasOwn(annotations, name) ? annotations[name] : undefined;
  const rate = text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  return rate > 0 ? rate : undefined;
}
