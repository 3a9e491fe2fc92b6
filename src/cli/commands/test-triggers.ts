import { readdirSync, readFileSync, statSync, watch, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CaseResult, runTriggerTest } from "../../offline/run-trigger-test.ts";
import { formatJunit, formatResults, summary } from "../../offline/test-report.ts";
import { parseTriggerTests, type TriggerTest } from "../../offline/trigger-test.ts";
import { err, ok, type Result } from "../../result.ts";
import { type Failure, failure, usageFailure } from "../failure.ts";

export interface TestOptions {
  readonly filter?: string;
  readonly junit?: string;
  readonly watch?: boolean;
  readonly signal: AbortSignal;
}

/** How long a change is given to be followed by others, in milliseconds: editors write in several steps. */
const settleMs = 100;

/**
 * `tektite test`: runs declarative tests of triggers on the engine that listeners run. Exit code 1 when a test fails, 2
 * when a test file is broken.
 */
export async function testTriggers(paths: readonly string[], options: TestOptions): Promise<Result<void, Failure>> {
  if (options.watch !== true) return (await testOnce(paths, options)).outcome;
  while (!options.signal.aborted) {
    const { outcome, folders } = await testOnce(paths, options);
    if (!outcome.ok) process.stderr.write(`error: ${outcome.error.message}\n`);
    process.stderr.write("waiting for changes; Ctrl-C ends this\n");
    await nextChange(folders, options.signal);
  }
  return ok(undefined);
}

async function testOnce(
  paths: readonly string[],
  options: TestOptions,
): Promise<{ readonly outcome: Result<void, Failure>; readonly folders: ReadonlySet<string> }> {
  const folders = new Set<string>(paths.map((path) => (isFolder(path) ? path : dirname(path))));
  const found = new Map(paths.map((path) => [path, findTests(path)]));
  const missing = paths.find((path) => found.get(path)?.length === 0);
  if (missing !== undefined) {
    const why = exists(missing) ? "there is no *.test.yaml file in it" : "no such file or folder";
    return { outcome: err(usageFailure(`${missing}: ${why}`)), folders };
  }
  const problems: string[] = [];
  const tests: TriggerTest[] = [];
  for (const file of new Set([...found.values()].flat())) {
    const parsed = parseTriggerTests(file, readFileSync(file, "utf8"));
    if (parsed.ok) tests.push(...parsed.value);
    else problems.push(...parsed.error);
  }
  for (const path of tests.flatMap(({ resources }) => resources)) folders.add(isFolder(path) ? path : dirname(path));
  const { filter } = options;
  const isWanted = (name: string) => filter === undefined || name.toLowerCase().includes(filter.toLowerCase());
  const results: CaseResult[] = [];
  for (const test of tests) results.push(...(await runTriggerTest(test, isWanted)));
  if (results.length > 0) process.stdout.write(formatResults(results));
  const written = options.junit === undefined ? ok(undefined) : writeReport(options.junit, results);
  const outcome = outcomeOf(results, problems, filter);
  return { outcome: bothOf(outcome, written), folders };
}

/** What either says is wrong. */
function bothOf(first: Result<void, Failure>, second: Result<void, Failure>): Result<void, Failure> {
  if (first.ok || second.ok) return first.ok ? second : first;
  const exitCode = Math.max(first.error.exitCode, second.error.exitCode);
  return err({ message: `${first.error.message}\n${second.error.message}`, exitCode });
}

function writeReport(file: string, results: readonly CaseResult[]): Result<void, Failure> {
  try {
    writeFileSync(file, formatJunit(results));
    return ok(undefined);
  } catch (error) {
    return err(usageFailure(`the report of --junit cannot be written: ${(error as Error).message}`));
  }
}

function outcomeOf(
  results: readonly CaseResult[],
  problems: readonly string[],
  filter: string | undefined,
): Result<void, Failure> {
  if (problems.length > 0) return err(usageFailure(`broken test files:\n${problems.join("\n")}`));
  if (results.length === 0) return err(usageFailure(`no test has ${JSON.stringify(filter)} in its file or name`));
  if (results.some(({ outcome }) => outcome.kind === "broken")) return err(usageFailure(summary(results)));
  if (results.some(({ outcome }) => outcome.kind === "failed")) return err(failure(summary(results)));
  return ok(undefined);
}

const testFile = /\.test\.ya?ml$/;

/** The test files below a path, sorted; a file is taken whatever it is called. */
function findTests(path: string): readonly string[] {
  if (!exists(path)) return [];
  if (!isFolder(path)) return [path];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inside = join(path, entry.name);
      if (entry.isDirectory()) {
        return entry.name.startsWith(".") || entry.name === "node_modules" ? [] : findTests(inside);
      }
      return testFile.test(entry.name) ? [inside] : [];
    });
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Resolves when something in the folders has changed and nothing does for a moment, or at the signal. */
async function nextChange(folders: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
  const first = Promise.withResolvers<void>();
  let lastMs = 0;
  const watchers = [...folders].filter(isFolder).map((folder) =>
    watch(folder, { recursive: true }, (_event, name) => {
      // Editors' own files are of no interest.
      if (name !== null && /^(\.|#)|(~|\.sw.)$/.test(basename(name))) return;
      lastMs = performance.now();
      first.resolve();
    }),
  );
  signal.addEventListener("abort", () => first.resolve(), { once: true });
  await first.promise;
  while (!signal.aborted && performance.now() - lastMs < settleMs) await sleep(settleMs);
  for (const watcher of watchers) watcher.close();
}
