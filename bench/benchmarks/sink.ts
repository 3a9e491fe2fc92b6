import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runResources } from "../../src/dashboard/run-model.ts";
import { member } from "../../src/json/value.ts";
import { KubeClient, resourcePath } from "../../src/kube/client.ts";
import { HttpsTransport } from "../../src/kube/https-transport.ts";
import { loadKubeconfig } from "../../src/kube/kubeconfig.ts";
import { type Benchmark, type Figure, formatMs, formatRate, summarize } from "../benchmark.ts";
import { listenerAccount, pushListener, runOfNoPipeline } from "../listener-manifests.ts";
import { buildBundle, launchFlags, newDataDir, startUp } from "../tektite-process.ts";

const connections = 64;
const events = 10_000;
/** Sent to either server before it is measured, until the code that it runs most is compiled. */
const warmUp = 5_000;

/** Runs are created pending: what is measured is the way of an event, not that of a run. */
const manifests =
  listenerAccount +
  pushListener({
    codeHost: "github",
    creates: { ...runOfNoPipeline, spec: { ...runOfNoPipeline.spec, status: "PipelineRunPending" } },
  });

const body = JSON.stringify({
  ref: "refs/heads/main",
  after: "b".repeat(40),
  repository: { full_name: "acme/shop" },
  commits: Array.from({ length: 28 }, (_, index) => ({ id: String(index), message: "x".repeat(250) })),
});

function requestTo(path: string): Buffer {
  const signature = createHmac("sha256", "bench").update(body).digest("hex");
  const head = [
    `POST ${path} HTTP/1.1`,
    "Host: bench",
    "Content-Type: application/json",
    "X-GitHub-Event: push",
    `X-Hub-Signature-256: sha256=${signature}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`);
}

interface Load {
  readonly elapsedMs: number;
  readonly latenciesMs: readonly number[];
  readonly accepted: number;
}

/** Sends the same request again and again over a number of connections, each waiting for its answer. */
function load(port: number, path: string, count: number): Promise<Load> {
  const request = requestTo(path);
  const latenciesMs: number[] = [];
  let started = 0;
  let accepted = 0;
  const startedMs = performance.now();
  return new Promise((resolve, reject) => {
    const next = (socket: Socket, begun: { atMs: number }) => {
      if (latenciesMs.length === count) resolve({ elapsedMs: performance.now() - startedMs, latenciesMs, accepted });
      if (started >= count) {
        socket.end();
        return;
      }
      started++;
      begun.atMs = performance.now();
      socket.write(request);
    };
    for (let index = 0; index < connections; index++) {
      const begun = { atMs: 0 };
      const socket = connect(port, "127.0.0.1", () => next(socket, begun));
      socket.setNoDelay(true);
      socket.on("error", reject);
      // Answers are small: each comes in one piece.
      socket.on("data", (answer: Buffer) => {
        latenciesMs.push(performance.now() - begun.atMs);
        if (answer.subarray(9, 12).toString() === "202") accepted++;
        next(socket, begun);
      });
    }
  });
}

/**
 * What this machine could do at best: requests a second that a server answers which only reads bodies, in a process of
 * its own, warmed up and measured as the listener is.
 */
async function bareRate(): Promise<number> {
  const child = spawn(process.execPath, [...launchFlags(), import.meta.filename, "--bare"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const port = await new Promise<number>((resolve) => {
      child.stdout.once("data", (text) => resolve(Number(text)));
    });
    await load(port, "/", warmUp);
    const { elapsedMs } = await load(port, "/", events);
    return (events * 1000) / elapsedMs;
  } finally {
    child.kill();
  }
}

function serveBare(): void {
  const server = createServer((request, response) => {
    request.on("data", () => {});
    request.on("end", () => response.writeHead(202, { "content-length": 2 }).end("ok"));
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    process.stdout.write(String(typeof address === "object" ? address?.port : ""));
  });
}

async function* run(): AsyncIterable<Figure> {
  const dataDir = newDataDir();
  const file = join(dataDir, "bench.yaml");
  writeFileSync(file, manifests);
  const up = await startUp(buildBundle(), dataDir, ["-f", file]);
  try {
    const access = loadKubeconfig({ path: up.kubeconfig });
    if (!access.ok) throw new Error(access.error);
    const client = new KubeClient(new HttpsTransport(access.value));
    // Counted by the server: to list thousands of runs again and again would be most of what is measured.
    const runs = async () => {
      const path = resourcePath(runResources.pipelineruns, { namespace: "default" });
      const { body: list } = await client.transport.send({ method: "GET", path, query: { limit: "1" } });
      const rest = Number(member(member(list, "metadata"), "remainingItemCount") ?? 0);
      const items = member(list, "items");
      return Array.isArray(items) ? items.length + rest : 0;
    };
    const { port } = new URL(up.hooks);
    const path = "/default/bench";
    while ((await load(Number(port), path, connections)).accepted < connections) await sleep(50);
    await load(Number(port), path, warmUp);
    while ((await runs()) < warmUp) await sleep(20);
    await sleep(500);

    const bareBefore = await bareRate();
    const before = await runs();
    const startedMs = performance.now();
    const { elapsedMs, latenciesMs, accepted } = await load(Number(port), path, events);
    const { median, p99 } = summarize(latenciesMs);
    yield { what: "signed 8 KB pushes accepted, on disk", value: formatRate(accepted, elapsedMs), goal: "4,000 /s" };
    yield { what: `from request to 202, ${connections} connections, median`, value: formatMs(median) };
    yield {
      what: `from request to 202, ${connections} connections, 99th percentile`,
      value: formatMs(p99),
      goal: "60 ms",
    };
    while ((await runs()) < before + accepted) await sleep(20);
    const createdMs = performance.now() - startedMs;
    yield {
      what: "PipelineRuns created meanwhile and after",
      value: formatRate(accepted, createdMs),
      goal: "1,500 /s",
    };
    // Before and after, as other programs on the machine come and go.
    const bareMean = (bareBefore + (await bareRate())) / 2;
    yield { what: "a bare node:http server that only reads the body", value: formatRate(bareMean, 1_000) };
    yield {
      what: "share of what the bare server does",
      value: `${Math.round((accepted * 100_000) / elapsedMs / bareMean)} %`,
      goal: "30 %",
    };
    yield { what: "resident memory afterwards", value: `${Math.round(up.residentMb())} MB` };
  } finally {
    await up.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

if (process.argv.includes("--bare")) serveBare();

export const benchmark: Benchmark = {
  about: "what a listener of `tektite up` accepts, durably, and what becomes of it",
  run,
};
