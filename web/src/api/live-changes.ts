import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import type { Change } from "../../../src/dashboard/views/change.ts";
import { apiPath } from "./fetch-json.ts";

/** How the page follows changes. */
export type LiveState = "connecting" | "live" | "reconnecting" | "paused";

/** Queries are read again at most this often, however many changes come. */
const minPauseMs = 300;

/**
 * Follows `/api/changes` and marks what has changed as out of date, so that the queries in use are read again. Pausing
 * keeps what came in meanwhile for later. The browser resumes a lost connection from the last id by itself.
 */
class LiveChanges {
  #state: LiveState = "connecting";
  #isPaused = false;
  readonly #listeners = new Set<() => void>();
  readonly #stale = new Map<string, readonly unknown[]>();
  #timer: number | undefined;
  #queries: QueryClient | undefined;

  /** Connects; the returned function ends it. */
  open(queries: QueryClient, namespace: string | undefined): () => void {
    this.#queries = queries;
    let retry: number | undefined;
    let source = this.#connect(namespace);
    const wire = (): void => {
      // What was loaded before may have changed meanwhile, at the first time too.
      source.addEventListener("hello", () => this.#mark([]));
      source.addEventListener("open", () => this.#setState("live"));
      source.addEventListener("change", (event) => {
        for (const key of keysOf(JSON.parse(event.data) as Change)) this.#mark(key);
      });
      source.addEventListener("error", () => {
        this.#setState("reconnecting");
        if (source.readyState !== EventSource.CLOSED) return;
        // The browser has given up: the session may have ended, or the server answered with an error.
        void queries.invalidateQueries({ queryKey: ["session"] });
        retry = window.setTimeout(() => {
          source = this.#connect(namespace);
          wire();
        }, 2000);
      });
    };
    wire();
    return () => {
      window.clearTimeout(retry);
      source.close();
    };
  }

  #connect(namespace: string | undefined): EventSource {
    return new EventSource(apiPath(["changes"], { namespace }));
  }

  get state(): LiveState {
    return this.#isPaused ? "paused" : this.#state;
  }

  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#tell();
    if (!isPaused) this.#flush();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #setState(state: LiveState): void {
    this.#state = state;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Marks queries whose keys begin so; an empty key marks all. */
  #mark(key: readonly unknown[]): void {
    this.#stale.set(JSON.stringify(key), key);
    if (!this.#isPaused && this.#timer === undefined) this.#flush();
  }

  #flush(): void {
    window.clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#stale.size === 0) return;
    for (const [id, queryKey] of this.#stale) {
      // A reading is not broken off for a newer one, else none would come to its end while changes come in: it is the
      // next one's turn.
      if (queryKey.length > 0 && (this.#queries?.isFetching({ queryKey }) ?? 0) > 0) continue;
      // Who is signed in does not change with the objects.
      void this.#queries?.invalidateQueries({ queryKey, predicate: (query) => query.queryKey[0] !== "session" });
      this.#stale.delete(id);
    }
    this.#timer = window.setTimeout(() => {
      this.#timer = undefined;
      if (!this.#isPaused) this.#flush();
    }, minPauseMs);
  }
}

/** The keys of the queries that a change makes out of date; each key begins with the name of what it reads. */
function keysOf({ resource, namespace, name }: Change): readonly (readonly unknown[])[] {
  switch (resource) {
    case "eventlisteners":
      return [["overview"], ["listeners"], ["configuration"]];
    case "triggerevents":
      return [["overview"], ["events"], ["event", namespace, name]];
    case "pipelineruns":
      return [["overview"], ["runs"], ["run", "pipelineruns", namespace, name]];
    case "taskruns":
      // A PipelineRun shows its tasks.
      return [
        ["runs", "taskruns"],
        ["run", "taskruns", namespace, name],
        ["run", "pipelineruns", namespace],
      ];
    case "triggers":
    case "triggerbindings":
    case "triggertemplates":
    case "interceptors":
    case "clustertriggerbindings":
    case "clusterinterceptors":
      return [["configuration"]];
    default:
      return resource satisfies never;
  }
}

const liveChanges = new LiveChanges();

/** Follows changes of a namespace while the component is shown. */
export function useLiveChanges(namespace: string | undefined): void {
  const queries = useQueryClient();
  useEffect(() => liveChanges.open(queries, namespace), [queries, namespace]);
}

export function useLiveState(): { readonly state: LiveState; readonly pause: (isPaused: boolean) => void } {
  const state = useSyncExternalStore(liveChanges.subscribe, () => liveChanges.state);
  return { state, pause: (isPaused) => liveChanges.pause(isPaused) };
}
