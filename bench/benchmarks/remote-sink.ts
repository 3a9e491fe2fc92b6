import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runResources } from "../../src/dashboard/run-model.ts";
import { KubeClient } from "../../src/kube/client.ts";
import { HttpsTransport } from "../../src/kube/https-transport.ts";
import { loadKubeconfig } from "../../src/kube/kubeconfig.ts";
import { type Benchmark, type Figure, formatRate } from "../benchmark.ts";
import { pushListener, runOfNoPipeline, webhookSecret } from "../listener-manifests.ts";
import { buildBundle, launchFlags, newDataDir } from "../tektite-process.ts";

const connections = 50;
const events = 2_000;
/** Between sink and API server in the second run, in milliseconds each way. */
const latencyMs = 150;

const manifests = `${webhookSecret}
apiVersion: v1
kind: ServiceAccount
metadata: {name: bench, namespace: default}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: bench}
rules:
  - {apiGroups: [triggers.tekton.dev], resources: ["*"], verbs: [get, list, watch]}
  - {apiGroups: [tekton.dev], resources: [pipelineruns], verbs: [create]}
  - {apiGroups: [""], resources: [secrets], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: bench}
subjects: [{kind: ServiceAccount, name: bench, namespace: default}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: bench}
${["cel", "github"]
  .map(
    (name) => `---
apiVersion: triggers.tekton.dev/v1alpha1
kind: ClusterInterceptor
metadata: {name: ${name}, labels: {server/type: https}}
spec: {clientConfig: {service: {name: tekton-triggers-core-interceptors, namespace: tekton-pipelines, path: ${name}, port: 8443}}}
`,
  )
  .join("")}---
${pushListener({ codeHost: "github", creates: runOfNoPipeline })}`;

const body = JSON.stringify({
  ref: "refs/heads/main",
  after: "b".repeat(40),
  commits: Array.from({ length: 28 }, (_, index) => ({ id: String(index), message: "x".repeat(250) })),
});
const headers = {
  "content-type": "application/json",
  "content-length": Buffer.byteLength(body),
  "x-github-event": "push",
  "x-hub-signature-256": `sha256=${createHmac("sha256", "bench").update(body).digest("hex")}`,
};

/** A way to a port that takes its time; counts the connections in use, each of which carries one request. */
async function slowWay(port: number): Promise<{ readonly port: number; peak(): number; close(): void }> {
  let busy = 0;
  let peak = 0;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    let isBusy = false;
    const note = (isBusyNow: boolean) => {
      if (isBusy === isBusyNow) return;
      isBusy = isBusyNow;
      busy += isBusy ? 1 : -1;
      peak = Math.max(peak, busy);
    };
    const pipe = (from: Socket, to: Socket, isRequest: boolean) => {
      from.on("data", (chunk: Buffer) => {
        if (isRequest) note(true);
        setTimeout(() => {
          // In flight until the answer is there.
          if (!isRequest) note(false);
          if (to.writable) to.write(chunk);
        }, latencyMs);
      });
      from.on("close", () => setTimeout(() => to.destroy(), latencyMs));
      from.on("error", () => {});
      sockets.add(from);
    };
    pipe(near, far, true);
    pipe(far, near, false);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    peak: () => peak,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** User and system time of a process, in milliseconds. */
function cpuMs({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  // Linux counts in hundredths of a second.
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function peakMb({ pid }: ChildProcess): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
}

async function post(port: number, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: "127.0.0.1", method: "POST", path: "/", headers, agent }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode ?? 0));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await end;
}

async function* measure(bundle: string, isSlow: boolean): AsyncIterable<Figure> {
  const dataDir = newDataDir();
  const ready = join(dataDir, "ready.json");
  writeFileSync(join(dataDir, "bench.yaml"), manifests);
  const address = ["--api-address", "127.0.0.1:0", "--ready-file", ready, "-f", join(dataDir, "bench.yaml")];
  const api = spawn(
    process.execPath,
    [...launchFlags(), bundle, "up", "--no-controllers", "--data-dir", dataDir, ...address],
    {
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  while (!existsSync(ready)) {
    if (api.exitCode !== null) throw new Error(`tektite up ended with ${api.exitCode}`);
    await sleep(10);
  }
  const { api: url, kubeconfig } = JSON.parse(readFileSync(ready, "utf8")) as { api: string; kubeconfig: string };
  const access = loadKubeconfig({ path: kubeconfig });
  if (!access.ok) throw new Error(access.error);
  const client = new KubeClient(new HttpsTransport(access.value));
  const token = await client.create(
    { group: "", version: "v1", resource: "serviceaccounts" },
    { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", metadata: {}, spec: { audiences: [] } },
    { namespace: "default", name: "bench", subresource: "token" },
  );
  if (!token.ok) throw new Error(token.error.message);
  const way = isSlow ? await slowWay(Number(new URL(url).port)) : undefined;
  const sinkConfig = readFileSync(kubeconfig, "utf8")
    .replace(/token: .*/, `token: ${(token.value["status"] as { token: string }).token}`)
    .replace(url, way === undefined ? url : `https://127.0.0.1:${way.port}`);
  writeFileSync(join(dataDir, "sink.yaml"), sinkConfig);
  const port = await freePort();
  const flags = ["-el-name=bench", "-el-namespace=default", `-port=${port}`, "-timeouthandler=30", "-drain-delay=0"];
  const more = [
    "-max-in-flight=200",
    "-kubeconfig",
    join(dataDir, "sink.yaml"),
    "-journal-dir",
    join(dataDir, "journal"),
  ];
  // As in the image.
  const sink = spawn(process.execPath, ["--max-semi-space-size=8", bundle, "sink", ...flags, ...more], {
    env: { ...process.env, MALLOC_ARENA_MAX: "2" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  while ((await fetch(`http://127.0.0.1:${port}/live`).catch(() => undefined))?.status !== 200) await sleep(50);
  for (let n = 0; n < 100; n++) await post(port, agent);
  const created = async (): Promise<readonly string[]> => {
    const listed = await client.list(runResources.pipelineruns, { namespace: "default" });
    if (!listed.ok) throw new Error(listed.error.message);
    return listed.value.items.map(({ metadata }) => metadata.labels?.["triggers.tekton.dev/triggers-eventid"] ?? "");
  };
  const until = async (count: number) => {
    while ((await created()).length < count) await sleep(100);
  };
  await until(100);

  const cpuBefore = cpuMs(sink);
  const startedMs = performance.now();
  let accepted = 0;
  let left = events;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (left-- > 0) if ((await post(port, agent)) === 202) accepted++;
    }),
  );
  const acceptedMs = performance.now() - startedMs;
  await Promise.race([until(100 + accepted), sleep(60_000)]);
  const createdMs = performance.now() - startedMs;
  const cpu = (cpuMs(sink) - cpuBefore) / events;
  const runs = await created();
  const name = isSlow ? `${2 * latencyMs} ms away` : "nearby";
  yield {
    what: `${name}: accepted of ${events}, ${connections} connections`,
    value: String(accepted),
    goal: String(events),
  };
  yield { what: `${name}: accepted a second`, value: formatRate(accepted, acceptedMs) };
  yield { what: `${name}: runs created`, value: String(runs.length - 100), goal: String(events) };
  yield { what: `${name}: runs created twice`, value: String(runs.length - new Set(runs).size), goal: "0" };
  yield { what: `${name}: runs created a second`, value: formatRate(runs.length - 100, createdMs) };
  yield { what: `${name}: CPU of the sink for each event`, value: `${cpu.toFixed(2)} ms`, goal: "under 0.7 ms" };
  yield { what: `${name}: peak memory of the sink`, value: `${Math.round(peakMb(sink))} MB`, goal: "under 160 MB" };
  if (way !== undefined) yield { what: `${name}: requests in flight, peak`, value: String(way.peak()), goal: "200" };
  agent.destroy();
  await ended(sink);
  way?.close();
  await ended(api);
  rmSync(dataDir, { recursive: true, force: true });
}

async function* run(): AsyncIterable<Figure> {
  const bundle = buildBundle();
  yield* measure(bundle, false);
  yield* measure(bundle, true);
}

export const benchmark: Benchmark = { about: "a sink over HTTPS, apart from its API server (bundled build)", run };
