import type { Status } from "../api/object.ts";
import { LocalEndpoints } from "../dashboard/local-endpoints.ts";
import { ok, type Result } from "../result.ts";
import { type Connection, type ConnectionOptions, connect } from "./connection.ts";
import { apiFailure, type Failure, failure } from "./failure.ts";

/** The dashboard's endpoints, for the account of a kubeconfig. */
export interface EndpointConnection extends Connection {
  readonly endpoints: LocalEndpoints;
  /** The namespace of lists; undefined: all. */
  readonly listed: string | undefined;
}

/** {@link connect} for commands that ask the dashboard's endpoints (docs/dashboard.md). */
export function openEndpoints(
  options: ConnectionOptions & { readonly signal?: AbortSignal },
): Result<EndpointConnection, Failure> {
  const connection = connect(options);
  if (!connection.ok) return connection;
  const { client, namespace } = connection.value;
  const endpoints = new LocalEndpoints(client, options.signal);
  return ok({ client, namespace, endpoints, listed: options.allNamespaces === true ? undefined : namespace });
}

/** Where lists look, in words. */
export function placeText({ listed }: EndpointConnection): string {
  return listed === undefined ? "any namespace" : `namespace ${listed}`;
}

/** Refusals of the endpoints themselves: the API server has said nothing. */
const ownReasons: ReadonlySet<string | undefined> = new Set(["NotImplemented", "AlreadyEnded"]);

/** An endpoint's refusal: the API server's, unless it is the endpoint's own. */
export function endpointFailure(status: Status): Failure {
  return ownReasons.has(status.reason) ? failure(status.message ?? "") : apiFailure(status);
}
