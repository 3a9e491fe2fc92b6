import type { K8sObject } from "../api/object.ts";
import { objectsOf, textOf } from "../api/object-fields.ts";
import { type JsonValue, member } from "../json/value.ts";
import { type KubeClient, resourcePath } from "../kube/client.ts";
import { Discovery } from "../kube/discovery.ts";
import { pods } from "../kube/known-resources.ts";
import { webhookAddress } from "../kube/webhook-address.ts";
import type { OfflineResources } from "../offline/offline-resources.ts";
import type { Result } from "../result.ts";
import type { StoredEvent } from "../triggers/event-journal.ts";
import type { ListenerRef } from "../triggers/run-trigger.ts";
import { checkPaths, checkSignatures, checkSilence, checkUnsigned } from "./check-events.ts";
import { checkExpressions } from "./check-expressions.ts";
import { checkInterceptorParams } from "./check-interceptor-params.ts";
import { checkParams } from "./check-params.ts";
import { checkPermissions } from "./check-permissions.ts";
import { checkReferences } from "./check-references.ts";
import { checkRuns } from "./check-runs.ts";
import type { Finding } from "./finding.ts";
import { triggersOf } from "./listener-facts.ts";

/** How many of a listener's events are looked at, the newest. */
export const maxExaminedEvents = 500;
const maxLogLines = 2_000;

export interface ExaminationOptions {
  readonly client: KubeClient;
  /** The server's configuration. */
  readonly resources: OfflineResources;
  readonly hasSecrets: boolean;
  /** How far back events were looked at, in words. */
  readonly since: string;
  /** At most {@link maxExaminedEvents}, newest first; or why there are none to look at. */
  readonly events: Result<readonly StoredEvent[], string>;
  /** Whether there are older ones that were not looked at. */
  readonly hasMoreEvents: boolean;
}

/** What keeps a listener silent, or may do so; what is well is said, too. */
export async function examineListener(object: K8sObject, options: ExaminationOptions): Promise<readonly Finding[]> {
  const { client, resources, hasSecrets, since } = options;
  const { namespace = "", name = "" } = object.metadata;
  const ref = { namespace, name };
  const readiness = await checkReadiness(client, object);
  const listener = resources.listener(ref);
  const selected = listener && triggersOf(listener, resources);
  if (listener === undefined || selected === undefined || !selected.ok) {
    const reason = selected?.ok === false ? selected.error.message : "it cannot be read";
    return [...readiness, { level: "error", check: "references", message: `no trigger can be selected: ${reason}` }];
  }
  const events = options.events.ok ? options.events.value : undefined;
  const kinds = await Discovery.fetch(client.transport);
  const facts = {
    client,
    ref,
    listener,
    resources,
    kinds: kinds.ok ? kinds.value : undefined,
    hasSecrets,
    ...selected.value,
    events,
  };
  return [
    ...readiness,
    ...(await checkPermissions(facts)),
    ...(await checkReferences(facts)),
    ...checkExpressions(facts),
    ...checkInterceptorParams(facts),
    ...checkParams(facts),
    ...(await checkRuns(facts)),
    ...checkUnsigned(facts),
    ...(await checkRefusals(client, ref, events ?? [])),
    ...checkArrivals(events, {
      problem: options.events.ok ? undefined : options.events.error,
      hasMore: options.hasMoreEvents,
      since,
      address: (await webhookAddress(client, ref)) ?? textOf(object, "status", "address", "url") ?? "not known yet",
    }),
    ...(await checkSignatures(facts)),
    ...checkSilence(facts),
    ...checkPaths(facts),
  ];
}

async function checkReadiness(client: KubeClient, object: K8sObject): Promise<readonly Finding[]> {
  const { namespace, name = "" } = object.metadata;
  const listed = await client.list(pods, { namespace, labelSelector: `eventlistener=${name}` });
  const unready = (listed.ok ? listed.value.items : []).flatMap((pod) =>
    objectsOf(pod, "status", "conditions").filter(
      (condition) => condition["type"] === "Ready" && condition["status"] !== "True",
    ),
  );
  const conditions = objectsOf(object, "status", "conditions");
  if (conditions.length === 0) {
    return [
      {
        level: "error",
        check: "readiness",
        message: "the listener does not take events: nothing has begun to serve it, as its status is empty",
        hint: "does the controller of EventListeners run, with rights in this namespace? `tektite up` has it, a cluster needs `tektite install`",
      },
    ];
  }
  const failing = conditions.filter(({ status }) => status !== "True");
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
  // Ready says nothing of pods until the Deployment has conditions; a custom resource never tells.
  const isCustom = member(member(object["spec"] as JsonValue, "resources"), "customResource") !== undefined;
  if (!isCustom && !conditions.some(({ type }) => type === "Available")) {
    return [
      {
        level: "error",
        check: "readiness",
        message: "the listener does not take events: its Deployment has no pod that is ready",
        hint: `kubectl describe pods -l eventlistener=${name}`,
      },
    ];
  }
  return [{ level: "ok", check: "readiness", message: "the listener takes events" }];
}

/** A line of the log about a refused body, with the time that the API puts before it. */
const refusalLine = /^(\S+) .*"Invalid event body format : ((?:[^"\\]|\\.)*)"/gm;

/** Requests that were refused at the door, and so are not stored: its log has them. */
async function checkRefusals(
  client: KubeClient,
  { namespace, name }: ListenerRef,
  events: readonly StoredEvent[],
): Promise<readonly Finding[]> {
  const listed = await client.list(pods, { namespace, labelSelector: `eventlistener=${name}` });
  let count = 0;
  let last = "";
  let lastMs = 0;
  for (const pod of listed.ok ? listed.value.items : []) {
    const stream = await client.transport.stream({
      method: "GET",
      path: `${resourcePath(pods, { namespace, name: pod.metadata.name ?? "" })}/log`,
      query: { tailLines: String(maxLogLines), timestamps: "true" },
    });
    if (stream.status !== 200) continue;
    let text = "";
    for await (const chunk of stream.items) text += Buffer.from(chunk).toString("utf8");
    for (const [, time = "", message = ""] of text.matchAll(refusalLine)) {
      count++;
      last = unquoted(message);
      lastMs = Math.max(lastMs, Date.parse(time));
    }
  }
  if (count === 0) return [];
  // The sender may have been set right since.
  const isOver = events.some(({ event }) => event.receivedAtMs > lastMs);
  return [
    {
      level: isOver ? "warning" : "error",
      check: "requests",
      message: `${count === 1 ? "1 request was refused, as its body is no JSON object" : `${count} requests were refused, as their bodies are no JSON objects`}: ${last}`,
      hint: isOver
        ? "events have come in since"
        : "in the settings of the webhook choose the content type application/json, not a form",
    },
  ];
}

function checkArrivals(
  events: readonly StoredEvent[] | undefined,
  {
    problem = "",
    hasMore,
    since,
    address,
  }: { readonly problem?: string | undefined; readonly hasMore: boolean; since: string; address: string },
): readonly Finding[] {
  if (events === undefined) return [{ level: "warning", check: "events", message: problem }];
  const period = /^\d+[a-z]+$/.test(since) ? `in the last ${since}` : `since ${since}`;
  if (events.length > 0) {
    const many = hasMore ? `at least ${events.length}` : String(events.length);
    return [{ level: "ok", check: "events", message: `${many} event${many === "1" ? "" : "s"} ${period}` }];
  }
  return [
    {
      level: "warning",
      check: "events",
      message: `no event has come in ${period}`,
      hint: `does the webhook have the right address? It is ${address}`,
    },
  ];
}

/** A text out of a line of JSON, without its escapes. */
function unquoted(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return text;
  }
}
