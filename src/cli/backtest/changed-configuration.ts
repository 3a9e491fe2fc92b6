import { loadManifests } from "../../offline/load-manifests.ts";
import type { Manifest } from "../../offline/manifests.ts";
import { OfflineResources } from "../../offline/offline-resources.ts";
import { err, ok, type Result } from "../../result.ts";
import type { Connection } from "../connection.ts";
import { type Failure, failure, usageFailure } from "../failure.ts";
import { readConfiguration } from "./cluster-configuration.ts";

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
  const configuration = await readConfiguration(connection);
  if (!configuration.ok) return configuration;
  for (const warning of configuration.value.warnings) process.stderr.write(`warning: ${warning}\n`);
  const options = { namespace: connection.namespace };
  const manifests = configuration.value.manifests.filter((manifest) => isReadable(manifest, options));
  const current = OfflineResources.of(manifests, options);
  if (!current.ok) return err(failure(current.error.join("\n")));
  const changed = OfflineResources.of([...manifests, ...files.value], options);
  if (!changed.ok) return err(usageFailure(changed.error.join("\n")));
  return ok({ current: current.value, changed: changed.value });
}

/** An object that is on the server and would not be let in today must not keep the others from being tried. */
function isReadable(manifest: Manifest, options: { readonly namespace: string }): boolean {
  const read = OfflineResources.of([manifest], options);
  if (read.ok) return true;
  const { kind, metadata } = manifest.object;
  process.stderr.write(`warning: ${kind} ${metadata.name ?? ""} of the server is left out: ${read.error.join("; ")}\n`);
  return false;
}
