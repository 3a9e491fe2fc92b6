import type { K8sObject, Resource } from "../../api/object.ts";
import { examineListener, maxExaminedEvents } from "../../doctor/examine-listener.ts";
import type { Finding } from "../../doctor/finding.ts";
import { visibleLine } from "../../offline/yaml-text.ts";
import { err, ok, type Result } from "../../result.ts";
import type { StoredEvent } from "../../triggers/event-journal.ts";
import { readEventObject } from "../../triggers/event-object.ts";
import { readServer, type ServerConfiguration } from "../backtest/server-configuration.ts";
import { type Connection, type ConnectionOptions, connect } from "../connection.ts";
import { fetchEvents } from "../event-query.ts";
import { type Failure, failure } from "../failure.ts";
import { formatObject } from "../output.ts";

export interface DoctorOptions extends ConnectionOptions {
  /** How far back events are looked at: a duration or a time. */
  readonly since?: string;
  readonly output?: "text" | "json" | "yaml";
}

const eventListeners: Resource = { group: "triggers.tekton.dev", version: "v1beta1", resource: "eventlisteners" };

const defaultSince = "7d";

/** `tektite doctor`: what makes listeners silent. Exit code 1 when an error is found. */
export async function doctor(words: readonly string[], options: DoctorOptions): Promise<Result<void, Failure>> {
  const name = words
    .filter((word) => !["el", "eventlistener", "eventlisteners"].includes(word))
    .at(0)
    ?.replace(/^el\//, "");
  const connection = connect(options);
  if (!connection.ok) return connection;
  const { client, namespace } = connection.value;
  const server = await readServer(connection.value);
  if (!server.ok) return server;
  const scope = options.allNamespaces === true ? {} : { namespace };
  const listed = await client.list(eventListeners, scope);
  if (!listed.ok) return err(failure(listed.error.message ?? ""));
  const listeners = listed.value.items.filter(({ metadata }) => name === undefined || metadata.name === name);
  if (listeners.length === 0) {
    const what = name === undefined ? "no EventListener" : `no EventListener ${name}`;
    return err(failure(`there is ${what} in namespace ${namespace}`));
  }
  const reports: { readonly listener: string; readonly findings: readonly Finding[] }[] = [];
  for (const object of listeners) {
    const findings = await examine(connection.value, object, server.value, options.since ?? defaultSince);
    reports.push({ listener: `${object.metadata.namespace}/${object.metadata.name}`, findings });
  }
  const { output = "text" } = options;
  if (output === "text") process.stdout.write(reports.map(formatReport).join("\n"));
  else process.stdout.write(formatObject({ listeners: reports }, output));
  const errors = reports.flatMap(({ findings }) => findings).filter(({ level }) => level === "error").length;
  return errors === 0 ? ok(undefined) : err(failure(errors === 1 ? "1 problem found" : `${errors} problems found`));
}

async function examine(
  connection: Connection,
  object: K8sObject,
  { resources, hasSecrets }: ServerConfiguration,
  since: string,
): Promise<readonly Finding[]> {
  const { namespace = "", name } = object.metadata;
  const stored: StoredEvent[] = [];
  const fetched = await fetchEvents(
    { ...connection, namespace },
    { ...(name === undefined ? {} : { listener: name }), since, limit: maxExaminedEvents },
    {
      isFull: true,
      onPage: async (page) => {
        for (const one of page) {
          const read = readEventObject(one);
          if (read.ok) stored.push(read.value);
        }
      },
    },
  );
  const events = fetched.ok ? ok(stored) : err(fetched.error.message);
  return examineListener(object, { client: connection.client, resources, hasSecrets, since, events });
}

const marks = { ok: "✓", warning: "!", error: "✗" } as const;

function formatReport({
  listener,
  findings,
}: {
  readonly listener: string;
  readonly findings: readonly Finding[];
}): string {
  const lines = findings.flatMap(({ level, check, message, hint }) => [
    `  ${marks[level]} ${check}: ${message}`,
    ...(hint === undefined ? [] : [`      ${hint}`]),
  ]);
  return `${[`EventListener ${listener}`, ...lines].map(visibleLine).join("\n")}\n`;
}
