import type { K8sObject, Resource } from "../../api/object.ts";
import { objectsOf, textOf } from "../../api/object-fields.ts";
import { member } from "../../json/value.ts";
import { webhookAddress } from "../../kube/webhook-address.ts";
import { err, ok, type Result } from "../../result.ts";
import { formatAge } from "../age.ts";
import { type ConnectionOptions, connect } from "../connection.ts";
import { apiFailure, type Failure } from "../failure.ts";
import { formatObject, listOf, type OutputFormat } from "../output.ts";
import { formatTable } from "../table.ts";
import { conditionTable, eventTable } from "./describe.ts";
import { logs } from "./logs.ts";

const eventListeners: Resource = { group: "triggers.tekton.dev", version: "v1beta1", resource: "eventlisteners" };

export interface ListenerOptions extends ConnectionOptions {
  readonly output?: OutputFormat;
}

/** `tektite el list`: listeners with their addresses and whether they answer. */
export async function listListeners(options: ListenerOptions): Promise<Result<void, Failure>> {
  const connection = connect(options);
  if (!connection.ok) return connection;
  const all = options.allNamespaces === true;
  const listed = await connection.value.client.list(eventListeners, {
    namespace: all ? undefined : connection.value.namespace,
  });
  if (!listed.ok) return err(apiFailure(listed.error));
  const { items } = listed.value;
  switch (options.output) {
    case "json":
    case "yaml":
      process.stdout.write(formatObject(listOf(items), options.output));
      return ok(undefined);
    case "name":
      for (const item of items) process.stdout.write(`eventlistener.triggers.tekton.dev/${item.metadata.name}\n`);
      return ok(undefined);
  }
  if (items.length === 0) {
    process.stderr.write("No EventListeners found\n");
    return ok(undefined);
  }
  const nowMs = Date.now();
  const wide = options.output === "wide";
  const rows = items.map((item) => [
    ...(all ? [item.metadata.namespace ?? ""] : []),
    item.metadata.name ?? "",
    formatAge(nowMs - Date.parse(item.metadata.creationTimestamp ?? "")),
    textOf(item, "status", "address", "url") ?? "---",
    conditionStatus(item, "Available"),
    ...(wide ? [conditionStatus(item, "Ready"), String(objectsOf(item, "spec", "triggers").length)] : []),
  ]);
  const header = [
    ...(all ? ["NAMESPACE"] : []),
    "NAME",
    "AGE",
    "URL",
    "AVAILABLE",
    ...(wide ? ["READY", "TRIGGERS"] : []),
  ];
  process.stdout.write(formatTable(header, rows));
  return ok(undefined);
}

/** `tektite el describe`: a listener's address, triggers, conditions and events. */
export async function describeListener(name: string, options: ListenerOptions): Promise<Result<void, Failure>> {
  const connection = connect(options);
  if (!connection.ok) return connection;
  const listener = await connection.value.client.get(eventListeners, { namespace: connection.value.namespace, name });
  if (!listener.ok) return err(apiFailure(listener.error));
  if (options.output === "json" || options.output === "yaml") {
    process.stdout.write(formatObject(listener.value, options.output));
    return ok(undefined);
  }
  const { namespace = "" } = listener.value.metadata;
  const webhook = await webhookAddress(connection.value.client, { namespace, name });
  const sections = [
    [
      `Name:              ${name}`,
      `Namespace:         ${namespace}`,
      `Service Account:   ${textOf(listener.value, "spec", "serviceAccountName") ?? "default"}`,
      `URL:               ${textOf(listener.value, "status", "address", "url") ?? "---"}`,
      ...(webhook === undefined ? [] : [`Webhook:           ${webhook}`]),
      "",
    ].join("\n"),
  ];
  const triggers = objectsOf(listener.value, "spec", "triggers").map((trigger) => [
    `  ${String(trigger["name"] ?? trigger["triggerRef"] ?? "")}`,
    names(member(trigger, "interceptors")),
    names(member(trigger, "bindings")),
    String(
      member(member(trigger, "template"), "ref") ??
        (trigger["triggerRef"] === undefined ? "inline" : `Trigger ${String(trigger["triggerRef"])}`),
    ),
  ]);
  if (triggers.length > 0) {
    sections.push(
      `EventListenerTriggers\n${formatTable(["  NAME", "INTERCEPTORS", "BINDINGS", "TEMPLATE"], triggers)}`,
    );
  }
  sections.push(`Conditions\n${conditionTable(listener.value)}`, await eventTable(connection.value, listener.value));
  process.stdout.write(sections.join("\n"));
  return ok(undefined);
}

/** `tektite el logs`: what a listener says of the events it got. */
export async function listenerLogs(
  name: string,
  options: ConnectionOptions & {
    readonly follow?: boolean;
    readonly tail?: number;
    readonly since?: string;
    readonly signal: AbortSignal;
  },
): Promise<Result<void, Failure>> {
  const connection = connect(options);
  if (!connection.ok) return connection;
  const { client, namespace } = connection.value;
  const listener = await client.get(eventListeners, { namespace, name });
  if (!listener.ok) return err(apiFailure(listener.error));
  return logs(undefined, { ...options, selector: `eventlistener=${name}` });
}

function conditionStatus(object: K8sObject, type: string): string {
  const condition = objectsOf(object, "status", "conditions").find((candidate) => candidate["type"] === type);
  return condition === undefined ? "---" : String(condition["status"]);
}

function names(list: unknown): string {
  if (!Array.isArray(list) || list.length === 0) return "---";
  return list
    .map((item) => {
      const reference = member(item, "ref");
      return String(
        member(item, "name") ?? (typeof reference === "string" ? reference : member(reference, "name")) ?? "webhook",
      );
    })
    .join(",");
}
