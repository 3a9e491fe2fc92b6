import type { Condition } from "../../api/object-fields.ts";
import type { ListenerTrigger } from "../../dashboard/views/listener-view.ts";
import { eventListeners } from "../../kube/known-resources.ts";
import { err, ok, type Result } from "../../result.ts";
import { formatAge } from "../age.ts";
import { type ConnectionOptions, connect } from "../connection.ts";
import { endpointFailure, openEndpoints } from "../endpoints.ts";
import { apiFailure, type Failure } from "../failure.ts";
import { conditionTable, eventTable } from "../object-tables.ts";
import { formatObject, listOf, type OutputFormat } from "../output.ts";
import { formatTable } from "../table.ts";

export interface ListenerOptions extends ConnectionOptions {
  readonly output?: OutputFormat;
}

/** `tektite el list`: listeners with their addresses and whether they answer. */
export async function listListeners(options: ListenerOptions): Promise<Result<void, Failure>> {
  const connection = openEndpoints(options);
  if (!connection.ok) return connection;
  const { client, endpoints, listed: namespace } = connection.value;
  if (options.output === "json" || options.output === "yaml") {
    // Whole, as kubectl has them: the endpoint tells no data of Secrets that a template would make.
    const objects = await client.list(eventListeners, { namespace });
    if (!objects.ok) return err(apiFailure(objects.error));
    process.stdout.write(formatObject(listOf(objects.value.items), options.output));
    return ok(undefined);
  }
  const found = await endpoints.get("listeners", { namespace });
  if (!found.ok) return err(endpointFailure(found.error));
  const { items } = found.value;
  if (options.output === "name") {
    for (const { name } of items) process.stdout.write(`eventlistener.triggers.tekton.dev/${name}\n`);
    return ok(undefined);
  }
  if (items.length === 0) {
    process.stderr.write("No EventListeners found\n");
    return ok(undefined);
  }
  const nowMs = Date.now();
  const all = options.allNamespaces === true;
  const wide = options.output === "wide";
  const rows = items.map((item) => [
    ...(all ? [item.namespace] : []),
    item.name,
    formatAge(nowMs - Date.parse(item.createdAt ?? "")),
    item.address ?? "---",
    statusOf(item.conditions, "Available"),
    ...(wide ? [statusOf(item.conditions, "Ready"), String(item.triggers.length)] : []),
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

function statusOf(conditions: readonly Condition[], wanted: string): string {
  return conditions.find(({ type }) => type === wanted)?.status ?? "---";
}

/** `tektite el describe`: a listener's address, triggers, conditions and events. */
export async function describeListener(name: string, options: ListenerOptions): Promise<Result<void, Failure>> {
  const connection = openEndpoints(options);
  if (!connection.ok) return connection;
  const { client, endpoints, namespace } = connection.value;
  if (options.output === "json" || options.output === "yaml") {
    const object = await client.get(eventListeners, { namespace, name });
    if (!object.ok) return err(apiFailure(object.error));
    process.stdout.write(formatObject(object.value, options.output));
    return ok(undefined);
  }
  const listener = await endpoints.get("listeners/:namespace/:name", { namespace, name });
  if (!listener.ok) return err(endpointFailure(listener.error));
  const { serviceAccount, address = "---", webhook, triggerDetails, conditions } = listener.value;
  const sections = [
    [
      `Name:              ${name}`,
      `Namespace:         ${namespace}`,
      `Service Account:   ${serviceAccount}`,
      `URL:               ${address}`,
      ...(webhook === undefined ? [] : [`Webhook:           ${webhook}`]),
      "",
    ].join("\n"),
  ];
  if (triggerDetails.length > 0) {
    const header = ["  NAME", "INTERCEPTORS", "BINDINGS", "TEMPLATE"];
    sections.push(`EventListenerTriggers\n${formatTable(header, triggerDetails.map(triggerCells))}`);
  }
  const events = await endpoints.get("listeners/:namespace/:name/events", { namespace, name });
  sections.push(`Conditions\n${conditionTable(conditions)}`, eventTable(events.ok ? events.value.items : []));
  process.stdout.write(sections.join("\n"));
  return ok(undefined);
}

function triggerCells({ name, triggerRef, interceptors, bindings, template }: ListenerTrigger): readonly string[] {
  const names = (list: readonly string[]) => (list.length === 0 ? "---" : list.join(","));
  const otherwise = triggerRef === undefined ? "inline" : `Trigger ${triggerRef}`;
  return [`  ${name}`, names(interceptors), names(bindings), template ?? otherwise];
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
  const { logs } = await import("./logs.ts");
  return logs(undefined, { ...options, selector: `eventlistener=${name}` });
}
