import type { K8sObject, Status } from "../../api/object.ts";
import { removedFieldHint, removedKindHint } from "../../api/pipelines/removed-api.ts";
import type { JsonValue } from "../../json/value.ts";
import { applyObject } from "../../kube/apply.ts";
import type { KubeClient } from "../../kube/client.ts";
import { Discovery } from "../../kube/discovery.ts";
import { loadManifests } from "../../offline/load-manifests.ts";
import type { Manifest } from "../../offline/manifests.ts";
import { findWrongType } from "../../offline/wrong-type.ts";
import { err, ok, type Result } from "../../result.ts";
import { triggerWarnings } from "../../triggers/trigger-warnings.ts";
import { type ConnectionOptions, connect } from "../connection.ts";
import { apiFailure, type Failure, failure, usageFailure } from "../failure.ts";

export interface ApplyOptions extends ConnectionOptions {
  readonly filename: readonly string[];
  readonly recursive?: boolean;
  readonly dryRun?: boolean;
}

/** `tektite apply`: makes the server have what the files say. */
export async function apply(options: ApplyOptions): Promise<Result<void, Failure>> {
  if (options.filename.length === 0) return err(usageFailure("name at least one file, folder, URL or -"));
  const manifests = await loadManifests(options.filename, { recursive: options.recursive === true });
  if (!manifests.ok) return err(failure(manifests.error));
  if (manifests.value.length === 0) return err(failure(`${options.filename.join(", ")}: there is no object in it`));
  const connection = connect(options);
  if (!connection.ok) return connection;
  return applyManifests(connection.value.client, manifests.value, {
    namespace: connection.value.namespace,
    dryRun: options.dryRun === true,
    print: (line) => process.stdout.write(`${line}\n`),
  });
}

export interface ApplyManifestsOptions {
  /** Namespace of objects that name none. */
  readonly namespace: string;
  readonly dryRun?: boolean;
  readonly print: (line: string) => void;
}

/** Applies objects in order, namespaces and definitions first; all are tried, and every problem is told with its file, document and line. */
export async function applyManifests(
  client: KubeClient,
  manifests: readonly Manifest[],
  options: ApplyManifestsOptions,
): Promise<Result<void, Failure>> {
  let discovery = await Discovery.fetch(client.transport);
  if (!discovery.ok) return err(apiFailure(discovery.error));
  const problems: string[] = [];
  for (const manifest of [...manifests].sort((a, b) => rankOf(a) - rankOf(b))) {
    const { object } = manifest;
    let resource = discovery.value.byKind(object.apiVersion, object.kind);
    if (resource === undefined && manifests.some((other) => other.object.kind === "CustomResourceDefinition")) {
      // Perhaps a definition applied just before: ask again.
      discovery = await Discovery.fetch(client.transport);
      if (!discovery.ok) return err(apiFailure(discovery.error));
      resource = discovery.value.byKind(object.apiVersion, object.kind);
    }
    const where = `${manifest.file}: document ${manifest.document}, line ${manifest.line}`;
    if (resource === undefined) {
      const { apiVersion = "", kind = "" } = object;
      const hint = removedKindHint(apiVersion, kind) ?? discovery.value.similarKinds(apiVersion, kind);
      problems.push(
        `${where}: the server knows no kind "${kind}" in apiVersion "${apiVersion}"${hint === "" ? "" : `: ${hint}`}`,
      );
      continue;
    }
    const namespace = resource.namespaced ? (object.metadata.namespace ?? options.namespace) : undefined;
    const applied = await applyObject(client, resource, object, { namespace, dryRun: options.dryRun === true });
    if (!applied.ok) {
      problems.push(describeProblem(manifest, applied.error));
      continue;
    }
    for (const warning of warningsOf(manifest)) process.stderr.write(`warning: ${warning}\n`);
    const group = resource.group === "" ? "" : `.${resource.group}`;
    const suffix = options.dryRun === true ? " (dry run)" : "";
    options.print(`${resource.singular}${group}/${nameOf(applied.value.object)} ${applied.value.action}${suffix}`);
  }
  return problems.length === 0 ? ok(undefined) : err(failure(problems.join("\n")));
}

/** What of a manifest was accepted and cannot be meant, with its place. */
export function warningsOf(manifest: Manifest): readonly string[] {
  const { file, document, object } = manifest;
  if (!object.apiVersion.startsWith("triggers.tekton.dev/")) return [];
  return triggerWarnings(object as unknown as JsonValue).map(
    ({ path, message }) => `${file}: document ${document}, line ${manifest.lineOf(path)}: ${path}: ${message}`,
  );
}

/** What others need comes first, whatever the order of files; all else keeps its order. */
function rankOf({ object }: Manifest): number {
  return object.kind === "Namespace" || object.kind === "CustomResourceDefinition" ? 0 : 1;
}

function nameOf(object: K8sObject): string {
  return object.metadata.name ?? object.metadata.generateName ?? "";
}

/** The refusal with the place in the file that it speaks of. */
function describeProblem(manifest: Manifest, status: Status): string {
  const { object } = manifest;
  const wrong = findWrongType(object as unknown as JsonValue, status.message ?? "");
  const field = wrong?.path ?? status.details?.causes?.[0]?.field ?? fieldInMessage(status.message ?? "");
  const line = (field === undefined ? undefined : manifest.lineOfKey(field)) ?? manifest.lineOf(field ?? "");
  const [, unknown] = /json: unknown field "(\w+)"/.exec(status.message ?? "") ?? [];
  const removed = unknown === undefined ? undefined : removedFieldHint(object.apiVersion, unknown);
  const about = removed === undefined ? wrong : { path: unknown, hint: removed };
  const hint = about === undefined || about.hint === "" ? "" : ` (${about.path}: ${about.hint})`;
  return `${manifest.file}: document ${manifest.document}, line ${line}: ${object.kind} "${nameOf(object)}": ${apiFailure(status).message}${hint}`;
}

/** Validation texts end in `: spec.field`; unknown fields are quoted, from the decoder without their path. */
function fieldInMessage(message: string): string | undefined {
  const path = /: ((?:spec|metadata|status|data)[\w.[\]-]*)(?:,|\s|$)/.exec(message)?.[1];
  return path ?? /unknown field "([\w.[\]-]+)"/.exec(message)?.[1];
}
