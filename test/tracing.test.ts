import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { isJsonArray, type JsonObject, type JsonValue, member } from "../src/json/value.ts";
import { eventually, startUp, temporaryFolder, type Up } from "./harness.ts";
import { echoListener, mayDoAll } from "./manifests.ts";

interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name: string;
  readonly kind: number;
  readonly status?: { readonly code?: number; readonly message?: string };
}

/** A collector that takes OTLP over HTTP in JSON. */
class Collector {
  readonly spans: ReceivedSpan[] = [];
  readonly headers: IncomingHttpHeaders[] = [];
  url = "";

  async start(t: TestContext): Promise<this> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        equal(request.url, "/v1/traces");
        equal(request.headers["content-type"], "application/json");
        this.headers.push(request.headers);
        this.#take(JSON.parse(Buffer.concat(chunks).toString()) as JsonObject);
        response.writeHead(200, { "content-type": "application/json" }).end("{}");
      });
    });
    this.url = `http://127.0.0.1:${await listen(t, server)}`;
    return this;
  }

  #take(body: JsonObject): void {
    for (const resource of listOf(body["resourceSpans"])) {
      for (const scope of listOf(member(resource, "scopeSpans"))) {
        this.spans.push(...(listOf(member(scope, "spans")) as unknown as ReceivedSpan[]));
      }
    }
  }

  /** The first span of that name, once it has come. */
  span(name: string, where: (span: ReceivedSpan) => boolean = () => true): Promise<ReceivedSpan> {
    return eventually(`a span ${name}`, async () => this.spans.find((each) => each.name === name && where(each))).catch(
      (error: unknown) => {
        throw new Error(`${String(error)}; there are ${this.spans.map((each) => each.name).join(", ")}`);
      },
    );
  }
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : [];
}

async function listen(t: TestContext, server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const listener = (...interceptors: readonly string[]) => `${echoListener({ interceptors })}---
${mayDoAll("default")}`;
const cel = `{ref: {name: cel}, params: [{name: filter, value: "has(body.after)"}]}`;

async function apply(up: Up, yaml: string): Promise<void> {
  const applied = await up.tektite(["apply", "-f", "-"], { stdin: yaml });
  equal(applied.exitCode, 0, applied.stderr);
}

/** Posts an event; its id. */
function push(up: Up, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  return eventually("the event is accepted", async () => {
    const answer = await fetch(`${up.hooks}/default/push?x=1`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ after: "abc" }),
    });
    return answer.status === 202 ? ((await answer.json()) as { eventID: string }).eventID : undefined;
  });
}

async function startTraced(t: TestContext, dataDir: string, collector: Collector | undefined): Promise<Up> {
  if (collector === undefined) delete process.env["OTEL_EXPORTER_OTLP_ENDPOINT"];
  else process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.url;
  return startUp(t, { dataDir, args: ["--runtime", "process"] });
}

const sender = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };

test("a trace leads from the sender's span through the event to the steps' run", async (t) => {
  const collector = await new Collector().start(t);
  const up = await startTraced(t, temporaryFolder(t), collector);
  await apply(up, listener(cel));
  const traceparent = `00-${sender.traceId}-${sender.spanId}-01`;
  await push(up, { traceparent, tracestate: "vendor=1" });
  const named = (name: string) => collector.span(name, ({ traceId }) => traceId === sender.traceId);

  const request = await named("POST EventListener default/push");
  deepEqual([request.parentSpanId, request.kind, request.traceState], [sender.spanId, 2, "vendor=1"]);
  equal((await named("journal write")).parentSpanId, request.spanId);
  const trigger = await named("trigger default/push");
  equal(trigger.parentSpanId, request.spanId);
  for (const name of ["interceptor cel", "bindings and template", "create PipelineRun"]) {
    equal((await named(name)).parentSpanId, trigger.spanId, name);
  }
  const creation = await named("create PipelineRun");
  const pipelineRun = await named("PipelineRun:ReconcileKind");
  equal(pipelineRun.parentSpanId, creation.spanId);
  const taskRun = await named("TaskRun:ReconcileKind");
  equal(taskRun.parentSpanId, pipelineRun.spanId);
  deepEqual([taskRun.status?.code ?? 0, pipelineRun.status?.code ?? 0], [0, 0]);

  const runs = JSON.parse((await up.tektite(["get", "pipelineruns", "-o", "json"])).stdout) as JsonObject;
  const run = listOf(runs["items"])[0];
  const carrier = { traceparent: `00-${sender.traceId}-${creation.spanId}-01`, tracestate: "vendor=1" };
  const annotation = member(member(member(run, "metadata"), "annotations"), "tekton.dev/pipelinerunSpanContext");
  deepEqual(JSON.parse(String(annotation)), carrier);
  deepEqual(member(member(run, "status"), "spanContext"), carrier);

  // A sender that is not recorded is followed: the context is handed on, nothing is sent.
  const unsampled = {
    traceId: "1bf92f3577b34da6a3ce929d0e0e4736",
    header: "00-1bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
  };
  const eventId = await push(up, { traceparent: unsampled.header });
  await eventually("the second run has ended", async () => {
    const listed = await up.tektite([
      "get",
      "pipelineruns",
      "-l",
      `triggers.tekton.dev/triggers-eventid=${eventId}`,
      "-o",
      "json",
    ]);
    const [found] = listOf((JSON.parse(listed.stdout) as JsonObject)["items"]);
    if (member(member(found, "status"), "completionTime") === undefined) return undefined;
    match(
      JSON.stringify(member(member(found, "metadata"), "annotations")),
      new RegExp(`00-${unsampled.traceId}-[0-9a-f]{16}-00`),
    );
    return true;
  });
  await up.stop();
  ok(!collector.spans.some(({ traceId }) => traceId === unsampled.traceId));
});

test("a trace goes on after the process was killed: the journal need not know of it", async (t) => {
  const collector = await new Collector().start(t);
  const dataDir = temporaryFolder(t);
  let up = await startTraced(t, dataDir, collector);
  const asked: IncomingHttpHeaders[] = [];
  const interceptor = createServer((request, response) => {
    asked.push(request.headers);
    response.writeHead(200, { "content-type": "application/json" }).end('{"continue": true}');
  });
  // A port that nobody listens on yet.
  const reserved = createServer();
  const port = await listen(t, reserved);
  await new Promise((resolve) => reserved.close(resolve));
  await apply(
    up,
    `${listener("{ref: {name: late}}")}---
apiVersion: triggers.tekton.dev/v1alpha1
kind: ClusterInterceptor
metadata: {name: late}
spec: {clientConfig: {url: "http://127.0.0.1:${port}/x"}}`,
  );
  await push(up);
  const request = await collector.span("POST EventListener default/push");
  equal(request.parentSpanId ?? "", "");
  const failed = await collector.span("interceptor POST");
  match(failed.status?.message ?? "", /connection refused/);
  await up.stop("SIGKILL");
  await listen(t, interceptor, port);
  up = await startTraced(t, dataDir, collector);
  const done = await collector.span("PipelineRun:ReconcileKind");
  equal(done.traceId, request.traceId);
  const creation = await collector.span("create PipelineRun");
  const attempts = collector.spans.filter(({ name }) => name === "trigger default/push");
  ok(attempts.length >= 2 && attempts.every(({ parentSpanId }) => parentSpanId === request.spanId));
  ok(attempts.some(({ spanId }) => spanId === creation.parentSpanId));
  match(String(asked[0]?.["traceparent"]), new RegExp(`^00-${request.traceId}-[0-9a-f]{16}-01$`));
});

test("config-tracing turns traces on and off, with credentials", async (t) => {
  const collector = await new Collector().start(t);
  const up = await startTraced(t, temporaryFolder(t), undefined);
  await apply(up, listener(cel));
  const settings = (enabled: boolean) => `
apiVersion: v1
kind: Secret
metadata: {name: tracing, namespace: tekton-pipelines}
stringData: {username: u, password: p}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: config-tracing, namespace: tekton-pipelines}
data: {enabled: "${enabled}", endpoint: "${collector.url}/v1/traces", credentialsSecret: tracing}`;
  await push(up);
  await apply(up, settings(true));
  // Until the change is in force, events leave no trace.
  await eventually("a trace", async () => {
    await push(up);
    return collector.spans.length > 0 || undefined;
  });
  equal(collector.headers[0]?.authorization, `Basic ${Buffer.from("u:p").toString("base64")}`);
  // A run that nobody triggered begins a trace of its own.
  await apply(
    up,
    `apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: alone, namespace: default}
spec: {taskSpec: {steps: [{name: say, image: busybox, script: "exit 3"}]}}`,
  );
  const alone = await collector.span("TaskRun:Reconciler");
  const reconciled = await collector.span("TaskRun:ReconcileKind", ({ traceId }) => traceId === alone.traceId);
  equal(reconciled.parentSpanId, alone.spanId);
  deepEqual([reconciled.status?.code, reconciled.status?.message?.includes("exited with code 3")], [2, true]);
  await apply(up, settings(false));
  await eventually("no traces any more", async () => {
    const eventId = await push(up);
    const listed = await eventually("a run", async () => {
      const selector = `triggers.tekton.dev/triggers-eventid=${eventId}`;
      const { stdout } = await up.tektite(["get", "pipelineruns", "-l", selector, "-o", "json"]);
      const { items } = JSON.parse(stdout) as { items: readonly JsonObject[] };
      return items[0];
    });
    return JSON.stringify(listed).includes("SpanContext") ? undefined : true;
  });
});
