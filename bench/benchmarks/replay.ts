import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { Backtest } from "../../src/cli/backtest/backtest.ts";
import { expectShortLivedObjects } from "../../src/cli/short-lived-objects.ts";
import { parseManifests } from "../../src/offline/manifests.ts";
import { OfflineResources } from "../../src/offline/offline-resources.ts";
import { offline } from "../../src/offline/outgoing.ts";
import { SqliteJournal } from "../../src/store/journal/sqlite-journal.ts";
import type { StoredEvent } from "../../src/triggers/event-journal.ts";
import { type Benchmark, type Figure, formatRate } from "../benchmark.ts";
import { isBranch, pushListener, runOfNoPipeline, webhookSecret } from "../listener-manifests.ts";
import { launchFlags, newDataDir } from "../tektite-process.ts";

/** So many that what happens once, such as compiling the code that runs most, is a small part of it. */
const events = 50_000;
const pageSize = 200;

function resourcesOf(filter: string): OfflineResources {
  const listener = `${webhookSecret}\n${pushListener({ codeHost: "github", filter, creates: runOfNoPipeline })}`;
  const manifests = parseManifests("bench.yaml", listener);
  if (!manifests.ok) throw new Error(manifests.error);
  const resources = OfflineResources.of(manifests.value, { namespace: "default" });
  if (!resources.ok) throw new Error(resources.error.join("\n"));
  return resources.value;
}

async function fill(journal: SqliteJournal): Promise<void> {
  for (let first = 0; first < events; first += 1_000) {
    const accepted = Array.from({ length: 1_000 }, (_, index) => {
      const number = first + index;
      const body = Buffer.from(
        JSON.stringify({
          ref: number % 2 === 0 ? "refs/heads/main" : "refs/tags/v1",
          after: String(number).padStart(40, "0"),
          repository: { full_name: "acme/shop" },
          commits: Array.from({ length: 28 }, (_each, commit) => ({ id: String(commit), message: "x".repeat(250) })),
        }),
      );
      const signature = `sha256=${createHmac("sha256", "bench").update(body).digest("hex")}`;
      return journal.accept({
        id: `event-${number}`,
        listener: { namespace: "default", name: "bench" },
        receivedAtMs: Date.now(),
        method: "POST",
        url: "/",
        header: { "X-Github-Event": ["push"], "X-Hub-Signature-256": [signature] },
        body,
        repository: "acme/shop",
      });
    });
    await Promise.all(accepted);
  }
}

/** Fills a journal and runs it through two configurations; how long the second part took, in milliseconds. */
async function backtest(): Promise<number> {
  const dataDir = newDataDir();
  const opened = await SqliteJournal.open(join(dataDir, "events.db"));
  if (!opened.ok) throw new Error(opened.error);
  const journal = opened.value;
  try {
    await fill(journal);
    expectShortLivedObjects();
    const same = new Backtest(resourcesOf(isBranch), resourcesOf("body.ref != ''"), { outgoing: offline });
    let [count, added] = [0, 0];
    const startedMs = performance.now();
    const ask = (before?: string) => journal.events({ limit: pageSize, ...(before === undefined ? {} : { before }) });
    for (let asked: ReturnType<typeof ask> | undefined = ask(); asked !== undefined; ) {
      const page: readonly StoredEvent[] = await asked;
      // As the command does it: the next page is on its way while this one is worked upon.
      asked = page.length < pageSize ? undefined : ask(page.at(-1)?.event.id);
      for (const stored of page) {
        const { changes } = await same.compare(stored);
        added += changes.filter(({ kind }) => kind === "added").length;
        count++;
      }
    }
    if (count !== events || added !== events / 2) throw new Error(`${count} events, ${added} added`);
    return performance.now() - startedMs;
  } finally {
    await journal.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** In a process that is started as the command is. */
async function* run(): AsyncIterable<Figure> {
  const args = [...launchFlags(), import.meta.filename, "--backtest"];
  const elapsedMs = Number(execFileSync(process.execPath, args, { encoding: "utf8" }));
  yield {
    what: "backtest of stored, signed 8 KB pushes: two configurations, compared",
    value: formatRate(events, elapsedMs),
    goal: "20,000 /s",
  };
}

if (process.argv.includes("--backtest")) process.stdout.write(String(await backtest()));

export const benchmark: Benchmark = { about: "stored events through another configuration, on one core", run };
