/**
 * Kills `tektite up` again and again while senders push signed, numbered events at full speed, and counts what became
 * of each event that was answered 202: `npm run crashtest -- --kills 200`; with `--postgres` a PostgreSQL server keeps
 * them, and is restarted in between.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { K8sObject, Resource } from "../src/api/object.ts";
import { type JsonObject, type JsonValue, member } from "../src/json/value.ts";
import { KubeClient } from "../src/kube/client.ts";
import { HttpsTransport } from "../src/kube/https-transport.ts";
import { loadKubeconfig } from "../src/kube/kubeconfig.ts";
import { startPostgres } from "../test/postgres.ts";

export interface CrashOptions {
  readonly kills: number;
  /** Senders that each wait for their answer before they go on. */
  readonly senders: number;
  /** How long a life lasts at most once the listener answers, in milliseconds. */
  readonly maxLifeMs: number;
  /** Where events are stored, instead of the data directory. */
  readonly journal?: string;
  /** Disturbs what the process needs, in every second life, and resolves when that is over. */
  readonly disturb?: () => Promise<void>;
  readonly log: (line: string) => void;
}

export interface CrashReport {
  readonly kills: number;
  /** Events that were answered 202. */
  readonly accepted: number;
  /** Requests that were cut off: they may have run, once. */
  readonly unanswered: number;
  /** Pairs of accepted event and trigger without their verdict or their run. */
  readonly lost: readonly string[];
  /** Pairs of event and trigger with more than one run. */
  readonly duplicated: readonly string[];
}

const eventsApi: Resource = { group: "events.tektite.dev", version: "v1alpha1", resource: "triggerevents" };
const pipelineRuns: Resource = { group: "tekton.dev", version: "v1", resource: "pipelineruns" };
const root = join(import.meta.dirname, "..");

const trigger = (name: string, filter: string) => `
    - name: ${name}
      interceptors:
        - ref: {name: github}
          params:
            - {name: secretRef, value: {secretName: crash, secretKey: token}}
        - ref: {name: cel}
          params: [{name: filter, value: "${filter}"}]
      bindings: [{name: number, value: $(body.number)}]
      template:
        spec:
          params: [{name: number}]
          resourcetemplates:
            - apiVersion: v1
              kind: ConfigMap
              metadata: {name: ${name}-$(tt.params.number)}
            - apiVersion: tekton.dev/v1
              kind: PipelineRun
              metadata: {generateName: ${name}-}
              spec:
                status: PipelineRunPending
                pipelineRef: {name: none}
                params: [{name: number, value: $(tt.params.number)}]`;

/** Objects with a name of their own and with a generated one. One trigger takes every event, the other every second one. */
const manifests = `
apiVersion: v1
kind: Secret
metadata: {name: crash}
stringData: {token: crash}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: crash}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: crash}
subjects: [{kind: ServiceAccount, name: crash, namespace: default}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: crash}
spec:
  serviceAccountName: crash
  triggers:${trigger("every", "body.number >= 0")}${trigger("even", "int(body.number) % 2 == 0")}
`;

/** Runs the whole test; the data directory is removed unless something was lost or duplicated. */
export async function runCrashTest(options: CrashOptions): Promise<CrashReport> {
  const dataDir = mkdtempSync(join(tmpdir(), "tektite-crash-"));
  const file = join(dataDir, "crash.yaml");
  writeFileSync(file, manifests);
  const port = await freePort();
  const senders = new Senders(port, options.senders);
  let life: Life | undefined;
  try {
    for (let kill = 0; kill < options.kills; kill++) {
      life = await startLife(dataDir, port, ["-f", file], options.journal);
      const before = senders.accepted.size;
      // Some lives end while the events of the last one are still being taken up.
      const takesEvents = kill === 0 || Math.random() > 0.2;
      for (let waited = 0; takesEvents && senders.accepted.size === before && waited < 10_000; waited += 5)
        await sleep(5);
      await sleep(Math.random() * options.maxLifeMs);
      if (kill % 2 === 1) await options.disturb?.();
      await killNow(life.child);
      if ((kill + 1) % 10 === 0) options.log(`${kill + 1} kills, ${senders.accepted.size} events accepted`);
    }
    life = await startLife(dataDir, port, ["-f", file], options.journal);
    await sleep(500);
    await senders.stop();
    const { lost, duplicated } = await verify(life, senders.accepted);
    const { accepted, unanswered } = senders;
    return { kills: options.kills, accepted: accepted.size, unanswered, lost, duplicated };
  } finally {
    await senders.stop();
    if (life !== undefined) await killNow(life.child);
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

interface Life {
  readonly child: ChildProcess;
  readonly kubeconfig: string;
}

async function startLife(
  dataDir: string,
  port: number,
  more: readonly string[],
  journal: string | undefined,
): Promise<Life> {
  const readyFile = join(dataDir, "ready.json");
  rmSync(readyFile, { force: true });
  const args = ["up", "--data-dir", join(dataDir, "data"), "--api-address", "127.0.0.1:0", "--runtime", "process"];
  args.push("--hooks-address", `127.0.0.1:${port}`, "--ready-file", readyFile, ...more);
  if (journal !== undefined) args.push("--journal", journal);
  const main = join(root, "src", "cli", "main.ts");
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    if (errors.length < 10_000) errors += chunk.toString();
  });
  for (let waitedMs = 0; !existsSync(readyFile); waitedMs += 10) {
    if (child.exitCode !== null || waitedMs > 60_000) throw new Error(`tektite up does not start:\n${errors}`);
    await sleep(10);
  }
  const { kubeconfig } = JSON.parse(readFileSync(readyFile, "utf8")) as { kubeconfig: string };
  return { child, kubeconfig };
}

async function killNow(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

/** Push events as fast as they are answered, and go on when nobody answers. */
class Senders {
  /** Number by event ID. */
  readonly accepted = new Map<string, number>();
  unanswered = 0;
  readonly #port: number;
  readonly #agent: Agent;
  readonly #loops: readonly Promise<void>[];
  #next = 0;
  #isStopping = false;

  constructor(port: number, count: number) {
    this.#port = port;
    this.#agent = new Agent({ keepAlive: true, maxSockets: count });
    this.#loops = Array.from({ length: count }, () => this.#loop());
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#loops);
    this.#agent.destroy();
  }

  async #loop(): Promise<void> {
    while (!this.#isStopping) {
      const number = this.#next++;
      const answer = await this.#push(number);
      if (answer.kind === "accepted") this.accepted.set(answer.eventId, number);
      else {
        if (answer.kind === "cut") this.unanswered++;
        await sleep(20);
      }
    }
  }

  #push(number: number): Promise<{ kind: "accepted"; eventId: string } | { kind: "refused" } | { kind: "cut" }> {
    const body = JSON.stringify({ number, padding: "x".repeat(500) });
    const signature = createHmac("sha256", "crash").update(body).digest("hex");
    return new Promise((resolve) => {
      let isSent = false;
      const sent = request(
        {
          agent: this.#agent,
          host: "127.0.0.1",
          port: this.#port,
          method: "POST",
          path: "/default/crash",
          headers: {
            "content-type": "application/json",
            "content-length": Buffer.byteLength(body),
            "x-github-event": "push",
            "x-hub-signature-256": `sha256=${signature}`,
          },
        },
        (response) => {
          let text = "";
          response.on("data", (chunk: Buffer) => (text += chunk.toString()));
          response.on("error", () => resolve({ kind: "cut" }));
          response.on("end", () => {
            if (response.statusCode !== 202) return resolve({ kind: "refused" });
            resolve({ kind: "accepted", eventId: (JSON.parse(text) as { eventID: string }).eventID });
          });
          // The status line is the promise, even if the rest of the answer never comes; but then the ID is unknown.
          response.on("aborted", () => resolve({ kind: "cut" }));
        },
      );
      sent.on("socket", (socket) => {
        if (socket.connecting) socket.once("connect", () => (isSent = true));
        else isSent = true;
      });
      sent.on("error", () => resolve({ kind: isSent ? "cut" : "refused" }));
      sent.setTimeout(30_000, () => sent.destroy());
      sent.end(body);
    });
  }
}

/** Waits until every event has come to an end, then compares verdicts and runs with what was accepted. */
async function verify(
  life: Life,
  accepted: ReadonlyMap<string, number>,
): Promise<{ readonly lost: readonly string[]; readonly duplicated: readonly string[] }> {
  const access = loadKubeconfig({ path: life.kubeconfig });
  if (!access.ok) throw new Error(access.error);
  const client = new KubeClient(new HttpsTransport(access.value));
  let stored = new Map<string, K8sObject>();
  for (let waitedMs = 0; waitedMs < 300_000; waitedMs += 500) {
    stored = new Map((await listAll(client, eventsApi)).map((event) => [event.metadata.name ?? "", event]));
    const isFinished = (event: K8sObject) => member(event["status"] as JsonValue, "finished") === true;
    if ([...stored.values()].every(isFinished)) break;
    await sleep(500);
  }
  const runs = new Map<string, number>();
  for (const { metadata } of await listAll(client, pipelineRuns)) {
    const { labels = {} } = metadata;
    const key = `${labels["triggers.tekton.dev/triggers-eventid"]} ${labels["triggers.tekton.dev/trigger"]}`;
    runs.set(key, (runs.get(key) ?? 0) + 1);
  }
  const lost: string[] = [];
  for (const [id, number] of accepted) {
    const verdicts = (member(stored.get(id)?.["status"] as JsonValue | undefined, "verdicts") ??
      []) as readonly JsonObject[];
    for (const name of ["every", "even"]) {
      const found = verdicts.filter((verdict) => member(verdict["trigger"], "name") === name);
      const matches = name === "every" || number % 2 === 0;
      const state = matches ? "created" : "filtered";
      const isThere = (runs.get(`${id} ${name}`) ?? 0) > 0;
      if (found.length !== 1 || found[0]?.["state"] !== state || isThere !== matches) {
        lost.push(`event ${id} (number ${number}), trigger ${name}: ${JSON.stringify(found)}, run: ${isThere}`);
      }
    }
  }
  const duplicated = [...runs].filter(([, count]) => count > 1).map(([key, count]) => `${key}: ${count} runs`);
  return { lost, duplicated };
}

async function listAll(client: KubeClient, resource: Resource): Promise<readonly K8sObject[]> {
  const items: K8sObject[] = [];
  for (let token: string | undefined; ; ) {
    const page = await client.list(resource, {
      namespace: "default",
      limit: 1_000,
      ...(token === undefined ? {} : { continue: token }),
    });
    if (!page.ok) throw new Error(page.error.message);
    items.push(...page.value.items);
    token = page.value.continue;
    if (token === undefined || token === "") return items;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      kills: { type: "string", default: "20" },
      senders: { type: "string", default: "8" },
      "life-ms": { type: "string", default: "1500" },
      journal: { type: "string" },
      postgres: { type: "boolean", default: false },
    },
  });
  // A server of its own, which is stopped at once and started again in every second life.
  const postgres = values.postgres ? await startPostgres() : undefined;
  if (values.postgres && postgres === undefined) throw new Error("PostgreSQL is not installed");
  const journal = postgres === undefined ? values.journal : await postgres.createDatabase();
  const report = await runCrashTest({
    kills: Number(values.kills),
    senders: Number(values.senders),
    maxLifeMs: Number(values["life-ms"]),
    ...(journal === undefined ? {} : { journal }),
    ...(postgres === undefined ? {} : { disturb: () => postgres.restart(() => sleep(Math.random() * 500)) }),
    log: (line) => process.stdout.write(`${line}\n`),
  });
  await postgres?.stop();
  for (const line of [...report.lost, ...report.duplicated].slice(0, 20)) process.stdout.write(`${line}\n`);
  process.stdout.write(
    `lost: ${report.lost.length}, duplicated: ${report.duplicated.length}, accepted: ${report.accepted}, kills: ${report.kills}, unanswered: ${report.unanswered}\n`,
  );
  process.exitCode = report.lost.length + report.duplicated.length === 0 && report.accepted > 0 ? 0 : 1;
}
