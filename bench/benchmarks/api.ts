import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { type ClusterAccess, loadKubeconfig } from "../../src/kube/kubeconfig.ts";
import { type Benchmark, type Figure, formatMs, formatRate, summarize } from "../benchmark.ts";
import { buildBundle, newDataDir, startUp, type UpProcess } from "../tektite-process.ts";

const connections = 32;
const watchers = 50;
const configMaps = "/api/v1/namespaces/default/configmaps";

interface Client {
  readonly access: ClusterAccess;
  readonly url: URL;
  readonly token: string;
  readonly caFile: string;
}

async function clientOf(up: UpProcess, dataDir: string): Promise<Client> {
  const access = loadKubeconfig({ path: up.kubeconfig });
  if (!access.ok) throw new Error(access.error);
  const caFile = join(dataDir, "bench-ca.pem");
  writeFileSync(caFile, access.value.ca ?? "");
  return {
    access: access.value,
    url: new URL(access.value.server),
    token: (await access.value.bearerToken()) ?? "",
    caFile,
  };
}

/** Lets a second process send `count` requests; gives the milliseconds that they took. */
async function load(client: Client, verb: "create" | "read", first: number, count: number): Promise<number> {
  const { url, caFile, token } = client;
  const args = [url.hostname, url.port, caFile, token, verb, first, count, connections].map(String);
  const child = spawn(process.execPath, [join(import.meta.dirname, "..", "api-load.ts"), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`the load process ended with ${String(code)}`);
  return Number(output);
}

/** Counts the lines of one watch, and whether their revisions rise. */
function watch({ access, url, token }: Client, path: string, wanted: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = 0;
    let lastRevision = 0;
    let rest = "";
    const sent = request(
      new URL(path, url),
      {
        ...(access.ca !== undefined && { ca: access.ca }),
        agent: false,
        headers: { authorization: `Bearer ${token}` },
      },
      (response) => {
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          const lines = (rest + chunk).split("\n");
          rest = lines.pop() ?? "";
          for (const line of lines) {
            const revision = Number(/"resourceVersion":"(\d+)"/.exec(line)?.[1] ?? 0);
            if (revision <= lastRevision) reject(new Error(`revision ${revision} after ${lastRevision}`));
            lastRevision = revision;
            if (++seen === wanted) {
              response.destroy();
              resolve();
            }
          }
        });
        response.on("end", () => reject(new Error(`a watch ended after ${seen} of ${wanted} changes`)));
      },
    );
    sent.on("error", (error) => (seen < wanted ? reject(error) : undefined));
    sent.end();
  });
}

/** Milliseconds of one GET, and the length of its answer. */
function timedGet({ access, url, token }: Client, path: string, accept: string): Promise<{ ms: number; text: string }> {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    const headers = { authorization: `Bearer ${token}`, accept };
    const ca = access.ca === undefined ? {} : { ca: access.ca };
    request(new URL(path, url), { ...ca, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const ms = performance.now() - startedMs;
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === 200) resolve({ ms, text });
        else reject(new Error(text));
      });
    })
      .on("error", reject)
      .end();
  });
}

async function* run(): AsyncIterable<Figure> {
  const bundle = buildBundle();
  const dataDir = newDataDir();
  const flags = ["--runtime", "process"];
  const up = await startUp(bundle, dataDir, flags);
  const client = await clientOf(up, dataDir);
  await load(client, "create", 0, 2_000);
  const many = 8_000;
  const created = await load(client, "create", 2_000, many);
  const how = `${connections} connections, client in a second process`;
  yield { what: `durable creates, 2 KB, ${how}`, value: formatRate(many, created), goal: "3,000 /s" };
  await load(client, "read", 0, 5_000);
  const reads = 10_000;
  const read = await load(client, "read", 0, reads);
  yield { what: `reads, 2 KB, ${how}`, value: formatRate(reads, read), goal: "12,000 /s" };

  const table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
  const lists: number[] = [];
  for (let time = 0; time < 5; time++) {
    const { ms, text } = await timedGet(client, `${configMaps}?labelSelector=`, table);
    const { rows } = JSON.parse(text) as { rows: unknown[] };
    if (rows.length < 10_000) throw new Error(`only ${rows.length} rows`);
    lists.push(ms);
  }
  yield {
    what: "list of 10,000 objects as a Table, median of 5",
    value: formatMs(summarize(lists).median),
    goal: "under 400 ms",
  };

  const now = await timedGet(client, `${configMaps}?limit=1`, "application/json");
  const revision = (JSON.parse(now.text) as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
  const changes = 10_000;
  const path = `${configMaps}?watch=true&resourceVersion=${revision}`;
  const startedMs = performance.now();
  const watching = Array.from({ length: watchers }, () => watch(client, path, changes));
  await load(client, "create", 10_000, changes);
  await Promise.all(watching);
  yield {
    what: `${watchers} watchers get ${changes.toLocaleString("en-US")} changes each in order, creates included`,
    value: formatMs(performance.now() - startedMs),
    goal: "under 5 s",
  };

  await load(client, "create", 20_000, 80_000);
  yield { what: "resident memory with 100,000 objects of 2 KB", value: `${Math.round(up.residentMb())} MB` };
  await up.stop();
  const ready: number[] = [];
  let memory = 0;
  for (let start = 0; start < 3; start++) {
    const again = await startUp(bundle, dataDir, flags);
    ready.push(again.readyMs);
    memory = again.residentMb();
    await again.stop();
  }
  yield {
    what: "ready with 100,000 objects, median of 3",
    value: formatMs(summarize(ready).median),
    goal: "under 3 s",
  };
  yield {
    what: "resident memory with 100,000 objects, after a restart",
    value: `${Math.round(memory)} MB`,
    goal: "under 600 MB",
  };
  rmSync(dataDir, { recursive: true, force: true });
}

export const benchmark: Benchmark = {
  about: "the API over HTTPS: creates, reads, lists, watches, 100,000 objects",
  run,
};
