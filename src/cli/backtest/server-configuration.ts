import { readConfiguration } from "../../offline/cluster-configuration.ts";
import { type ReadableResources, readableResources } from "../../offline/readable-resources.ts";
import { err, ok, type Result } from "../../result.ts";
import type { Connection } from "../connection.ts";
import { apiFailure, type Failure } from "../failure.ts";

/** What a command knows of a server's configuration. */
export interface ServerConfiguration extends ReadableResources {
  /** Whether the Secrets could be read. */
  readonly hasSecrets: boolean;
}

/** The configuration of a server; what is left out of it is told on standard error. */
export async function readServer(connection: Connection): Promise<Result<ServerConfiguration, Failure>> {
  const { manifests, unread, unreadSecrets, unreadDefinitions } = await readConfiguration(connection);
  const [refusal] = unread.values();
  if (refusal !== undefined) return err(apiFailure(refusal));
  const readable = readableResources(manifests, { namespace: connection.namespace });
  const refusals = [unreadSecrets, unreadDefinitions].filter((status) => status !== undefined);
  const warnings = [...refusals.map((status) => apiFailure(status).message), ...readable.problems];
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  return ok({ ...readable, hasSecrets: unreadSecrets === undefined });
}
