import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { type JsonObject, type JsonValue, member } from "../json/value.ts";
import { KubeClient } from "./client.ts";
import { type LeaderElectionOptions, LeaderElector } from "./leader-election.ts";
import type { ApiRequest, ApiResponse, KubeTransport } from "./transport.ts";

/** One Lease with optimistic locking, and a switch that makes the API fail. */
class LeaseApi {
  lease: JsonObject | undefined;
  down = false;
  #version = 0;

  readonly client = new KubeClient({ send: (request: ApiRequest) => this.#send(request) } as unknown as KubeTransport);

  get holder(): JsonValue | undefined {
    return member(member(this.lease, "spec"), "holderIdentity");
  }

  async #send({ method, body }: ApiRequest): Promise<ApiResponse> {
    const answer = (status: number, value: JsonValue): ApiResponse => ({ status, headers: {}, body: value });
    if (this.down) return answer(500, status("InternalError"));
    if (method === "GET") return this.lease === undefined ? answer(404, status("NotFound")) : answer(200, this.lease);
    const given = body as JsonObject;
    const metadata = given["metadata"] as JsonObject;
    const current = member(member(this.lease, "metadata"), "resourceVersion");
    if (method === "PUT" && metadata["resourceVersion"] !== current) return answer(409, status("Conflict"));
    this.lease = { ...given, metadata: { ...metadata, resourceVersion: String(++this.#version) } };
    return answer(200, this.lease);
  }
}

function status(reason: string): JsonObject {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", reason };
}

/** A world of several replicas whose clock is turned by hand. */
class World {
  nowMs = 0;
  readonly api = new LeaseApi();
  readonly #sleepers = new Set<{ readonly untilMs: number; readonly wake: () => void }>();

  replica(identity: string, more: Partial<LeaderElectionOptions> = {}) {
    const stop = new AbortController();
    const changes: boolean[] = [];
    const elector = new LeaderElector({
      client: this.api.client,
      namespace: "tekton-pipelines",
      name: "controller",
      identity,
      nowMs: () => this.nowMs,
      sleep: (ms, signal) => this.#sleep(ms, signal),
      onChange: (leads) => changes.push(leads),
      ...more,
    });
    const done = elector.run(stop.signal);
    return { elector, changes, stop, done };
  }

  async advance(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    while (this.nowMs < endMs) {
      this.nowMs = Math.min(endMs, this.nowMs + 1000);
      for (const sleeper of this.#sleepers) {
        if (sleeper.untilMs > this.nowMs) continue;
        this.#sleepers.delete(sleeper);
        sleeper.wake();
      }
      await this.settle();
    }
  }

  async settle(): Promise<void> {
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
  }

  #sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const sleeper = { untilMs: this.nowMs + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }
}

test("the first replica leads, the second waits and takes over a lease that is given back", async () => {
  const world = new World();
  const first = world.replica("a");
  await world.settle();
  const second = world.replica("b");
  await world.advance(120_000);
  deepEqual([first.elector.leads, second.elector.leads], [true, false]);

  first.stop.abort();
  await first.done;
  equal(world.api.holder, "");
  await world.advance(15_000);
  deepEqual([first.elector.leads, second.elector.leads, world.api.holder], [false, true, "b"]);
  deepEqual([first.changes, second.changes], [[true, false], [true]]);
});

test("a replica that dies is replaced once its lease has expired", async () => {
  const world = new World();
  const first = world.replica("a", { sleep: () => new Promise(() => undefined) });
  await world.settle();
  const second = world.replica("b");
  await world.advance(59_000);
  equal(second.elector.leads, false);
  await world.advance(20_000);
  equal(second.elector.leads, true);
  equal(first.elector.leads, false);
  equal(member(member(world.api.lease, "spec"), "leaseTransitions"), 1);
});

test("a leader that cannot renew gives up before its lease expires", async () => {
  const world = new World();
  const { elector, changes } = world.replica("a");
  await world.settle();
  world.api.down = true;
  await world.advance(30_000);
  equal(elector.leads, true);
  await world.advance(20_000);
  deepEqual([elector.leads, changes], [false, [true, false]]);
  world.api.down = false;
  await world.advance(15_000);
  equal(elector.leads, true);
});

test("renewing keeps the time of acquisition", async () => {
  const world = new World();
  world.replica("a");
  await world.settle();
  await world.advance(35_000);
  deepEqual(world.api.lease?.["spec"], {
    holderIdentity: "a",
    leaseDurationSeconds: 60,
    acquireTime: "1970-01-01T00:00:00.000000Z",
    renewTime: "1970-01-01T00:00:30.000000Z",
    leaseTransitions: 0,
  });
});
