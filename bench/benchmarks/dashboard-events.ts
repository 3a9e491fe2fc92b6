import { createHmac } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { SqliteJournal } from "../../src/store/journal/sqlite-journal.ts";
import { type Benchmark, type Figure, formatMs, summarize } from "../benchmark.ts";
import { DashboardBrowser, framesWhile, shownAfter, whenShown } from "../dashboard-window.ts";
import { listenerAccount, pushListener } from "../listener-manifests.ts";
import { buildBundle, newDataDir, startUp } from "../tektite-process.ts";

const stored = 100_000;
const perSecond = 200;
const followedSeconds = 15;
const frames = 240;

/** Tags are filtered out: what is measured is the list, not what runs take. */
const manifests =
  listenerAccount +
  pushListener({
    codeHost: "github",
    creates: { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "bench-" } },
  });

function bodyOf(number: number): string {
  return JSON.stringify({
    ref: `refs/tags/v${number}`,
    repository: { full_name: number === 0 ? "acme/first" : "acme/shop" },
    commits: Array.from({ length: 8 }, (_, commit) => ({ id: String(commit), message: "x".repeat(200) })),
  });
}

/** Fills a journal as a listener does, by the journal's own functions. */
async function fill(file: string): Promise<void> {
  const opened = await SqliteJournal.open(file);
  if (!opened.ok) throw new Error(opened.error);
  const journal = opened.value;
  const listener = { namespace: "default", name: "bench" };
  const trigger = { kind: "trigger", namespace: "default", name: "push", path: "triggers/push" } as const;
  const message = "expression body.ref.startsWith('refs/heads/') did not return true";
  const beginMs = Date.now() - stored * 10;
  const put = async (number: number) => {
    const id = `event-${String(number).padStart(6, "0")}`;
    const receivedAtMs = beginMs + number * 10;
    await journal.accept({
      id,
      listener,
      receivedAtMs,
      method: "POST",
      url: "/",
      header: { "X-Github-Event": ["push"] },
      body: Buffer.from(bodyOf(number)),
      repository: number === 0 ? "acme/first" : "acme/shop",
    });
    await journal.record({
      eventId: id,
      trigger,
      state: "filtered",
      attempts: 1,
      startedAtMs: receivedAtMs,
      updatedAtMs: receivedAtMs + 1,
      created: [],
      verdict: {
        eventId: id,
        listener,
        trigger,
        outcome: { kind: "filtered", interceptor: "cel", code: 9, message },
        interceptors: [{ name: "cel", kind: "ClusterInterceptor", decision: "stop", code: 9, message }],
        extensions: {},
        params: [],
        objects: [],
      },
    });
    await journal.finish(id);
  };
  for (let first = 0; first < stored; first += 2_000) {
    await Promise.all(Array.from({ length: 2_000 }, (_, index) => put(first + index)));
  }
  await journal.close();
}

/** Posts so many a second until the signal; the answer tells when each was accepted, by id. */
async function post(hooks: string, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const acceptedAtMs = new Map<string, number>();
  const waiting: Promise<void>[] = [];
  const startedMs = performance.now();
  for (let sent = 0; !signal.aborted; sent++) {
    const body = bodyOf(stored + sent);
    const signature = createHmac("sha256", "bench").update(body).digest("hex");
    const headers = {
      "content-type": "application/json",
      "x-github-event": "push",
      "x-hub-signature-256": `sha256=${signature}`,
    };
    const send = async () => {
      const answer = await fetch(`${hooks}/default/bench`, { method: "POST", body, headers });
      const { eventID } = (await answer.json()) as { eventID?: string };
      if (eventID !== undefined) acceptedAtMs.set(eventID, Date.now());
    };
    waiting.push(send().catch(() => {}));
    await sleep(Math.max(0, startedMs + (sent * 1000) / perSecond - performance.now()));
  }
  await Promise.all(waiting);
  return acceptedAtMs;
}

/** Notes in the page when each row was drawn first, and what kept the page busy. */
const observe = `window.seen = {}; window.busy = [];
new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) busy.push(duration); }).observe({ type: "longtask" });
(function look() {
  for (const row of document.querySelectorAll("[data-event]")) seen[row.dataset.event] ??= Date.now();
  requestAnimationFrame(look);
})()`;

async function* follow(page: Page, hooks: string): AsyncIterable<Figure> {
  await page.evaluate(observe);
  const posting = new AbortController();
  const posted = post(hooks, posting.signal);
  await sleep(followedSeconds * 1000);
  const busy = (await page.evaluate("busy.splice(0)")) as readonly number[];
  const seen = (await page.evaluate("seen")) as Readonly<Record<string, number>>;
  const scrolled = [...(await framesWhile(page, "window.scrollBy(0, 60)", frames))].sort((a, b) => a - b);
  posting.abort();
  const acceptedAtMs = await posted;
  const delays = [...acceptedAtMs].flatMap(([id, atMs]) => (seen[id] === undefined ? [] : [seen[id] - atMs]));
  const { median, p99 } = summarize(delays);
  const rate = Math.round(acceptedAtMs.size / (followedSeconds + scrolled.reduce((sum, ms) => sum + ms, 0) / 1000));
  yield {
    what: `${rate} new events a second: from accepted to its row, median and 99th percentile of ${delays.length}`,
    value: `${formatMs(median)}, ${formatMs(p99)}`,
    goal: "under 1 s",
  };
  yield {
    what: `meanwhile, longest task of the page, and tasks over 50 ms in ${followedSeconds} s`,
    value: `${formatMs(Math.max(0, ...busy))}, ${busy.length}`,
  };
  yield {
    what: `meanwhile, scrolling: 99th percentile and longest of ${frames} frames`,
    value: `${formatMs(summarize(scrolled).p99)}, ${formatMs(scrolled.at(-1) ?? Number.NaN)}`,
    goal: "under 100 ms",
  };
}

async function* run(): AsyncIterable<Figure> {
  const dataDir = newDataDir();
  const file = join(dataDir, "bench.yaml");
  writeFileSync(file, manifests);
  await fill(join(dataDir, "events.db"));
  const up = await startUp(buildBundle(), dataDir, ["--dashboard-address", "127.0.0.1:0", "-f", file]);
  const browser = await DashboardBrowser.open(up);
  try {
    const page = await browser.window();
    const shownMs = await shownAfter(page, `${browser.url}/events`, "document.querySelector('[data-event]')");
    yield { what: `list of ${stored.toLocaleString("en-US")} stored events shown`, value: formatMs(shownMs) };
    yield* follow(page, up.hooks);
    await page.goto(`${browser.url}/events?text=acme/first`, { waitUntil: "commit" });
    const foundMs = await whenShown(page, "document.querySelector('[data-event=event-000000]')");
    yield { what: "search that only the oldest of them matches", value: formatMs(foundMs) };
  } finally {
    await browser.close();
    await up.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

export const benchmark: Benchmark = {
  about: "the dashboard's events list in Chromium, with 100,000 stored and 200 new ones a second",
  run,
};
