import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeClient } from "../../src/kube/client.ts";
import { HttpsTransport } from "../../src/kube/https-transport.ts";
import { loadKubeconfig } from "../../src/kube/kubeconfig.ts";
import { SqliteJournal } from "../../src/store/journal/sqlite-journal.ts";
import { withInterceptors } from "./manifests.ts";
import { freePort, killNow, startTektite, stopSoftly } from "./processes.ts";
import { type EventOutcome, listAll, pipelineRuns, type Subject } from "./subject.ts";

const maxDrains = 10;
const pageSize = 500;

/** `tektite sink`, apart from its API server, which comes and goes. */
export async function remoteSinkSubject(): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), "tektite-crash-"));
  const file = join(folder, "crash.yaml");
  writeFileSync(file, withInterceptors);
  const readyFile = join(folder, "ready.json");
  const journalDir = join(folder, "journal");
  const [port, apiPort] = [await freePort(), await freePort()];
  let api: ChildProcess | undefined;
  let sink: ChildProcess | undefined;
  let kubeconfig = "";
  const startApi = async () => {
    rmSync(readyFile, { force: true });
    const args = ["up", "--no-controllers", "--data-dir", join(folder, "data"), "-f", file];
    args.push("--api-address", `127.0.0.1:${apiPort}`, "--ready-file", readyFile);
    api = await startTektite(args, async () => existsSync(readyFile));
    ({ kubeconfig } = JSON.parse(readFileSync(readyFile, "utf8")) as { kubeconfig: string });
  };
  const isAlive = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/live`).catch(() => undefined);
    await answer?.arrayBuffer();
    return answer?.status === 200;
  };
  const startSink = async () => {
    const args = ["sink", "-el-name=crash", "-el-namespace=default", `-port=${port}`, "-core-interceptors=local"];
    args.push("-drain-delay=0", "-drain-timeout=60", "-kubeconfig", kubeconfig, "-journal-dir", journalDir);
    sink = await startTektite(args, isAlive);
  };
  return {
    target: { port, path: "/" },
    start: async () => {
      if (api === undefined) await startApi();
      await startSink();
    },
    kill: () => killNow(sink),
    disturb: async () => {
      await killNow(api);
      await sleep(Math.random() * 1_000);
      await startApi();
    },
    outcomes: async () => {
      // A sink that is asked to end finishes its events first, as far as its time allows.
      for (let drain = 1; ; drain++) {
        await stopSoftly(sink);
        const outcomes = await readJournal(join(journalDir, "events.db"));
        if (drain === maxDrains || [...outcomes.values()].every(({ isFinished }) => isFinished)) return outcomes;
        await startSink();
      }
    },
    runs: async () => {
      const access = loadKubeconfig({ path: kubeconfig });
      if (!access.ok) throw new Error(access.error);
      return listAll(new KubeClient(new HttpsTransport(access.value)), pipelineRuns);
    },
    dispose: async () => {
      await killNow(sink);
      await killNow(api);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

async function readJournal(file: string): Promise<ReadonlyMap<string, EventOutcome>> {
  const opened = await SqliteJournal.open(file);
  if (!opened.ok) throw new Error(opened.error);
  const journal = opened.value;
  const outcomes = new Map<string, EventOutcome>();
  for (let before: string | undefined; ; ) {
    const page = await journal.events({ limit: pageSize, isBrief: true, ...(before === undefined ? {} : { before }) });
    for (const { event, pairs, isFinished } of page) {
      const verdicts = pairs.map(({ trigger, state }) => ({ trigger: trigger.name, state }));
      outcomes.set(event.id, { isFinished, verdicts });
    }
    before = page.at(-1)?.event.id;
    if (page.length < pageSize) break;
  }
  await journal.close();
  return outcomes;
}
