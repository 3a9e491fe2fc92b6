import type { Status } from "../api/object.ts";
import type { KubeClient } from "../kube/client.ts";
import type { PlaygroundAnswer, PlaygroundInput } from "../offline/playground.ts";
import type { Result } from "../result.ts";
import type { RunKind, RunSummary } from "./run-model.ts";

/** A request for an endpoint: of a session of the page, or of a command. */
export interface Visit {
  /** What follows `/api`, decoded. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** The namespace that is looked at; undefined for all. */
  readonly namespace: string | undefined;
  readonly nowMs: number;
  /** Acts with the rights of who asks. */
  readonly client: KubeClient;
  /** Aborts when nobody reads the answer any more. */
  readonly signal: AbortSignal;
  /** The runs of the namespace, newest first. */
  readonly listRuns: (kind: RunKind) => Promise<Result<readonly RunSummary[], Status>>;
  /** Tries manifests or an expression, bounded in time and memory. */
  readonly tryOut: (input: PlaygroundInput) => Promise<Result<PlaygroundAnswer, Status>>;
}

/** A text parameter of a query; undefined when it is empty or absent. */
export function queryText({ query }: Pick<Visit, "query">, name: string): string | undefined {
  const value = query.get(name)?.trim();
  return value === undefined || value === "" ? undefined : value;
}

/** Whether whole objects of the Kubernetes API are asked for, in place of summaries. */
export function isFullView(visit: Pick<Visit, "query">): boolean {
  return queryText(visit, "view") === "full";
}

/** The path's segments, decoded; undefined when it is malformed. */
export function pathSegments(pathname: string): readonly string[] | undefined {
  try {
    return pathname
      .split("/")
      .slice(1)
      .map(decodeURIComponent)
      .filter((segment, index, all) => segment !== "" || index < all.length - 1);
  } catch {
    return undefined;
  }
}
