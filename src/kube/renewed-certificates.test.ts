import { deepEqual, equal, ok } from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { JsonObject, JsonValue } from "../json/value.ts";
import { KubeClient } from "./client.ts";
import { ServingCertificates, type ServingCertificatesOptions } from "./serving-certificates.ts";
import type { ApiRequest, ApiResponse, KubeTransport } from "./transport.ts";

const names = { service: "hook", namespace: "ns", clusterDomain: "cluster.local" };
const path = "/api/v1/namespaces/ns/secrets";
const dayMs = 24 * 3_600_000;

/** An API server with one Secret. */
class OneSecret implements KubeTransport {
  updates = 0;
  #secret: JsonObject = { metadata: { name: "certs", namespace: "ns", resourceVersion: "1" } };
  #tell: (() => void) | undefined;

  as(): KubeTransport {
    return this;
  }

  async send({ method, body }: ApiRequest): Promise<ApiResponse> {
    if (method === "GET") {
      const list = { kind: "SecretList", apiVersion: "v1", metadata: { resourceVersion: "1" }, items: [this.#secret] };
      return { status: 200, headers: {}, body: list };
    }
    this.updates++;
    const { metadata, ...secret } = body as JsonObject & { metadata: JsonObject };
    this.#secret = { ...secret, metadata: { ...metadata, resourceVersion: String(this.updates + 1) } };
    this.#tell?.();
    return { status: 200, headers: {}, body: body ?? null };
  }

  async watch({ path: asked, signal }: ApiRequest) {
    equal(asked, path);
    let seen = 0;
    const next = async () => {
      if (seen === this.updates) {
        await new Promise<void>((resolve) => {
          this.#tell = resolve;
          signal?.addEventListener("abort", () => resolve(), { once: true });
        });
      }
      seen = this.updates;
      return this.#secret;
    };
    async function* items(): AsyncGenerator<JsonValue> {
      for (;;) {
        const object = await next();
        if (signal?.aborted === true) return;
        yield { type: "MODIFIED", object };
      }
    }
    return { status: 200, body: null, items: items() };
  }

  stream(): never {
    throw new Error("nothing is streamed here");
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 200; i++) await setImmediate();
}

/** Certificates of a week, with time under control; the first has been issued. */
async function start(t: TestContext, more: Partial<ServingCertificatesOptions> = {}) {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const api = new OneSecret();
  const stopping = new AbortController();
  t.after(() => stopping.abort());
  const clock = { nowMs: Date.now() };
  const certificates = new ServingCertificates({
    client: new KubeClient(api),
    names,
    secretName: "certs",
    validityMs: 7 * dayMs,
    renewBeforeMs: dayMs,
    checkEveryMs: 60_000,
    overlapMs: 30_000,
    isLeader: () => true,
    nowMs: () => clock.nowMs,
    log: () => {},
    ...more,
  });
  void certificates.start(stopping.signal);
  await settle();
  equal(api.updates, 1);
  ok(certificates.served !== undefined);
  const pass = async (ms: number) => {
    clock.nowMs += ms;
    t.mock.timers.tick(ms);
    await settle();
  };
  return { api, certificates, clock, pass };
}

test("a renewed certificate is served when its authority is announced and the overlap is over", async (t) => {
  let isAnnounced = false;
  const { api, certificates, clock, pass } = await start(t, { isAnnounced: () => isAnnounced });
  const first = certificates.served;
  clock.nowMs += 6 * dayMs + 1;
  await certificates.check();
  await settle();
  equal(api.updates, 2);
  equal(certificates.authorityPem?.match(/BEGIN/g)?.length, 2);
  await pass(40_000);
  equal(certificates.served, first, "nobody has been told of the new authority");
  // Further looks leave the one that is on its way alone.
  await certificates.check();
  await settle();
  equal(api.updates, 2);
  isAnnounced = true;
  await pass(100);
  await pass(29_999);
  equal(certificates.served, first, "API servers have not had time to learn it");
  await pass(1);
  equal(certificates.served?.caCertPem, certificates.authorityPem);
});

test("a certificate that is about to end is replaced, announced or not", async (t) => {
  const { certificates, clock, pass } = await start(t, { isAnnounced: () => false });
  const first = certificates.served;
  clock.nowMs += 6 * dayMs + 1;
  await certificates.check();
  await settle();
  await pass(1_000);
  equal(certificates.served, first);
  clock.nowMs += dayMs - 32_000;
  await pass(2_000);
  equal(certificates.served, first);
  await pass(30_000);
  equal(certificates.served?.caCertPem, certificates.authorityPem);
});

test("what is served at first needs no announcement", async (t) => {
  const { certificates } = await start(t, { isAnnounced: () => false });
  equal(certificates.served?.caCertPem, certificates.authorityPem);
});

test("that the Secret is missing is told once, and not before anybody has looked", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const api = new OneSecret();
  api.send = async () => ({
    status: 200,
    headers: {},
    body: { kind: "SecretList", apiVersion: "v1", metadata: { resourceVersion: "1" }, items: [] },
  });
  const stopping = new AbortController();
  t.after(() => stopping.abort());
  const log: string[] = [];
  const certificates = new ServingCertificates({
    ...{ client: new KubeClient(api), names, secretName: "certs", validityMs: dayMs, renewBeforeMs: 0 },
    ...{ checkEveryMs: 60_000, overlapMs: 0, isLeader: () => true, nowMs: Date.now },
    log: (message) => void log.push(message),
  });
  await certificates.check();
  deepEqual(log, []);
  void certificates.start(stopping.signal);
  await settle();
  for (let i = 0; i < 3; i++) {
    t.mock.timers.tick(1_000);
    await settle();
  }
  deepEqual(log, ["Secret ns/certs does not exist: it is part of the installation"]);
});
