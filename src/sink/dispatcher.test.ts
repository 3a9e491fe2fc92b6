import { deepEqual, equal, match, notEqual } from "node:assert/strict";
import { test } from "node:test";
import type { K8sObject } from "../api/object.ts";
import type { EventListener } from "../api/triggers/objects.ts";
import { coreInterceptors } from "../interceptors/core-interceptors.ts";
import { type JsonObject, type JsonValue, member } from "../json/value.ts";
import { KubeClient } from "../kube/client.ts";
import { clientFailure } from "../kube/status.ts";
import type { ApiRequest, ApiResponse, KubeTransport } from "../kube/transport.ts";
import { err, ok } from "../result.ts";
import { MemoryJournal } from "../store/journal/memory-journal.ts";
import type { AcceptedEvent, PairRecord } from "../triggers/event-journal.ts";
import { selectTriggers } from "../triggers/select-triggers.ts";
import type { TriggerResources } from "../triggers/trigger-resources.ts";
import { Dispatcher, type RetryPolicy } from "./dispatcher.ts";
import { decodeTriggersObject } from "./listener-caches.ts";
import { deterministicName } from "./object-names.ts";
import { KubeObjectCreator } from "./resource-creator.ts";
import { runUid } from "./run-uid.ts";
import { SinkLog } from "./sink-log.ts";
import { SinkMetrics } from "./sink-metrics.ts";

const ref = { namespace: "ns", name: "el" };

/** An API server that holds ConfigMaps and fails when told to. */
class FlappingApi implements KubeTransport {
  readonly objects = new Map<string, JsonObject>();
  /** Statuses of the next creations; 0: created, but the answer is lost. */
  readonly script: number[] = [];
  creations = 0;

  as(): KubeTransport {
    return this;
  }

  async send({ method, path, body }: ApiRequest): Promise<ApiResponse> {
    if (method === "GET") {
      const found = this.objects.get(path.split("/").at(-1) ?? "");
      return found ? { status: 200, headers: {}, body: found } : this.#fail(404, "NotFound");
    }
    this.creations++;
    const status = this.script.shift() ?? 201;
    if (status >= 400) return this.#fail(status, "ServiceUnavailable");
    const name = String(member(member(body, "metadata"), "name"));
    if (this.objects.has(name)) return this.#fail(409, "AlreadyExists");
    this.objects.set(name, body as JsonObject);
    if (status === 0) return this.#fail(503, "ServiceUnavailable");
    return { status: 201, headers: {}, body: body as JsonValue };
  }

  watch(): never {
    throw new Error("nothing is watched here");
  }

  stream(): never {
    throw new Error("nothing is streamed here");
  }

  #fail(code: number, reason: string): ApiResponse {
    const body = clientFailure(code, reason, `${reason} by script`) as unknown as JsonValue;
    return { status: code, headers: {}, body };
  }
}

const template = (generateName: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { generateName } });

const listenerWith = (resourcetemplates: readonly JsonObject[]) =>
  decodeTriggersObject("v1beta1", "EventListener", {
    apiVersion: "triggers.tekton.dev/v1beta1",
    kind: "EventListener",
    metadata: ref,
    spec: { triggers: [{ name: "t", template: { spec: { resourcetemplates } } }] },
  } as unknown as K8sObject) as EventListener;

const nothing = () => undefined;
const resources: TriggerResources = {
  trigger: nothing,
  triggers: () => [],
  triggerBinding: nothing,
  clusterTriggerBinding: nothing,
  triggerTemplate: nothing,
  clusterInterceptor: nothing,
  interceptor: nothing,
};

const event: AcceptedEvent = {
  id: "evt",
  listener: ref,
  receivedAtMs: 0,
  method: "POST",
  url: "/",
  header: {},
  body: Buffer.from("{}"),
};

function newDispatcher(
  api: FlappingApi,
  retry: Partial<RetryPolicy> = {},
  templates: readonly JsonObject[] = [template("a-"), template("b-")],
) {
  const journal = new MemoryJournal({ maxUnfinished: 10 });
  const records: PairRecord[] = [];
  const record = journal.record.bind(journal);
  journal.record = (pair) => {
    records.push(pair);
    return record(pair);
  };
  let nowMs = 0;
  let successes = 0;
  const dispatcher = new Dispatcher({
    listener: ref,
    engine: {
      resources,
      interceptors: { secrets: { read: async () => err("none") }, codeHost: { get: async () => err("none") } },
      core: coreInterceptors,
      http: { post: async () => err("none") },
      discover: () => () =>
        ok([{ kind: "ConfigMap", group: "", version: "v1", resource: "configmaps", namespaced: true }]),
      newUid: runUid,
    },
    creator: new KubeObjectCreator(new KubeClient(api)),
    journal,
    metrics: new SinkMetrics(),
    retry: { baseDelayMs: 0, maxDelayMs: 0, giveUpAfterMs: 1_000, ...retry },
    maxConcurrent: 10,
    crowd: 1_000,
    nowMs: () => nowMs++,
    random: () => 0,
    signal: new AbortController().signal,
    onSuccess: () => void successes++,
  });
  const selection = selectTriggers(listenerWith(templates), resources);
  if (!selection.ok) throw new Error(selection.error.message);
  const log = new SinkLog({ write: () => {}, level: "info", nowMs: () => 0 });
  const dispatch = async (earlier?: readonly PairRecord[]) => {
    await journal.accept(event);
    return dispatcher.dispatch(event, selection.value, log, earlier ? { earlier } : {});
  };
  return { dispatch, journal, records, successes: () => successes };
}

const states = (records: readonly PairRecord[]) => records.map(({ state }) => state);

test("an API server that fails for a while costs attempts, not objects", async () => {
  const api = new FlappingApi();
  api.script.push(503, 429, 201, 500);
  const { dispatch, records, successes } = newDispatcher(api);
  await dispatch();
  deepEqual(states(records), ["retrying", "retrying", "retrying", "created"]);
  equal(api.objects.size, 2);
  equal(successes(), 1);
  deepEqual(
    records.at(-1)?.created.map(({ name }) => name.slice(0, 2)),
    ["a-", "b-"],
  );
});

test("a creation whose answer was lost is found again", async () => {
  const api = new FlappingApi();
  api.script.push(0);
  const { dispatch, records } = newDispatcher(api);
  await dispatch();
  deepEqual(states(records), ["retrying", "created"]);
  equal(api.objects.size, 2);
});

test("a process that takes an event over creates nothing twice", async () => {
  const api = new FlappingApi();
  await newDispatcher(api).dispatch();
  const names = [...api.objects.keys()];
  // As after a crash before the verdict was written: nothing is known of the first attempt.
  const { dispatch, records } = newDispatcher(api);
  await dispatch([]);
  deepEqual([...api.objects.keys()], names);
  deepEqual(
    records.at(-1)?.created.map(({ name }) => name),
    names,
  );
});

test("an object with a name of its own is found again by who takes the event over, not one of somebody else", async () => {
  const templates = [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "fixed" } }];
  const api = new FlappingApi();
  await newDispatcher(api, {}, templates).dispatch();
  const resumed = newDispatcher(api, {}, templates);
  await resumed.dispatch([]);
  deepEqual(states(resumed.records), ["created"]);

  api.objects.set("fixed", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "fixed" } });
  const foreign = newDispatcher(api, {}, templates);
  await foreign.dispatch([]);
  deepEqual(states(foreign.records), ["failed"]);
});

test("a pair that came to its end is left alone", async () => {
  const api = new FlappingApi();
  const first = newDispatcher(api);
  await first.dispatch();
  const before = api.creations;
  const { dispatch, records } = newDispatcher(api);
  await dispatch(first.records.slice(-1));
  equal(api.creations, before);
  deepEqual(records, []);
});

test("a name that somebody else has is passed over", async () => {
  const api = new FlappingApi();
  const { dispatch } = newDispatcher(api);
  await dispatch();
  const [mine = ""] = [...api.objects.keys()];
  const other = new FlappingApi();
  other.objects.set(mine, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: mine } });
  await newDispatcher(other).dispatch();
  equal(other.objects.size, 3);
});

test("what was tried long enough is dead, what cannot pass failed at once", async () => {
  const down = new FlappingApi();
  down.script.push(...Array.from({ length: 1_000 }, () => 503));
  const dead = newDispatcher(down, { giveUpAfterMs: 20 });
  await dead.dispatch();
  equal(dead.records.at(-1)?.state, "dead");
  match(dead.records.at(-1)?.error ?? "", /ServiceUnavailable by script/);
  notEqual(dead.records.length, 1);

  const refusing = new FlappingApi();
  refusing.script.push(400);
  const failed = newDispatcher(refusing);
  await failed.dispatch();
  deepEqual(states(failed.records), ["failed"]);
});

test("an event that all triggers have finished with is no longer pending", async () => {
  const { dispatch, journal } = newDispatcher(new FlappingApi());
  await journal.accept(event);
  await dispatch();
  for await (const pending of journal.pending(ref)) throw new Error(`${pending.event.id} is pending`);
});

test("names are made of event, trigger, place and candidate", () => {
  const trigger = { kind: "trigger", namespace: "ns", name: "t", path: "triggers/t" } as const;
  const verdict = { eventId: "e", listener: ref, trigger };
  const name = (prefix: string, index = 0, candidate = 0, eventId = "e") =>
    deterministicName({ generateName: prefix }, { verdict: { ...verdict, eventId }, index, candidate })["name"];
  match(String(name("run-")), /^run-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  equal(name("run-"), name("run-"));
  equal(new Set([name("run-"), name("run-", 1), name("run-", 0, 1), name("run-", 0, 0, "f")]).size, 4);
  equal(String(name("x".repeat(80))).length, 63);
  const named = { name: "fixed", generateName: "x-" };
  equal(deterministicName(named, { verdict, index: 0, candidate: 0 }), named);
});

test("$(uid) is a UUID, the same for the same event and trigger", () => {
  const trigger = {
    identity: { kind: "trigger", namespace: "ns", name: "t", path: "triggers/t" },
    spec: { serviceAccountName: "", bindings: [], template: undefined, interceptors: [] },
  } as const;
  match(runUid(trigger, "e"), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  equal(runUid(trigger, "e"), runUid(trigger, "e"));
  notEqual(runUid(trigger, "e"), runUid(trigger, "f"));
});
