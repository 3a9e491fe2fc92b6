import { createHmac } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { followRun } from "../../src/cli/run-logs.ts";
import { LocalEndpoints } from "../../src/dashboard/local-endpoints.ts";
import { runResources } from "../../src/dashboard/run-model.ts";
import { KubeClient } from "../../src/kube/client.ts";
import { HttpsTransport } from "../../src/kube/https-transport.ts";
import { Informer } from "../../src/kube/informer.ts";
import { loadKubeconfig } from "../../src/kube/kubeconfig.ts";
import { type Benchmark, type Figure, formatMs, summarize } from "../benchmark.ts";
import { listenerAccount, pushListener } from "../listener-manifests.ts";
import { buildBundle, newDataDir, startUp, type UpProcess } from "../tektite-process.ts";

/** A listener and a pipeline of one step that prints a line: what is measured is Tektite, not git. */
const manifests =
  listenerAccount +
  pushListener({
    codeHost: "gitea",
    creates: {
      apiVersion: "tekton.dev/v1",
      kind: "PipelineRun",
      metadata: { generateName: "bench-" },
      spec: {
        pipelineSpec: {
          tasks: [
            {
              name: "say",
              taskSpec: { steps: [{ name: "say", image: "busybox", script: "echo $(tt.params.revision)" }] },
            },
          ],
        },
      },
    },
  });

const pushes = Number(process.env["PUSHES"] ?? 30);

/** Milliseconds from posting a signed push to the first output line, for each of several pushes one after another. */
async function pushLatencies(up: UpProcess): Promise<readonly number[]> {
  const access = loadKubeconfig({ path: up.kubeconfig });
  if (!access.ok) throw new Error(access.error);
  const client = new KubeClient(new HttpsTransport(access.value));
  const done = new AbortController();
  const runs = new Informer(client, runResources.pipelineruns, { namespace: "default" });
  await runs.start(done.signal);
  let onRun: (name: string) => void = () => {};
  runs.onChange((event) => {
    if (event.kind === "added") onRun(event.object.metadata.name ?? "");
  });
  const samples: number[] = [];
  for (let push = 0; push < pushes; push++) {
    const body = JSON.stringify({ ref: "refs/heads/main", after: String(push).padStart(40, "0") });
    const appeared = new Promise<string>((resolve) => {
      onRun = resolve;
    });
    const startedMs = performance.now();
    const response = await fetch(`${up.hooks}/default/bench`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-gitea-event": "push",
        "x-gitea-signature": createHmac("sha256", "bench").update(body).digest("hex"),
      },
      body,
    });
    if (response.status !== 202) throw new Error(`the listener answered ${response.status}`);
    const key = { kind: "pipelineruns", namespace: "default", name: await appeared } as const;
    let firstMs: number | undefined;
    const followed = await followRun(new LocalEndpoints(client, done.signal), key, {
      follow: true,
      onLines: (lines) => {
        if (lines.length > 0) firstMs ??= performance.now() - startedMs;
      },
    });
    if (!followed.ok) throw new Error(followed.error.message);
    if (firstMs !== undefined) samples.push(firstMs);
  }
  done.abort();
  return samples;
}

async function* run(): AsyncIterable<Figure> {
  const bundle = buildBundle();
  for (const runtime of ["process", "sandbox"]) {
    const dataDir = newDataDir();
    mkdirSync(join(dataDir, "manifests"));
    writeFileSync(join(dataDir, "manifests", "bench.yaml"), manifests);
    const flags = ["--runtime", runtime, "-f", join(dataDir, "manifests")];
    const first = await startUp(bundle, dataDir, flags);
    await sleep(500);
    const { median, p99 } = summarize(await pushLatencies(first));
    yield {
      what: `${runtime}: push to first output line, median of ${pushes}`,
      value: formatMs(median),
      goal: "under 80 ms",
    };
    yield { what: `${runtime}: the same, 99th percentile`, value: formatMs(p99) };
    await sleep(1000);
    yield {
      what: `${runtime}: resident memory after ${pushes} runs`,
      value: `${Math.round(first.residentMb())} MB`,
      goal: "under 150 MB",
    };
    await first.stop();
    if (runtime === "process") {
      const ready: number[] = [];
      for (let start = 0; start < 5; start++) {
        const again = await startUp(bundle, dataDir, ["--runtime", runtime]);
        ready.push(again.readyMs);
        await again.stop();
      }
      yield {
        what: "start to ready with an existing data directory, median of 5",
        value: formatMs(summarize(ready).median),
        goal: "under 600 ms",
      };
    }
    rmSync(dataDir, { recursive: true, force: true });
  }
}

export const benchmark: Benchmark = { about: "tektite up: start, memory, push to first output (bundled build)", run };
