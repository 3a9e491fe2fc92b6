/**
 * The one test command: every static check, then every test, then one closing line `N passed, N failed`.
 *
 *   node scripts/test.ts              everything
 *   node scripts/test.ts --checks     static checks alone
 *   node scripts/test.ts FILE...      the named test files alone
 */
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";

const root = join(import.meta.dirname, "..");
process.chdir(root);

const checks = [
  { name: "types", command: ["tsc", "--project", "."] },
  { name: "types of the dashboard's page", command: ["tsc", "--project", "web"] },
  { name: "format and lint", command: ["biome", "check", "--error-on-warnings", "."] },
  {
    name: "import direction",
    command: ["depcruise", "--config", ".dependency-cruiser.cjs", "--output-type", "err", "src", "web/src"],
  },
  { name: "unused code", command: ["knip", "--no-progress"] },
] as const;

function runCheck(name: string, [program, ...args]: readonly [string, ...string[]]): Promise<boolean> {
  return new Promise((resolve) => {
    const startedMs = Date.now();
    const child = spawn(join("node_modules", ".bin", program), args, { stdio: ["ignore", "pipe", "pipe"] });
    const output: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
    child.on("close", (code) => {
      const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
      process.stdout.write(`${code === 0 ? "✔" : "✖"} check: ${name} (${seconds} s)\n`);
      if (code !== 0) process.stdout.write(Buffer.concat(output));
      resolve(code === 0);
    });
  });
}

function runTests(files: readonly string[]): Promise<{ passed: number; failed: number }> {
  return new Promise((resolve) => {
    let passed = 0;
    let failed = 0;
    // No --test-force-exit: it loses results that are still on their way.
    const stream = run({ files: [...files], concurrency: Math.max(1, cpus().length), timeout: 600_000 });
    stream.on("test:pass", (event) => {
      if (event.details.type !== "suite") passed++;
    });
    stream.on("test:fail", (event) => {
      if (event.details.type !== "suite") failed++;
    });
    stream.on("end", () => resolve({ passed, failed }));
    stream.compose(spec).pipe(process.stdout);
  });
}

const [first, ...rest] = process.argv.slice(2);
const checksOnly = first === "--checks";
const named = checksOnly || first === undefined ? [] : [first, ...rest];

let passed = 0;
let failed = 0;
if (named.length === 0) {
  for (const { name, command } of checks) {
    if (await runCheck(name, command)) passed++;
    else failed++;
  }
}
if (!checksOnly) {
  const files = named.length > 0 ? named : globSync("{src,web/src,test,conformance,scripts}/**/*.test.ts").sort();
  const tests = await runTests(files);
  passed += tests.passed;
  failed += tests.failed;
}
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
