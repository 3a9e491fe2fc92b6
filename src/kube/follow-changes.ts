import type { K8sObject, Resource, Status } from "../api/object.ts";
import { isJsonObject, member } from "../json/value.ts";
import { exponentialDelayMs, sleep } from "./backoff.ts";
import { type KubeClient, resourcePath } from "./client.ts";
import { failureOf } from "./status.ts";

/** What a follower of a resource is told. */
export type Followed =
  /** From now on no change is missed: what is there already may be looked at. */
  | { readonly kind: "begun" }
  /** Changes were missed: everything should be looked at anew. */
  | { readonly kind: "gap" }
  | { readonly kind: "change"; readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: K8sObject }
  /** Following goes on trying. */
  | { readonly kind: "refused"; readonly status: Status };

export interface FollowOptions {
  readonly namespace?: string | undefined;
  /** Further parameters of the watch. */
  readonly query?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const retryBaseMs = 200;
const retryMaxMs = 5_000;
const watchSeconds = 300;
const graceSeconds = 30;

/**
 * The changes of a resource whose objects are too many to be kept, as an `Informer` keeps them: only the present version
 * is asked for, then it is watched from there. Ends when the signal aborts.
 */
export async function* followChanges(
  client: KubeClient,
  resource: Resource,
  { namespace, query = {}, signal }: FollowOptions,
): AsyncGenerator<Followed> {
  const path = resourcePath(resource, { namespace });
  let failures = 0;
  let hasBegun = false;
  while (!signal.aborted) {
    const listed = await client.transport.send({ method: "GET", path, query: { ...query, limit: "1" }, signal });
    if (signal.aborted) return;
    if (listed.status >= 300) {
      yield { kind: "refused", status: failureOf(listed.status, listed.body) };
      await sleep(exponentialDelayMs(failures++, retryBaseMs, retryMaxMs), signal);
      continue;
    }
    yield { kind: hasBegun ? "gap" : "begun" };
    hasBegun = true;
    let version = String(member(member(listed.body, "metadata"), "resourceVersion") ?? "");
    for (let isCurrent = true; isCurrent && !signal.aborted; ) {
      const timeoutSeconds = Math.ceil(watchSeconds * (1 + Math.random()));
      // A connection that broke silently brings nothing, not even its end.
      const overdue = AbortSignal.timeout((timeoutSeconds + graceSeconds) * 1000);
      const stream = await client.transport.watch({
        method: "GET",
        path,
        query: {
          ...query,
          watch: "true",
          resourceVersion: version,
          allowWatchBookmarks: "true",
          timeoutSeconds: String(timeoutSeconds),
        },
        signal: AbortSignal.any([signal, overdue]),
      });
      if (signal.aborted) return;
      if (stream.status !== 200) {
        isCurrent = stream.status !== 410 && stream.status !== 403;
        if (stream.status !== 410) yield { kind: "refused", status: failureOf(stream.status, stream.body) };
        await sleep(exponentialDelayMs(failures++, retryBaseMs, retryMaxMs), signal);
        continue;
      }
      let hasBrought = false;
      try {
        for await (const event of stream.items) {
          failures = 0;
          hasBrought = true;
          const object = isJsonObject(event) ? event["object"] : undefined;
          const type = isJsonObject(event) ? event["type"] : undefined;
          if (!isJsonObject(object) || type === "ERROR") {
            isCurrent = false;
            break;
          }
          version = String(member(object["metadata"], "resourceVersion") ?? version);
          if (type === "ADDED" || type === "MODIFIED" || type === "DELETED") {
            yield { kind: "change", type, object: object as unknown as K8sObject };
          }
        }
      } catch {
        hasBrought = false;
      }
      // One that breaks, or ends with nothing, may do so again at once.
      if (!hasBrought) await sleep(exponentialDelayMs(failures++, retryBaseMs, retryMaxMs), signal);
    }
  }
}
