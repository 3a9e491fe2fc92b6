import { equal, match, ok } from "node:assert/strict";
import { test } from "node:test";
import { runTektite, temporaryFolder } from "./harness.ts";

const flags = ["hello", "--once", "--api-address", "127.0.0.1:0", "--hooks-address", "127.0.0.1:0"];

for (const runtime of ["auto", "sandbox", "process"]) {
  test(`npm start --once: one push, one pipeline run (${runtime})`, async (t) => {
    const dataDir = temporaryFolder(t);
    const first = await runTektite([...flags, "--data-dir", dataDir, "--runtime", runtime]);
    equal(first.exitCode, 0, first.stdout + first.stderr);
    match(first.stdout, /webhook: 202 \{"eventListener":"hello","namespace":"default"/);
    match(first.stdout, /^\[clone : clone\] cloning file:\/\//m);
    match(first.stdout, /^\[show : log\] last commit on main:$/m);
    match(first.stdout, /^\[show : log\] {5}Say hello$/m);
    match(
      first.stdout,
      /^PipelineRun hello-[bcdfghjklmnpqrstvwxz2456789]{5} succeeded: Tasks Completed: 2 \(Failed: 0, Cancelled 0\), Skipped: 0$/m,
    );
    match(first.stdout, /^From git push: first step output after [\d.]+ m?s, completed after /m);
    // The clone comes before what names its result.
    ok(first.stdout.indexOf("[clone : clone]") < first.stdout.indexOf("[show : log]"));
  });
}

test("npm start --once again, with the data directory of the first time", async (t) => {
  const dataDir = temporaryFolder(t);
  for (let time = 0; time < 2; time++) {
    const { exitCode, stdout, stderr } = await runTektite([...flags, "--data-dir", dataDir]);
    equal(exitCode, 0, stdout + stderr);
    equal(stdout.match(/^PipelineRun \S+ started$/gm)?.length, 1);
  }
});
