import { readdirSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { basename, join } from "node:path";
import type { Benchmark } from "./benchmark.ts";

const folder = join(import.meta.dirname, "benchmarks");
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".ts"))
  .map((name) => basename(name, ".ts"))
  .sort();

async function load(name: string): Promise<Benchmark> {
  return ((await import(join(folder, `${name}.ts`))) as { benchmark: Benchmark }).benchmark;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !name.startsWith("-") && !names.includes(name));
if (wanted.includes("--list") || wanted.includes("--help") || unknown.length > 0) {
  for (const name of unknown) process.stderr.write(`error: no benchmark is called ${name}\n`);
  process.stdout.write("usage: npm run bench -- [NAME...]\n\n");
  for (const name of names) process.stdout.write(`  ${name.padEnd(14)} ${(await load(name)).about}\n`);
  process.exit(unknown.length > 0 ? 2 : 0);
}

const model = cpus()[0]?.model ?? "unknown processor";
const memory = Math.round(totalmem() / 2 ** 30);
process.stdout.write(`${cpus().length} x ${model}, ${memory} GiB, ${process.platform}, Node.js ${process.version}\n`);
for (const name of wanted.length > 0 ? wanted : names) {
  const benchmark = await load(name);
  process.stdout.write(`\n${name}: ${benchmark.about}\n`);
  for await (const { what, value, goal } of benchmark.run()) {
    process.stdout.write(
      `  ${what.padEnd(60)} ${value.padStart(14)}${goal === undefined ? "" : `   (goal: ${goal})`}\n`,
    );
  }
}
process.exit(0);
