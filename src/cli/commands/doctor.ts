import type { K8sObject, Resource } from "../../api/object.ts";
import { resourcePath } from "../../kube/client.ts";
import { OfflineResources } from "../../offline/offline-resources.ts";
import { visibleLine } from "../../offline/yaml-text.ts";
import { err, ok, type Result } from "../../result.ts";
import type { StoredEvent } from "../../triggers/event-journal.ts";
import { readEventObject } from "../../triggers/event-object.ts";
import { readConfiguration } from "../backtest/cluster-configuration.ts";
import { type Connection, type ConnectionOptions, connect } from "../connection.ts";
import { checkPaths, checkSignatures, checkSilence, checkUnsigned } from "../doctor/check-events.ts";
import { checkExpressions } from "../doctor/check-expressions.ts";
import { checkPermissions } from "../doctor/check-permissions.ts";
import { checkReferences } from "../doctor/check-references.ts";
import type { Finding } from "../doctor/finding.ts";
import { triggersOf } from "../doctor/listener-facts.ts";
import { fetchEvents } from "../event-query.ts";
import { type Failure, failure } from "../failure.ts";
import { formatObject } from "../output.ts";
import { listField, textField } from "../run-status.ts";
import { webhookAddress } from "../webhook-address.ts";

export interface DoctorOptions extends ConnectionOptions {
  /** How far back events are looked at: a duration or a time. */
  readonly since?: string;
  readonly output?: "text" | "json" | "yaml";
}

const eventListeners: Resource = { group: "triggers.tekton.dev", version: "v1beta1", resource: "eventlisteners" };
const pods: Resource = { group: "", version: "v1", resource: "pods" };

const defaultSince = "7d";
const maxEvents = 500;
const maxLogLines = 2_000;

/** `tektite doctor`: what makes listeners silent. Exit code 1 when an error is found. */
export async function doctor(words: readonly string[], options: DoctorOptions): Promise<Result<void, Failure>> {
  const name = words
    .filter((word) => !["el", "eventlistener", "eventlisteners"].includes(word))
    .at(0)
    ?.replace(/^el\//, "");
  const connection = connect(options);
  if (!connection.ok) return connection;
  const { client, namespace } = connection.value;
  const configuration = await readConfiguration(connection.value);
  if (!configuration.ok) return configuration;
  const resources = OfflineResources.of(configuration.value.manifests, { namespace });
  if (!resources.ok) return err(failure(resources.error.join("\n")));
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
    const findings = await examine(connection.value, object, resources.value, options.since ?? defaultSince);
    reports.push({ listener: `${object.metadata.namespace}/${object.metadata.name}`, findings });
  }
  for (const warning of configuration.value.warnings) process.stderr.write(`warning: ${warning}\n`);
  const { output = "text" } = options;
  if (output === "text") process.stdout.write(reports.map(formatReport).join("\n"));
  else process.stdout.write(formatObject({ listeners: reports }, output));
  const errors = reports.flatMap(({ findings }) => findings).filter(({ level }) => level === "error").length;
  return errors === 0 ? ok(undefined) : err(failure(errors === 1 ? "1 problem found" : `${errors} problems found`));
}

async function examine(
  connection: Connection,
  object: K8sObject,
  resources: OfflineResources,
  since: string,
): Promise<readonly Finding[]> {
  const { namespace = "", name = "" } = object.metadata;
  const ref = { namespace, name };
  const readiness = await checkReadiness(connection, object);
  const listener = resources.listener(ref);
  const selected = listener && triggersOf(listener, resources);
  if (listener === undefined || selected === undefined || !selected.ok) {
    const reason = selected?.ok === false ? selected.error.message : "it cannot be read";
    return [...readiness, { level: "error", check: "references", message: `no trigger can be selected: ${reason}` }];
  }
  const stored: StoredEvent[] = [];
  const fetched = await fetchEvents(
    { ...connection, namespace },
    { listener: name, since, limit: maxEvents },
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
  const events = fetched.ok ? stored : undefined;
  const facts = { connection, ref, listener, resources, ...selected.value, events };
  return [
    ...readiness,
    ...(await checkPermissions(facts)),
    ...(await checkReferences(facts)),
    ...checkExpressions(facts),
    ...checkUnsigned(facts),
    ...(await checkRefusals(connection, ref)),
    ...checkArrivals(events, {
      problem: fetched.ok ? undefined : fetched.error.message,
      since,
      address:
        (await webhookAddress(connection.client, ref)) ??
        textField(object, "status", "address", "url") ??
        "not known yet",
    }),
    ...(await checkSignatures(facts)),
    ...checkSilence(facts),
    ...checkPaths(facts),
  ];
}

async function checkReadiness({ client }: Connection, object: K8sObject): Promise<readonly Finding[]> {
  const { namespace, name = "" } = object.metadata;
  const listed = await client.list(pods, { namespace, labelSelector: `eventlistener=${name}` });
  const unready = (listed.ok ? listed.value.items : []).flatMap((pod) =>
    listField(pod, "status", "conditions").filter(
      (condition) => condition["type"] === "Ready" && condition["status"] !== "True",
    ),
  );
  const failing = listField(object, "status", "conditions").filter(({ status }) => status !== "True");
  const reasons = [...unready, ...failing]
    .map((condition) => String(condition["message"] ?? ""))
    .filter((message) => message !== "");
  if (reasons.length > 0 || failing.length > 0) {
    return [
      {
        level: "error",
        check: "readiness",
        message: `the listener does not take events: ${reasons[0] ?? "it is not available"}`,
        hint: `tektite el logs ${name}`,
      },
    ];
  }
  return [{ level: "ok", check: "readiness", message: "the listener takes events" }];
}

/** Requests that were refused at the door, and so are not stored: its log has them. */
async function checkRefusals(
  { client }: Connection,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<readonly Finding[]> {
  const listed = await client.list(pods, { namespace, labelSelector: `eventlistener=${name}` });
  let count = 0;
  let last = "";
  for (const pod of listed.ok ? listed.value.items : []) {
    const stream = await client.transport.stream({
      method: "GET",
      path: `${resourcePath(pods, { namespace, name: pod.metadata.name ?? "" })}/log`,
      query: { tailLines: String(maxLogLines) },
    });
    if (stream.status !== 200) continue;
    let text = "";
    for await (const chunk of stream.items) text += Buffer.from(chunk).toString("utf8");
    for (const [, message = ""] of text.matchAll(/"Invalid event body format : ((?:[^"\\]|\\.)*)"/g)) {
      count++;
      last = message;
    }
  }
  if (count === 0) return [];
  return [
    {
      level: "error",
      check: "requests",
      message: `${count === 1 ? "1 request was" : `${count} requests were`} refused, as their bodies are no JSON objects: ${last}`,
      hint: "in the settings of the webhook choose the content type application/json, not a form",
    },
  ];
}

function checkArrivals(
  events: readonly StoredEvent[] | undefined,
  { problem = "", since, address }: { readonly problem?: string | undefined; since: string; address: string },
): readonly Finding[] {
  if (events === undefined) return [{ level: "warning", check: "events", message: problem }];
  if (events.length > 0) {
    const many = events.length === maxEvents ? `at least ${maxEvents}` : String(events.length);
    return [{ level: "ok", check: "events", message: `${many} event${many === "1" ? "" : "s"} since ${since}` }];
  }
  return [
    {
      level: "warning",
      check: "events",
      message: `no event has come in since ${since}`,
      hint: `does the webhook have the right address? It is ${address}`,
    },
  ];
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
