import { loadManifests } from "../../offline/load-manifests.ts";
import { err, ok, type Result } from "../../result.ts";
import { connect, discover } from "../connection.ts";
import { apiFailure, type Failure, failure, usageFailure } from "../failure.ts";
import { type FetchOptions, fetchObjects, parseSelection } from "../selection.ts";

export interface DeleteCommandOptions extends FetchOptions {
  readonly filename?: readonly string[];
  readonly all?: boolean;
  readonly ignoreNotFound?: boolean;
}

/** `tektite delete`: by type and name, by selector, or what files name. */
export async function deleteObjects(
  words: readonly string[],
  options: DeleteCommandOptions,
): Promise<Result<void, Failure>> {
  const connection = connect(options);
  if (!connection.ok) return connection;
  const discovery = await discover(connection.value);
  if (!discovery.ok) return discovery;
  const { client } = connection.value;
  const targets: {
    resource: NonNullable<ReturnType<typeof discovery.value.byKind>>;
    namespace: string | undefined;
    name: string;
  }[] = [];

  if (options.filename !== undefined && options.filename.length > 0) {
    const manifests = await loadManifests(options.filename);
    if (!manifests.ok) return err(failure(manifests.error));
    for (const { object, file, line } of manifests.value) {
      const resource = discovery.value.byKind(object.apiVersion, object.kind);
      if (resource === undefined)
        return err(failure(`${file}, line ${line}: the server knows no kind "${object.kind}"`));
      const namespace = resource.namespaced ? (object.metadata.namespace ?? connection.value.namespace) : undefined;
      targets.push({ resource, namespace, name: object.metadata.name ?? "" });
    }
  } else {
    const selections = parseSelection(discovery.value, words);
    if (!selections.ok) return selections;
    for (const selection of selections.value) {
      if (selection.names.length > 0) {
        const namespace = selection.resource.namespaced ? connection.value.namespace : undefined;
        targets.push(...selection.names.map((name) => ({ resource: selection.resource, namespace, name })));
        continue;
      }
      if (options.all !== true && options.selector === undefined) {
        return err(usageFailure("name the objects, or say --all, or give a selector with -l"));
      }
      const found = await fetchObjects(connection.value, selection, options);
      if (!found.ok) return found;
      for (const { metadata } of found.value) {
        targets.push({ resource: selection.resource, namespace: metadata.namespace, name: metadata.name ?? "" });
      }
    }
  }

  const problems: string[] = [];
  for (const { resource, namespace, name } of targets) {
    const deleted = await client.delete(resource, { namespace, name }, { propagationPolicy: "Background" });
    if (deleted.ok) {
      const group = resource.group === "" ? "" : `.${resource.group}`;
      process.stdout.write(`${resource.singular}${group} "${name}" deleted\n`);
    } else if (deleted.error.code !== 404 || options.ignoreNotFound !== true)
      problems.push(apiFailure(deleted.error).message);
  }
  return problems.length === 0 ? ok(undefined) : err(failure(problems.join("\n")));
}
