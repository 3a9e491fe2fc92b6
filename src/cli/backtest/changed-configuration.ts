import { loadManifests } from "../../offline/load-manifests.ts";
import { OfflineResources } from "../../offline/offline-resources.ts";
import { err, ok, type Result } from "../../result.ts";
import type { Connection } from "../connection.ts";
import { type Failure, usageFailure } from "../failure.ts";
import { readServer } from "./server-configuration.ts";

/** The configuration of a server, and the same with the objects of files put over it. */
export interface ChangedConfiguration {
  readonly current: OfflineResources;
  readonly changed: OfflineResources;
}

/** Reads both; what is left out of the server's is told on standard error. Exit code 2 when a file is wrong. */
export async function readChange(
  connection: Connection,
  { filename, recursive = false }: { readonly filename: readonly string[]; readonly recursive?: boolean },
): Promise<Result<ChangedConfiguration, Failure>> {
  const files = await loadManifests(filename, { recursive });
  if (!files.ok) return err(usageFailure(files.error));
  const server = await readServer(connection);
  if (!server.ok) return server;
  const { resources: current, manifests } = server.value;
  const changed = OfflineResources.of([...manifests, ...files.value], { namespace: connection.namespace });
  if (!changed.ok) return err(usageFailure(changed.error.join("\n")));
  return ok({ current, changed: changed.value });
}
