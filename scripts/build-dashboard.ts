import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { build } from "vite";

const root = join(import.meta.dirname, "..");
/** A smaller file gains nothing. */
const minBytes = 1024;

/** Builds the dashboard's page from web/ into dist/dashboard, each file compressed beside itself. */
export async function buildDashboard(): Promise<void> {
  const outDir = join(root, "dist", "dashboard");
  await build({
    configFile: false,
    root: join(root, "web"),
    logLevel: "warn",
    plugins: [react()],
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2023",
      // The Content-Security-Policy allows files of the site alone: nothing inline, nothing as data: URL.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 700,
    },
  });
  for (const entry of readdirSync(outDir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !/\.(js|css|html|svg)$/.test(entry.name)) continue;
    const bytes = readFileSync(path);
    if (bytes.length < minBytes) continue;
    writeFileSync(
      `${path}.br`,
      brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }),
    );
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  }
}
