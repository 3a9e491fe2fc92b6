import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { findSets, ownVectors, readDeviations, runSet } from "./runner.ts";

const usage = `usage: npm run conformance -- [DIR] [--verbose] [--only SET] [--deviations FILE]

Runs every vector set found in DIR (default: this repository's own copy) and prints one line per set:
SET passed/total. Exits 1 when a vector fails that is not listed as a deliberate deviation.
`;

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
  const { sets, unknown } = await findSets(resolve(positionals[0] ?? ownVectors));
  const deviations = readDeviations(values.deviations);
  let failed = 0;
  for (const set of sets) {
    if (values.only !== undefined && set.name !== values.only && !set.name.startsWith(`${values.only}/`)) continue;
    const { passed, deviating, skipped, failures } = await runSet(set, deviations);
    const remarks = [
      ...(deviating > 0 ? [`${deviating} deviate by design`] : []),
      ...(skipped.length > 0 ? [`${skipped.length} cannot run on this machine`] : []),
    ];
    const total = passed + deviating + failures.length;
    process.stdout.write(`${set.name} ${passed}/${total}${remarks.length > 0 ? ` (${remarks.join(", ")})` : ""}\n`);
    failed += failures.length;
    if (!values.verbose) continue;
    for (const { name, diff } of failures) process.stdout.write(`  FAIL ${name}\n${indent(diff)}\n`);
    for (const { name, skipped: reason } of skipped) process.stdout.write(`  skipped ${name}: ${reason}\n`);
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

// Servers of a set may still hold the process.
process.exit(await main());
