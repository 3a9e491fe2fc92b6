import type { EventListener } from "../api/triggers/objects.ts";
import { takesAnyForm, validatesPayload } from "../api/triggers/sink-settings.ts";
import { coreInterceptors } from "../interceptors/core-interceptors.ts";
import type { CodeHostClient, SecretReader } from "../interceptors/interceptor.ts";
import { decodeGoJsonObject } from "../json/go-decode.ts";
import { isJsonObject } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";
import { eventHeader } from "../sink/event-header.ts";
import { runUid } from "../sink/run-uid.ts";
import type { InterceptorHttp } from "../triggers/interceptor-http.ts";
import { type EngineEnvironment, type ListenerRef, runGroup, runTrigger } from "../triggers/run-trigger.ts";
import {
  type SelectedTrigger,
  type Selection,
  selectGroupTriggers,
  selectTriggers,
  type TriggerGroup,
} from "../triggers/select-triggers.ts";
import { EventBody, type TriggerEvent } from "../triggers/trigger-event.ts";
import type { TriggerResources } from "../triggers/trigger-resources.ts";
import { triggerSpecOf } from "../triggers/trigger-spec.ts";
import type { TriggerVerdict } from "../triggers/verdict.ts";
import { admitPlanned } from "./admit-planned.ts";
import type { OfflineResources } from "./offline-resources.ts";
import type { SavedRequest } from "./request-file.ts";

/** What one EventListener, or a Trigger by itself, makes of a request. */
export interface OfflineRun {
  /** Undefined for a Trigger that no EventListener of the files uses. */
  readonly listener?: ListenerRef;
  /** How the request is answered. */
  readonly answer: { readonly status: number; readonly message?: string };
  /** `triggerRef`s to Triggers that are not there; they are passed over. */
  readonly missing: readonly string[];
  readonly verdicts: readonly TriggerVerdict[];
}

/** What is to be run, and with what around it. */
export interface OfflineRunOptions {
  /** Only this EventListener: `name` or `namespace/name`. */
  readonly listener?: string;
  /** Only triggers of this name. */
  readonly trigger?: string;
  readonly eventId: string;
  readonly nowMs: () => number;
  readonly http: InterceptorHttp;
  readonly codeHost: CodeHostClient;
  /** Gets the value of each Secret that an interceptor reads. */
  readonly onSecret?: (value: string) => void;
}

/** The event ID unless another is given: the same each time, so that results can be compared. */
export const defaultEventId = "00000000-0000-4000-8000-000000000000";

/** Runs a request through the EventListeners of the files, and through the Triggers that none of them uses. */
export async function runOffline(
  resources: OfflineResources,
  request: SavedRequest,
  options: OfflineRunOptions,
): Promise<Result<readonly OfflineRun[], string>> {
  const environment = environmentOf(resources, options);
  const admitted = (run: OfflineRun): OfflineRun => ({
    ...run,
    verdicts: run.verdicts.map((verdict) => admitPlanned(verdict, resources.configMaps)),
  });
  const event = eventOf(request, options.eventId);
  const listeners = resources.listeners().filter((each) => isNamed(each, options.listener));
  if (options.listener !== undefined && listeners.length === 0) {
    return err(`no EventListener ${options.listener} in the files${listed(resources.listeners().map(nameOf))}`);
  }
  const runs: OfflineRun[] = [];
  const reached = new Set<string>();
  const seen: string[] = [];
  for (const listener of listeners) {
    const selected = selectTriggers(listener, resources);
    const triggers = selected.ok ? concerned(selected.value, resources) : [];
    for (const { identity } of triggers) {
      seen.push(identity.name);
      // The path of an inline trigger is no Trigger's.
      if (!identity.path.startsWith("triggers/")) reached.add(`${identity.namespace}/${identity.name}`);
    }
    const isAsked = options.trigger === undefined || triggers.some((each) => each.identity.name === options.trigger);
    if (isAsked || !selected.ok) runs.push(await runListener(listener, selected, event, environment, options));
  }
  const alone = options.listener === undefined ? resources.triggers() : [];
  for (const trigger of alone) {
    const { namespace = "", name = "" } = trigger.metadata ?? {};
    if (reached.has(`${namespace}/${name}`)) continue;
    seen.push(name);
    if (options.trigger !== undefined && options.trigger !== name) continue;
    const identity = { kind: "trigger", namespace, name, path: `selected/${namespace}/${name}` } as const;
    const selected: SelectedTrigger = { identity, spec: triggerSpecOf(trigger.spec ?? {}) };
    const verdict = await runTrigger(selected, event, { namespace, name: "" }, environment);
    runs.push({ answer: { status: 202 }, missing: [], verdicts: [verdict] });
  }
  if (runs.length > 0) return ok(runs.map(admitted));
  const what = options.trigger === undefined ? "EventListener or Trigger" : `trigger ${options.trigger}`;
  return err(`no ${what} in the files${listed(seen)}`);
}

/** Runs an event of the journal through one EventListener; undefined when there is none of that name. */
export async function runStored(
  resources: OfflineResources,
  ref: ListenerRef,
  event: TriggerEvent,
  options: OfflineRunOptions,
): Promise<OfflineRun | undefined> {
  const listener = resources.listener(ref);
  if (listener === undefined) return undefined;
  let selections = knownSelections.get(resources);
  if (selections === undefined) {
    selections = new Map();
    knownSelections.set(resources, selections);
  }
  let selected = selections.get(listener);
  if (selected === undefined) {
    selected = selectTriggers(listener, resources);
    selections.set(listener, selected);
  }
  return runListener(listener, selected, event, environmentOf(resources, options), options);
}

/** Offline resources never change, so what a listener selects is worked out once for many events. */
const knownSelections = new WeakMap<OfflineResources, Map<EventListener, ReturnType<typeof selectTriggers>>>();

/** Whether anything would be created. */
export function createsSomething(runs: readonly OfflineRun[]): boolean {
  return runs.some(({ verdicts }) => verdicts.some(isCreating));
}

/** Whether the trigger creates anything: what stands before the first error is created too, as in a cluster. */
export function isCreating({ objects }: TriggerVerdict): boolean {
  return objects.length > 0;
}

function environmentOf(resources: OfflineResources, options: OfflineRunOptions): EngineEnvironment {
  const { http, codeHost, nowMs, onSecret } = options;
  const secrets: SecretReader = {
    async read(ref) {
      const value = await resources.read(ref);
      if (value.ok) onSecret?.(value.value);
      return value;
    },
  };
  return {
    resources,
    interceptors: { secrets: onSecret === undefined ? resources : secrets, codeHost, nowMs },
    core: coreInterceptors,
    http,
    discover: () => resources.discover,
    newUid: runUid,
  };
}

/** The event as the sink makes it of a request. */
function eventOf({ target, rawHeaders, body }: SavedRequest, id: string): TriggerEvent {
  const names = new Set(rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase()));
  const hasLength = names.has("content-length") || names.has("transfer-encoding");
  const sent = hasLength ? rawHeaders : [...rawHeaders, "Content-Length", String(body.length)];
  return { id, url: pathOf(target), header: eventHeader(sent), body: new EventBody(body) };
}

function pathOf(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/, "");
  return path.startsWith("/") ? path : `/${path}`;
}

async function runListener(
  listener: EventListener,
  selected: ReturnType<typeof selectTriggers>,
  event: TriggerEvent,
  environment: EngineEnvironment,
  { trigger: wanted }: OfflineRunOptions,
): Promise<OfflineRun> {
  const { namespace = "", name = "" } = listener.metadata ?? {};
  const ref = { namespace, name };
  const decoded = validatesPayload(listener) ? decodedObject(event.body) : ok(null);
  const refused = (status: number, message: string): OfflineRun => ({
    listener: ref,
    answer: { status, message },
    missing: [],
    verdicts: [],
  });
  if (!decoded.ok) return refused(400, `Invalid event body format : ${decoded.error}`);
  if (!selected.ok) return refused(500, selected.error.message);
  const forListener: EngineEnvironment = { ...environment, form: { isLenient: takesAnyForm(listener) } };
  const isWanted = ({ identity }: SelectedTrigger) => wanted === undefined || identity.name === wanted;
  const verdicts: TriggerVerdict[] = [];
  for (const trigger of selected.value.triggers.filter(isWanted)) {
    verdicts.push(await runTrigger(trigger, event, ref, forListener));
  }
  for (const group of selected.value.groups) {
    if (!triggersOf(group, environment.resources).some(isWanted) && wanted !== undefined) continue;
    const run = await runGroup(group, event, ref, forListener);
    if (run.kind !== "selected") {
      verdicts.push(run.verdict);
      continue;
    }
    for (const trigger of run.triggers.filter(isWanted)) {
      verdicts.push(await runTrigger(trigger, event, ref, forListener, run.state));
    }
  }
  return { listener: ref, answer: { status: 202 }, missing: selected.value.missing, verdicts };
}

/** As the sink looks at it: once decoded for the triggers, the body is not decoded again; the error is that of an object. */
function decodedObject(body: EventBody): Result<unknown, string> {
  const { json } = body;
  return json.ok && (json.value === null || isJsonObject(json.value)) ? ok(null) : decodeGoJsonObject(body.bytes);
}

/** Every trigger that the event may reach. */
function concerned({ triggers, groups }: Selection, resources: TriggerResources): readonly SelectedTrigger[] {
  return [...triggers, ...groups.flatMap((group) => triggersOf(group, resources))];
}

function triggersOf(group: TriggerGroup, resources: TriggerResources): readonly SelectedTrigger[] {
  const triggers = selectGroupTriggers(group, resources);
  return triggers.ok ? triggers.value : [];
}

function isNamed({ metadata }: EventListener, wanted: string | undefined): boolean {
  return wanted === undefined || metadata?.name === wanted || `${metadata?.namespace}/${metadata?.name}` === wanted;
}

function nameOf({ metadata }: EventListener): string {
  return metadata?.name ?? "";
}

function listed(names: readonly string[]): string {
  const named = [...new Set(names)].filter((name) => name !== "");
  return named.length === 0 ? "" : `; there is ${named.join(", ")}`;
}
