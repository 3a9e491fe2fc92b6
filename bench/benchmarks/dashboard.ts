import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KubeClient } from "../../src/kube/client.ts";
import { HttpsTransport } from "../../src/kube/https-transport.ts";
import { loadKubeconfig } from "../../src/kube/kubeconfig.ts";
import { type Benchmark, type Figure, formatMs, summarize } from "../benchmark.ts";
import { DashboardBrowser, framesWhile, loadedBytes, shownAfter, whenShown } from "../dashboard-window.ts";
import { createManyTasks } from "../many-tasks.ts";
import { buildBundle, newDataDir, startUp } from "../tektite-process.ts";

const samples = 5;
const tasks = 500;
const lines = 100_000;
const frames = 240;

const manifests = `apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: printer}
spec:
  taskSpec:
    steps: [{name: print, image: busybox, script: "seq 1 ${lines} | sed 's/^/a line of output with the number /'"}]
`;

async function* run(): AsyncIterable<Figure> {
  const dataDir = newDataDir();
  mkdirSync(join(dataDir, "manifests"));
  writeFileSync(join(dataDir, "manifests", "bench.yaml"), manifests);
  const flags = ["--runtime", "process", "--dashboard-address", "127.0.0.1:0", "-f", join(dataDir, "manifests")];
  const up = await startUp(buildBundle(), dataDir, flags);
  const access = loadKubeconfig({ path: up.kubeconfig });
  if (!access.ok) throw new Error(access.error);
  const client = new KubeClient(new HttpsTransport(access.value));
  const browser = await DashboardBrowser.open(up);
  try {
    yield* firstLoad(browser);
    yield* manyTasks(browser, client);
    yield* longLog(browser);
  } finally {
    await browser.close();
    await up.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function* firstLoad(browser: DashboardBrowser): AsyncIterable<Figure> {
  const times: number[] = [];
  let bytes = 0;
  for (let sample = 0; sample < samples; sample++) {
    const page = await browser.window();
    times.push(await shownAfter(page, browser.url, "document.querySelectorAll('main h2').length > 1"));
    bytes = await loadedBytes(page);
    await page.context().close();
  }
  yield { what: "first load, compressed", value: `${Math.round(bytes / 1024)} KB`, goal: "under 250 KB" };
  yield {
    what: `overview shown with an empty cache, median of ${samples}`,
    value: formatMs(summarize(times).median),
    goal: "under 1 s",
  };
}

async function* manyTasks(browser: DashboardBrowser, client: KubeClient): AsyncIterable<Figure> {
  await createManyTasks(client, "many", tasks);
  const times: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    const page = await browser.window();
    const drawn =
      "document.querySelectorAll('.task-node').length > 9 && document.querySelectorAll('.react-flow__edge').length > 9";
    times.push(await shownAfter(page, `${browser.url}/runs/pipelineruns/default/many`, drawn));
    await page.context().close();
  }
  yield {
    what: `run of ${tasks} tasks drawn, with an empty cache, median of ${samples}`,
    value: formatMs(summarize(times).median),
    goal: "under 1.5 s",
  };
}

async function* longLog(browser: DashboardBrowser): AsyncIterable<Figure> {
  const page = await browser.window();
  const hasEnded = "document.querySelector('.log-status')?.textContent.includes('End of')";
  const shownMs = await shownAfter(page, `${browser.url}/runs/taskruns/default/printer/logs`, hasEnded);
  yield { what: `log of ${lines.toLocaleString("en-US")} lines read to its end`, value: formatMs(shownMs) };
  const jump = "const log = document.querySelector('.log'); log.scrollTop = Math.random() * log.scrollHeight";
  const scroll = "document.querySelector('.log').scrollTop += 120";
  for (const { what, script } of [
    { what: "scrolling", script: scroll },
    { what: "jumping anywhere", script: jump },
  ]) {
    const sorted = [...(await framesWhile(page, script, frames))].sort((a, b) => a - b);
    yield {
      what: `${what} in it, 99th percentile and longest of ${frames} frames`,
      value: `${formatMs(summarize(sorted).p99)}, ${formatMs(sorted.at(-1) ?? Number.NaN)}`,
      goal: "under 100 ms",
    };
  }
  const begunMs = (await page.evaluate("performance.now()")) as number;
  await page.getByRole("searchbox").fill("number 99999");
  const foundMs = await whenShown(page, "document.querySelector('output').textContent !== ''");
  yield { what: "search in it, first count", value: formatMs(foundMs - begunMs) };
}

export const benchmark: Benchmark = {
  about: "the dashboard in Chromium: first load, a run of 500 tasks, a log of 100,000 lines",
  run,
};
