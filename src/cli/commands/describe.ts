import type { K8sObject } from "../../api/object.ts";
import { listObjectEvents } from "../../dashboard/object-events.ts";
import type { JsonObject } from "../../json/value.ts";
import { yamlText } from "../../offline/yaml-text.ts";
import { err, ok, type Result } from "../../result.ts";
import { type Connection, type ConnectionOptions, connect, discover } from "../connection.ts";
import { type Failure, failure } from "../failure.ts";
import { eventTable } from "../object-tables.ts";
import { fetchObjects, parseSelection } from "../selection.ts";

/** `tektite describe`: all that is known of objects, with the events about them. */
export async function describe(words: readonly string[], options: ConnectionOptions): Promise<Result<void, Failure>> {
  const connection = connect(options);
  if (!connection.ok) return connection;
  const discovery = await discover(connection.value);
  if (!discovery.ok) return discovery;
  const selections = parseSelection(discovery.value, words);
  if (!selections.ok) return selections;
  const texts: string[] = [];
  for (const selection of selections.value) {
    const objects = await fetchObjects(connection.value, selection, options);
    if (!objects.ok) return objects;
    for (const object of objects.value) texts.push(await describeObject(connection.value, object));
  }
  if (texts.length === 0) return err(failure("no resources found"));
  process.stdout.write(texts.join("\n\n"));
  return ok(undefined);
}

/** Name, labels and annotations, the other fields as YAML, then the events. Values of Secrets are never shown. */
async function describeObject(connection: Connection, object: K8sObject): Promise<string> {
  const { metadata } = object;
  const lines = [
    `Name:         ${metadata.name ?? ""}`,
    ...(metadata.namespace === undefined ? [] : [`Namespace:    ${metadata.namespace}`]),
    ...mapLines("Labels:", metadata.labels),
    ...mapLines("Annotations:", withoutLastApplied(metadata.annotations)),
    `API Version:  ${object.apiVersion}`,
    `Kind:         ${object.kind}`,
    `Created:      ${metadata.creationTimestamp ?? ""}`,
  ];
  for (const owner of metadata.ownerReferences ?? []) lines.push(`Controlled By:  ${owner.kind}/${owner.name}`);
  const { apiVersion: _apiVersion, kind: _kind, metadata: _metadata, ...rest } = object;
  const shown = object.kind === "Secret" ? hideSecret(rest) : rest;
  const body = Object.keys(shown).length === 0 ? "" : yamlText(shown as JsonObject);
  const { name = "", namespace = "default" } = metadata;
  const events = await listObjectEvents(connection.client, { kind: object.kind, namespace, name });
  return `${lines.join("\n")}\n${body}${eventTable(events.ok ? events.value : [])}`;
}

function mapLines(title: string, map: Readonly<Record<string, string>> | undefined): readonly string[] {
  const entries = Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return [`${title.padEnd(13)} <none>`];
  return entries.map(([key, value], index) => `${(index === 0 ? title : "").padEnd(13)} ${key}=${value}`);
}

function withoutLastApplied(annotations: Readonly<Record<string, string>> | undefined): Record<string, string> {
  const { "kubectl.kubernetes.io/last-applied-configuration": _applied, ...rest } = annotations ?? {};
  return rest;
}

function hideSecret(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const data = (fields["data"] ?? {}) as JsonObject;
  const sizes = Object.entries(data).map(([key, value]) => [
    key,
    `${Buffer.from(String(value), "base64").length} bytes`,
  ]);
  return { ...fields, data: Object.fromEntries(sizes) };
}
