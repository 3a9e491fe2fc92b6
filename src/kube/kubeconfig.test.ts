import { ok } from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadKubeconfig } from "./kubeconfig.ts";

test("a kubeconfig that cannot be read is another matter than one that is not there", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tektite-kubeconfig-"));
  t.after(() => rmSync(folder, { recursive: true }));
  // What nobody can look at, not even root.
  symlinkSync("loop", join(folder, "loop"));
  writeFileSync(join(folder, "list"), "[]");
  for (const [name, wanted] of [
    ["gone", "no kubeconfig found at "],
    ["gone/below", "no kubeconfig found at "],
    ["list/below", "no kubeconfig found at "],
    ["loop", `${join(folder, "loop")}: ELOOP`],
    ["list", `${join(folder, "list")}: not a kubeconfig`],
  ] as const) {
    const loaded = loadKubeconfig({ path: join(folder, name) });
    ok(!loaded.ok && loaded.error.startsWith(wanted), `${name}: ${loaded.ok ? "loaded" : loaded.error}`);
  }
});
