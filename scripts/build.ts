/**
 * Builds dist/: the program, one entry with its commands as chunks that are loaded when needed, and the dashboard's page.
 *
 *   node scripts/build.ts                everything, for publishing
 *   node scripts/build.ts --dashboard    the page alone: a checkout runs the program from its sources
 */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { buildDashboard } from "./build-dashboard.ts";

await buildDashboard();
if (process.argv.includes("--dashboard")) process.exit(0);

const root = join(import.meta.dirname, "..");
for (const name of readdirSync(join(root, "dist")))
  if (name !== "dashboard") rmSync(join(root, "dist", name), { recursive: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: {
    tektite: "src/cli/main.ts",
    "sqlite-worker": "src/store/sqlite-worker.ts",
    "playground-worker": "src/offline/playground-worker.ts",
  },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node24",
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  logLevel: "warning",
  // Some dependencies are CommonJS and call require for Node's own modules.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
});
const bytes = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
process.stdout.write(`dist/: ${Object.keys(result.metafile.outputs).length} files, ${Math.round(bytes / 1024)} KiB\n`);
