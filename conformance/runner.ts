import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { join, relative } from "node:path";
import type { CaseOutcome, ConformanceSet } from "./set.ts";

/** The repository's own copy of the vectors. */
export const ownVectors: string = join(import.meta.dirname, "vectors");

/** A vector whose outcome differs from the incumbent's on purpose. */
export interface Deviation {
  readonly set: string;
  readonly name: string;
  readonly reason: string;
}

/** What became of one set. */
export interface Tally {
  readonly set: string;
  readonly passed: number;
  /** Deliberate deviations, which still differ. */
  readonly deviating: number;
  readonly skipped: readonly CaseOutcome[];
  readonly failures: readonly CaseOutcome[];
}

/** The files of one set. */
export interface ClaimedSet {
  readonly name: string;
  readonly run: () => AsyncIterable<CaseOutcome>;
}

/** Deliberate deviations: the repository's own list, and further files. */
export function readDeviations(further: readonly string[] = []): readonly Deviation[] {
  return [join(import.meta.dirname, "deviations.json"), ...further].flatMap(
    (file) => JSON.parse(readFileSync(file, "utf8")) as readonly Deviation[],
  );
}

/** Every vector set found in a folder, by name, and the files that are of no known format. */
export async function findSets(
  folder: string,
): Promise<{ readonly sets: readonly ClaimedSet[]; readonly unknown: readonly string[] }> {
  const adapters = await loadAdapters();
  const claimed = new Map<string, { readonly adapter: ConformanceSet; readonly files: string[] }>();
  const unknown: string[] = [];
  for (const file of filesBelow(folder)) {
    const path = relative(folder, file);
    const head = headOf(file);
    const owner = adapters
      .map((adapter) => ({ adapter, name: adapter.claim(path, head) }))
      .find(({ name }) => name !== undefined);
    if (owner?.name === undefined) {
      if (!path.endsWith(".md")) unknown.push(path);
      continue;
    }
    const entry = claimed.get(owner.name) ?? { adapter: owner.adapter, files: [] };
    entry.files.push(file);
    claimed.set(owner.name, entry);
  }
  const sets = [...claimed]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { adapter, files }]) => ({ name, run: () => adapter.run(name, files) }));
  return { sets, unknown };
}

/** Runs a set; a deviation that agrees after all counts as a failure, so that its entry goes. */
export async function runSet(set: ClaimedSet, deviations: readonly Deviation[]): Promise<Tally> {
  const deviant = new Set(deviations.filter((entry) => entry.set === set.name).map((entry) => entry.name));
  let passed = 0;
  let deviating = 0;
  const skipped: CaseOutcome[] = [];
  const failures: CaseOutcome[] = [];
  for await (const outcome of set.run()) {
    if (outcome.skipped !== undefined) skipped.push(outcome);
    else if (!deviant.has(outcome.name)) {
      if (outcome.passed) passed++;
      else failures.push(outcome);
    } else if (!outcome.passed) deviating++;
    else failures.push({ ...outcome, passed: false, diff: "listed as a deviation, yet it agrees: unlist it" });
  }
  return { set: set.name, passed, deviating, skipped, failures };
}

async function loadAdapters(): Promise<readonly ConformanceSet[]> {
  const folder = join(import.meta.dirname, "sets");
  const names = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  const modules = await Promise.all(
    names.sort().map((name) => import(join(folder, name)) as Promise<{ set?: ConformanceSet }>),
  );
  return modules.flatMap((module) => (module.set ? [module.set] : []));
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** The first characters of a file. */
function headOf(file: string): string {
  const buffer = Buffer.alloc(256);
  const handle = openSync(file, "r");
  const length = readSync(handle, buffer);
  closeSync(handle);
  return buffer.toString("utf8", 0, length);
}
