import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { K8sObject, Resource } from "../../src/api/object.ts";
import { type JsonObject, type JsonValue, member } from "../../src/json/value.ts";
import { KubeClient } from "../../src/kube/client.ts";
import { HttpsTransport } from "../../src/kube/https-transport.ts";
import { loadKubeconfig } from "../../src/kube/kubeconfig.ts";
import { type FillableDisk, mountFillableDisk } from "./fillable-disk.ts";
import { manifests } from "./manifests.ts";
import { freePort, killNow, startTektite } from "./processes.ts";
import { type EventOutcome, listAll, pipelineRuns, type Subject } from "./subject.ts";

const eventsApi: Resource = { group: "events.tektite.dev", version: "v1alpha1", resource: "triggerevents" };
const finishMs = 300_000;

export interface StandaloneOptions {
  /** Where events are stored, instead of the data directory. */
  readonly journal?: string;
  readonly disturb?: () => Promise<void>;
  /** The data directory is on a disk of its own, which is full in between. */
  readonly hasFillableDisk?: boolean;
}

/** `tektite up`: one process. Throws when a disk of its own is wanted and cannot be mounted. */
export async function standaloneSubject(options: StandaloneOptions): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), "tektite-crash-"));
  const data = join(folder, "data");
  const disk = options.hasFillableDisk === true ? mountFillableDisk(data) : undefined;
  const file = join(folder, "crash.yaml");
  writeFileSync(file, manifests);
  const port = await freePort();
  const readyFile = join(folder, "ready.json");
  let child: ChildProcess | undefined;
  const client = (): KubeClient => {
    const { kubeconfig } = JSON.parse(readFileSync(readyFile, "utf8")) as { kubeconfig: string };
    const access = loadKubeconfig({ path: kubeconfig });
    if (!access.ok) throw new Error(access.error);
    return new KubeClient(new HttpsTransport(access.value));
  };
  const fillDisk = async (full: FillableDisk) => {
    full.fill();
    await sleep(Math.random() * 500);
    full.free();
  };
  const disturb = disk === undefined ? options.disturb : () => fillDisk(disk);
  return {
    target: { port, path: "/default/crash" },
    start: async () => {
      rmSync(readyFile, { force: true });
      const args = ["up", "--data-dir", data, "--api-address", "127.0.0.1:0", "--runtime", "process"];
      args.push("--hooks-address", `127.0.0.1:${port}`, "--ready-file", readyFile, "-f", file);
      if (options.journal !== undefined) args.push("--journal", options.journal);
      child = await startTektite(args, async () => existsSync(readyFile));
    },
    kill: () => killNow(child),
    ...(disturb === undefined ? {} : { disturb }),
    outcomes: async () => {
      let stored: readonly K8sObject[] = [];
      for (const endMs = Date.now() + finishMs; Date.now() < endMs; await sleep(500)) {
        stored = await listAll(client(), eventsApi);
        if (stored.every((event) => outcomeOf(event).isFinished)) break;
      }
      return new Map(stored.map((event) => [event.metadata.name ?? "", outcomeOf(event)]));
    },
    runs: () => listAll(client(), pipelineRuns),
    dispose: async () => {
      await killNow(child);
      disk?.unmount();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

function outcomeOf(event: K8sObject): EventOutcome {
  const status = event["status"] as JsonValue | undefined;
  const verdicts = (member(status, "verdicts") ?? []) as readonly JsonObject[];
  return {
    isFinished: member(status, "finished") === true,
    verdicts: verdicts.map((verdict) => ({
      trigger: String(member(verdict["trigger"], "name")),
      state: String(verdict["state"]),
    })),
  };
}
