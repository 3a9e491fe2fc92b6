import { equal, match } from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root, runProgram, temporaryFolder } from "./harness.ts";

test("npm pack gives a package whose command works where it is installed", async (t) => {
  const folder = temporaryFolder(t);
  const packed = await runProgram("npm", ["pack", "--pack-destination", folder], { cwd: root, timeoutMs: 120_000 });
  equal(packed.exitCode, 0, packed.stderr);
  const file = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
  match(file, /^tektite-\d+\.\d+\.\d+\.tgz$/);
  const elsewhere = join(folder, "elsewhere");
  mkdirSync(elsewhere);
  // Newer npm runs the install scripts of listed packages only.
  writeFileSync(join(elsewhere, "package.json"), JSON.stringify({ name: "elsewhere", allowScripts: { node: true } }));
  const install = ["install", "--no-audit", "--no-fund", join(folder, file)];
  const installed = await runProgram("npm", install, { cwd: elsewhere, timeoutMs: 300_000 });
  equal(installed.exitCode, 0, installed.stderr);

  const command = join(elsewhere, "node_modules", ".bin", "tektite");
  const version = await runProgram(command, ["--version"], { cwd: folder });
  match(version.stdout, /^\d+\.\d+\.\d+\n$/);
  const flags = [
    "--once",
    "--data-dir",
    join(folder, "data"),
    "--api-address",
    "127.0.0.1:0",
    "--hooks-address",
    "127.0.0.1:0",
  ];
  const hello = await runProgram(command, ["hello", ...flags], { cwd: folder });
  equal(hello.exitCode, 0, hello.stdout + hello.stderr);
  match(hello.stdout, /^PipelineRun hello-\w{5} succeeded/m);
});
