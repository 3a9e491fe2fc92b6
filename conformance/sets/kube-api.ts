import { readFileSync } from "node:fs";
import type { ApiServer } from "../../src/apiserver/api-server.ts";
import { secretTokenSigner } from "../../src/apiserver/auth/secret-token.ts";
import { createInProcessTransport } from "../../src/apiserver/in-process-transport.ts";
import type { PipelineResponse } from "../../src/apiserver/pipeline.ts";
import type { ServiceAccountKey } from "../../src/apiserver/pki/service-account-key.ts";
import { startClusterControllers } from "../../src/controllers/cluster/cluster-controllers.ts";
import { isJsonObject, type JsonValue } from "../../src/json/value.ts";
import { KubeClient } from "../../src/kube/client.ts";
import type { CaseOutcome, ConformanceSet } from "../set.ts";
import { Bindings } from "./kube-api/bindings.ts";
import { compareBody } from "./kube-api/compare.ts";
import { bodyOf, compareHead, isProtobuf } from "./kube-api/compare-head.ts";
import type { Exchange } from "./kube-api/exchange.ts";
import { serviceAccountKey, startRecordedServer } from "./kube-api/recorded-server.ts";
import { SetupValues } from "./kube-api/setup-values.ts";
import { lostDuplicates, textWithDuplicates, unrecordedAgent } from "./kube-api/unrecorded.ts";
import { WebhookDouble } from "./kube-api/webhook-double.ts";

/** A request made before the recorded ones, or between them. */
interface SetupRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: JsonValue;
  readonly contentType?: string;
  readonly status: number;
  readonly beforeExchange?: number;
}

interface Transcript {
  readonly name: string;
  readonly controllerManager?: boolean;
  readonly setup?: readonly SetupRequest[];
  readonly exchanges: readonly Exchange[];
}

/** Replays transcripts of a real API server against ours (README-kube-api.md). */
export const set: ConformanceSet = {
  claim(_path, head) {
    const topic = /^\s*\{\s*"topic"\s*:\s*"([^"]+)"/.exec(head)?.[1];
    return topic === undefined ? undefined : `kube-api/${topic}`;
  },
  async *run(_setName, files) {
    const key = await serviceAccountKey();
    for (const file of files) {
      const { transcripts } = JSON.parse(readFileSync(file, "utf8")) as { readonly transcripts: readonly Transcript[] };
      for (const transcript of transcripts) {
        try {
          yield await Promise.race([replay(transcript, key), overdue(transcript.name)]);
        } catch (cause) {
          const diff = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
          yield { name: transcript.name, passed: false, diff };
        }
      }
    }
  },
};

/** One transcript that waits for ever is one failure. */
function overdue(name: string): Promise<CaseOutcome> {
  const limitMs = 90_000;
  return new Promise((resolve) => {
    setTimeout(() => resolve({ name, passed: false, diff: `not done after ${limitMs} ms` }), limitMs).unref();
  });
}

interface OpenWatch {
  readonly index: number;
  readonly received: JsonValue[];
  readonly done: Promise<void>;
  readonly abort: AbortController;
}

async function replay(transcript: Transcript, key: ServiceAccountKey): Promise<CaseOutcome> {
  const problems: string[] = [];
  const abort = new AbortController();
  const server = await startRecordedServer(key);
  const bindings = new Bindings();
  const webhook = await WebhookDouble.startFor(transcript.exchanges, bindings);
  const watches: OpenWatch[] = [];
  try {
    if (transcript.controllerManager === true) {
      await startClusterControllers({
        client: new KubeClient(
          createInProcessTransport(server, { username: "system:kube-controller-manager", groups: ["system:masters"] }),
        ),
        authorityPem: "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        signToken: secretTokenSigner(key),
        log: { warn: () => undefined },
        signal: abort.signal,
      });
    }
    const setup = transcript.setup ?? [];
    const exchanges = transcript.exchanges;
    const values = new SetupValues(
      setup.map((request) => request.body),
      exchanges,
    );
    const last = finalCleaning(setup);
    for (const request of setup) {
      if (request.beforeExchange !== undefined || last.includes(request)) continue;
      values.learn(await runSetup(server, request, bindings, problems), bindings);
      if (transcript.controllerManager === true && request.path === "/api/v1/namespaces")
        await untilPopulated(server, request);
    }
    for (const [index, exchange] of exchanges.entries()) {
      for (const request of setup)
        if (request.beforeExchange === index) await runSetup(server, request, bindings, problems);
      if (exchange.direction === "server-to-webhook") continue;
      await settleWatches(watches, exchanges, index - 1);
      if (exchange.watch === true) {
        await runWatch(server, exchange, index, bindings, problems, watches);
      } else await runExchange(server, exchange, index, bindings, problems, transcript.controllerManager === true);
      if (problems.length > 8) break;
    }
    for (const request of setup) {
      if (request.beforeExchange !== undefined && request.beforeExchange >= exchanges.length)
        await runSetup(server, request, bindings, problems);
    }
    for (const request of last) await runSetup(server, request, bindings, problems);
    await settleWatches(watches, exchanges, exchanges.length);
    for (const watch of watches) await finishWatch(watch, exchanges[watch.index]!, bindings, problems);
  } catch (cause) {
    problems.push(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
  } finally {
    abort.abort();
    for (const watch of watches) watch.abort.abort();
    server.store.close();
    await webhook?.close();
    problems.push(...(webhook?.problems ?? []));
  }
  return {
    name: transcript.name,
    passed: problems.length === 0,
    ...(problems.length > 0 && { diff: problems.join("\n") }),
  };
}

async function runSetup(
  server: ApiServer,
  request: SetupRequest,
  bindings: Bindings,
  problems: string[],
): Promise<JsonValue | undefined> {
  // What the controllers make was there already when this was recorded.
  if (request.status === 409) await waitForObject(server, request);
  const answer = await send(
    server,
    {
      method: request.method,
      path: request.path,
      requestHeaders: {
        authorization: "Bearer <admin-token>",
        accept: "application/json",
        "content-type": request.contentType ?? "application/json",
      },
      ...(request.body !== undefined && { requestBody: request.body }),
      status: request.status,
    },
    bindings,
    new AbortController().signal,
  );
  if (answer.status !== request.status) {
    problems.push(
      `setup ${request.method} ${request.path}: want ${request.status}, got ${answer.status} ${JSON.stringify(bodyOf(answer)).slice(0, 300)}`,
    );
  }
  return bodyOf(answer);
}

/** Deletions at the very end of a setup clean up after the exchanges, though they do not name their place. */
function finalCleaning(setup: readonly SetupRequest[]): readonly SetupRequest[] {
  const kept = setup.findLastIndex((request) => request.method !== "DELETE" || request.beforeExchange !== undefined);
  return setup.slice(kept + 1);
}

/** Waits until the controllers have given a new namespace what each namespace has. */
async function untilPopulated(server: ApiServer, { body }: SetupRequest): Promise<void> {
  const metadata = isJsonObject(body) && isJsonObject(body["metadata"]) ? body["metadata"] : {};
  const path = `/api/v1/namespaces/${String(metadata["name"])}/serviceaccounts/default`;
  const transport = createInProcessTransport(server, { username: "admin", groups: ["system:masters"] });
  for (let tries = 0; tries < 500; tries++) {
    if ((await transport.send({ method: "GET", path })).status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function waitForObject(server: ApiServer, { path, body }: SetupRequest): Promise<void> {
  const metadata = isJsonObject(body) ? body["metadata"] : undefined;
  const name = isJsonObject(metadata) ? String(metadata["name"]) : "";
  for (let tries = 0; tries < 100; tries++) {
    const answer = await adminGet(server, `${path}/${name}`);
    if (answer.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function adminGet(
  server: ApiServer,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<PipelineResponse> {
  return server.handle({
    method: "GET",
    path,
    query: new URLSearchParams(),
    headers: { accept: "application/json", ...headers, authorization: "Bearer admin-token-value" },
    body: { kind: "none" },
    signal: new AbortController().signal,
  });
}

/**
 * Objects made in the setup are named by placeholders that no answer has told yet: where the exchange succeeded they
 * are those of the object that the request is about.
 */
async function bindFromStore(server: ApiServer, exchange: Exchange, bindings: Bindings): Promise<void> {
  if (exchange.status === null || exchange.status >= 300 || !isJsonObject(exchange.requestBody)) return;
  const metadata = exchange.requestBody["metadata"] ?? exchange.requestBody["preconditions"];
  if (!isJsonObject(metadata) || exchange.method === "POST") return;
  const path = bindings
    .fill(exchange.path)
    .split("?")[0]!
    .replace(/\/(status|scale|finalize)$/, "");
  const current = bodyOf(await adminGet(server, path));
  const actual = isJsonObject(current) ? current["metadata"] : undefined;
  if (!isJsonObject(actual)) return;
  for (const field of ["uid", "resourceVersion"]) {
    const name = metadata[field];
    if (typeof name === "string" && /^<\w+-\d+>$/.test(name)) bindings.bindOnce(name, String(actual[field]));
  }
}

function send(
  server: ApiServer,
  exchange: Exchange,
  bindings: Bindings,
  signal: AbortSignal,
): Promise<PipelineResponse> {
  const url = bindings.fill(exchange.path);
  const mark = url.indexOf("?");
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(exchange.requestHeaders ?? {})) headers[name] = bindings.fill(value);
  const agent = unrecordedAgent(exchange);
  if (agent !== undefined) headers["user-agent"] ??= `${agent}/1.0`;
  return server.handle({
    method: exchange.method,
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1)),
    headers,
    rawHeaders: Object.entries(headers).flat(),
    body: { kind: "bytes", bytes: requestBytes(exchange, bindings) },
    signal,
  });
}

function requestBytes(exchange: Exchange, bindings: Bindings): Uint8Array {
  const body = exchange.requestBody;
  if (body === undefined) return new Uint8Array();
  if (isJsonObject(body)) {
    if (typeof body["$text"] === "string") return Buffer.from(bindings.fill(body["$text"]));
    if (typeof body["base64"] === "string") return Buffer.from(body["base64"], "base64");
  }
  const filled = bindings.fillDeep(body);
  const repeated = lostDuplicates(exchange);
  if (repeated.size > 0) return Buffer.from(textWithDuplicates(filled, "", repeated));
  return Buffer.from(
    JSON.stringify(Array.isArray(filled) ? filled.map((item) => presentRevision(item, bindings)) : filled),
  );
}

/** kubectl writes the resourceVersion into a patch where it was recorded as it was. */
function presentRevision(operation: JsonValue, bindings: Bindings): JsonValue {
  if (!isJsonObject(operation) || operation["path"] !== "/metadata/resourceVersion") return operation;
  return { ...operation, value: bindings.newestRevision() };
}

function generateNameOf(body: JsonValue | undefined): string {
  const metadata = isJsonObject(body) ? body["metadata"] : undefined;
  const base = isJsonObject(metadata) ? metadata["generateName"] : undefined;
  return typeof base === "string" ? base : "";
}

/** Where the recorded client had our answer cached, it names the ETag that we give now. */
async function withEtag(server: ApiServer, exchange: Exchange): Promise<Exchange> {
  const headers = exchange.requestHeaders ?? {};
  if (exchange.status !== 304 && headers["if-none-match"] === undefined) return exchange;
  const path = exchange.path.split("?")[0]!;
  const first = await adminGet(server, path, { accept: headers["accept"] ?? "*/*" });
  const etag = exchange.status === 304 ? first.headers?.["etag"] : '"other"';
  return { ...exchange, requestHeaders: { ...headers, ...(etag !== undefined && { "if-none-match": etag }) } };
}

async function runExchange(
  server: ApiServer,
  exchange: Exchange,
  index: number,
  bindings: Bindings,
  problems: string[],
  eventually: boolean,
): Promise<void> {
  const where = `[${index}] ${exchange.method} ${exchange.path}`;
  await learnPrecondition(server, exchange, bindings);
  // Controllers take a moment: a read is repeated until it agrees.
  const deadline = Date.now() + (eventually && exchange.method === "GET" ? 4_000 : 0);
  for (;;) {
    const attempt: string[] = [];
    const trial = bindings.clone();
    await bindFromStore(server, exchange, trial);
    trial.expectGenerated(generateNameOf(exchange.requestBody));
    const answer = await send(server, await withEtag(server, exchange), trial, AbortSignal.timeout(15_000));
    if (answer.kind === "watch" || answer.kind === "bytes") {
      const text = await firstOf(answer);
      compareHead(exchange, answer, where, trial, attempt);
      if (exchange.responseBody !== undefined)
        compareBody(exchange, JSON.parse(text || "null") as JsonValue, where, trial, attempt);
    } else if (answer.kind === "upgrade") {
      if (exchange.upgraded !== true && exchange.status !== 101) attempt.push(`${where}: upgraded`);
    } else {
      compareHead(exchange, answer, where, trial, attempt);
      if (exchange.status === answer.status && exchange.status !== 304 && !isProtobuf(exchange.responseBody)) {
        compareBody(exchange, bodyOf(answer), where, trial, attempt);
      }
    }
    if (attempt.length === 0 || Date.now() >= deadline) {
      bindings.adopt(trial);
      problems.push(...attempt);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A deletion that succeeded named the version that the object had. */
async function learnPrecondition(server: ApiServer, exchange: Exchange, bindings: Bindings): Promise<void> {
  const body = exchange.requestBody;
  const preconditions = isJsonObject(body) ? body["preconditions"] : undefined;
  const version = isJsonObject(preconditions) ? preconditions["resourceVersion"] : undefined;
  if (exchange.method !== "DELETE" || exchange.status !== 200 || typeof version !== "string") return;
  const transport = createInProcessTransport(server, { username: "admin", groups: ["system:masters"] });
  const found = (await transport.send({ method: "GET", path: bindings.fill(exchange.path) })).body;
  const metadata = isJsonObject(found) && isJsonObject(found["metadata"]) ? found["metadata"] : {};
  if (typeof metadata["resourceVersion"] === "string") bindings.set(version, metadata["resourceVersion"]);
}

async function firstOf(answer: Extract<PipelineResponse, { readonly kind: "watch" | "bytes" }>): Promise<string> {
  const parts: Uint8Array[] = [];
  if (answer.kind === "watch") {
    for await (const batch of answer.frames) for (const frame of batch) parts.push(frame.bytes());
  } else for await (const chunk of answer.stream) parts.push(chunk);
  return Buffer.concat(parts).toString("utf8").split("\n")[0] ?? "";
}

async function runWatch(
  server: ApiServer,
  exchange: Exchange,
  index: number,
  bindings: Bindings,
  problems: string[],
  watches: OpenWatch[],
): Promise<void> {
  const where = `[${index}] ${exchange.method} ${exchange.path}`;
  const abort = new AbortController();
  const answer = await send(server, exchange, bindings, abort.signal);
  compareHead(exchange, answer, where, bindings, problems);
  if (answer.kind !== "watch") {
    if (exchange.responseBody !== undefined) compareBody(exchange, bodyOf(answer), where, bindings, problems);
    else if ((exchange.events ?? []).length > 0 && answer.kind === "json") {
      // A watch of a named path is a plain read.
      const { afterExchange: _after, ...want } = exchange.events![0]!;
      compareBody({ ...exchange, responseBody: want }, bodyOf(answer), where, bindings, problems);
    }
    return;
  }
  const received: JsonValue[] = [];
  const done = (async () => {
    for await (const batch of answer.frames) {
      for (const frame of batch) received.push(JSON.parse(Buffer.from(frame.bytes()).toString("utf8")) as JsonValue);
    }
  })();
  watches.push({ index, received, done, abort });
}

/** Waits until every open watch has what it got by that exchange. */
async function settleWatches(
  watches: readonly OpenWatch[],
  exchanges: readonly Exchange[],
  upTo: number,
): Promise<void> {
  const deadline = Date.now() + 5_000;
  for (const watch of watches) {
    const due = (exchanges[watch.index]!.events ?? []).filter((event) => event.afterExchange <= upTo).length;
    while (watch.received.length < due && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** When a watch that was asked to end by itself must have ended, in milliseconds. */
function watchLimitMs(path: string): number {
  return (Number(new URL(path, "http://x").searchParams.get("timeoutSeconds") ?? 3) + 5) * 1000;
}

async function finishWatch(
  watch: OpenWatch,
  exchange: Exchange,
  bindings: Bindings,
  problems: string[],
): Promise<void> {
  const where = `[${watch.index}] watch ${exchange.path}`;
  if (exchange.end === "server closed") {
    const ended = await Promise.race([
      watch.done.then(() => true),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), watchLimitMs(exchange.path))),
    ]);
    if (!ended) problems.push(`${where}: the server did not end it`);
  }
  watch.abort.abort();
  await watch.done;
  const events = exchange.events ?? [];
  // A client that had seen enough was gone before what came later.
  const excess = exchange.end === "client closed" && watch.received.length > events.length;
  if (events.length !== watch.received.length && !excess) {
    problems.push(
      `${where}: want ${events.length} events, got ${watch.received.length}: ${JSON.stringify(watch.received).slice(0, 400)}`,
    );
  }
  events.forEach((event, index) => {
    const { afterExchange: _after, ...want } = event;
    const got = watch.received[index];
    if (got !== undefined)
      compareBody({ ...exchange, responseBody: want }, got, `${where} event ${index}`, bindings, problems);
  });
}
