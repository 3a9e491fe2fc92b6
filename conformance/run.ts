import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { CaseOutcome, ConformanceSet } from "./set.ts";

const usage = `usage: npm run conformance -- [DIR] [--verbose] [--only SET] [--deviations FILE]

Runs every vector set found in DIR (default: this repository's own copy) and prints one line per set:
SET passed/total. Exits 1 when a vector fails that is not listed as a deliberate deviation.
`;

/** A vector whose outcome differs from the incumbent's on purpose. */
interface Deviation {
  readonly set: string;
  readonly name: string;
  readonly reason: string;
}

function readDeviations(file: string): readonly Deviation[] {
  return JSON.parse(readFileSync(file, "utf8")) as readonly Deviation[];
}

async function loadSets(): Promise<readonly ConformanceSet[]> {
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

interface Tally {
  passed: number;
  deviating: number;
  skipped: number;
  readonly failures: CaseOutcome[];
}

async function runSet(
  set: ConformanceSet,
  name: string,
  files: readonly string[],
  deviations: readonly Deviation[],
): Promise<Tally> {
  const tally: Tally = { passed: 0, deviating: 0, skipped: 0, failures: [] };
  const deviant = new Set(deviations.filter((deviation) => deviation.set === name).map((deviation) => deviation.name));
  for await (const outcome of set.run(name, files)) {
    if (outcome.skipped !== undefined) {
      tally.skipped++;
    } else if (deviant.has(outcome.name)) {
      if (outcome.passed) {
        tally.failures.push({ ...outcome, passed: false, diff: "listed as a deviation, yet it agrees: unlist it" });
      } else tally.deviating++;
    } else if (outcome.passed) tally.passed++;
    else tally.failures.push(outcome);
  }
  return tally;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      verbose: { type: "boolean", short: "v", default: false },
      only: { type: "string" },
      deviations: { type: "string", multiple: true, default: [] },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const folder = resolve(positionals[0] ?? join(import.meta.dirname, "vectors"));
  const deviations = [join(import.meta.dirname, "deviations.json"), ...values.deviations].flatMap(readDeviations);
  const sets = await loadSets();

  const claimed = new Map<string, { set: ConformanceSet; files: string[] }>();
  const unknown: string[] = [];
  for (const file of filesBelow(folder)) {
    const path = relative(folder, file);
    const head = headOf(file);
    const owner = sets.map((set) => ({ set, name: set.claim(path, head) })).find(({ name }) => name !== undefined);
    if (owner?.name === undefined) {
      if (!path.endsWith(".md")) unknown.push(path);
      continue;
    }
    const entry = claimed.get(owner.name) ?? { set: owner.set, files: [] };
    entry.files.push(file);
    claimed.set(owner.name, entry);
  }

  let failed = 0;
  for (const [name, { set, files }] of [...claimed].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (values.only !== undefined && name !== values.only && !name.startsWith(`${values.only}/`)) continue;
    const { passed, deviating, skipped, failures } = await runSet(set, name, files, deviations);
    const total = passed + deviating + failures.length;
    const remarks = [
      ...(deviating > 0 ? [`${deviating} deviate by design`] : []),
      ...(skipped > 0 ? [`${skipped} cannot run on this machine`] : []),
    ];
    process.stdout.write(`${name} ${passed}/${total}${remarks.length > 0 ? ` (${remarks.join(", ")})` : ""}\n`);
    failed += failures.length;
    if (values.verbose)
      for (const { name, diff } of failures) process.stdout.write(`  FAIL ${name}\n${indent(diff)}\n`);
  }
  for (const path of unknown) process.stdout.write(`ignored: ${path} is of no known vector format\n`);
  return failed > 0 ? 1 : 0;
}

function indent(text = "no details"): string {
  return text
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
}

process.exitCode = await main();
