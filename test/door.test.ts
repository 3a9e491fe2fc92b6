import { equal, match } from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { runTektite, startUp, temporaryFolder } from "./harness.ts";

const free = ["--api-address", "127.0.0.1:0", "--hooks-address", "127.0.0.1:0"];

test("a port in use is told with its flag", async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  for (const flag of ["--api-address", "--hooks-address"]) {
    const { exitCode, stderr } = await runTektite([
      "up",
      "--data-dir",
      temporaryFolder(t),
      ...free,
      flag,
      `127.0.0.1:${port}`,
    ]);
    equal(exitCode, 1);
    match(
      stderr,
      new RegExp(`^error: 127\\.0\\.0\\.1:${port} is in use by another program; choose another with ${flag}\n$`),
    );
  }
});

test("a data directory that another process uses is left alone", async (t) => {
  const up = await startUp(t, { dataDir: temporaryFolder(t) });
  const { exitCode, stderr } = await runTektite(["up", "--data-dir", up.dataDir, ...free]);
  equal(exitCode, 1);
  match(stderr, /^error: .*(in use|another).*\n$/);
  equal((await up.tektite(["get", "namespaces"])).exitCode, 0);
});

test("a data directory of a newer version is refused, not damaged", async (t) => {
  const dataDir = temporaryFolder(t);
  const up = await startUp(t, { dataDir });
  await up.stop();
  const database = new DatabaseSync(join(dataDir, "state.db"));
  database.exec("PRAGMA user_version = 9999");
  database.close();
  const { exitCode, stderr } = await runTektite(["up", "--data-dir", dataDir, ...free]);
  equal(exitCode, 1);
  match(stderr, /^error: .*newer version.*\n$/);
});

test("a folder that cannot be written is told", async (t) => {
  const { exitCode, stderr } = await runTektite(["up", "--data-dir", "/proc/tektite", ...free]);
  equal(exitCode, 1);
  match(stderr, /^error: .*\/proc\/tektite.*\n$/);
  const file = join(temporaryFolder(t), "file");
  writeFileSync(file, "");
  const onFile = await runTektite(["up", "--data-dir", file, ...free]);
  equal(onFile.exitCode, 1);
  match(onFile.stderr, /^error: the data directory .* is a file: choose another with --data-dir\n$/);
});

test("flags that would start something useless or unsafe are told", async (t) => {
  const dataDir = temporaryFolder(t);
  symlinkSync(dataDir, join(dataDir, "link"));
  for (const [args, exitCode, want] of [
    [
      ["--share", dataDir],
      1,
      /^error: --share .*: the data directory .*, which has keys, is in it: share another folder/,
    ],
    [["--share", join(dataDir, "link")], 1, /^error: --share .*link: the data directory .* is in it/],
    [["--share", join(dataDir, "nothing")], 1, /^error: --share .*nothing: there is no such folder\n$/],
    [["--max-pods", "0"], 2, /a whole number above 0 is expected/],
    [["--keep-runs", "-1"], 2, /a whole number is expected, such as 10/],
    [
      ["--api-address", "192.0.2.1:6443"],
      1,
      /^error: 192\.0\.2\.1 is no address of this machine; choose another with --api-address\n$/,
    ],
  ] as const) {
    const result = await runTektite(["up", "--data-dir", join(dataDir, "data"), ...free, ...args]);
    match(result.stderr, want);
    equal(result.exitCode, exitCode);
  }
});

test("broken YAML given with -f starts nothing and is told with file, document and line", async (t) => {
  const dataDir = temporaryFolder(t);
  const file = join(dataDir, "broken.yaml");
  writeFileSync(file, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: [\n");
  const { exitCode, stderr, stdout } = await runTektite([
    "up",
    "--data-dir",
    join(dataDir, "data"),
    ...free,
    "-f",
    file,
  ]);
  equal(exitCode, 1);
  match(stderr, /^error: .*broken\.yaml: document 2, line \d+, column \d+: /);
  equal(stdout, "");
});

test("a wrong field given with -f is told with file, document, line and field", async (t) => {
  const dataDir = temporaryFolder(t);
  mkdirSync(join(dataDir, "f"));
  const file = join(dataDir, "f", "el.yaml");
  writeFileSync(
    file,
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: triggers.tekton.dev/v1beta1\nkind: EventListener\nmetadata:\n  name: a\nspec:\n  triggers:\n    - bindings:\n        - ref: x\n          name: both\n      template:\n        ref: t\n",
  );
  const { exitCode, stderr } = await runTektite(["up", "--data-dir", join(dataDir, "data"), ...free, "-f", file]);
  equal(exitCode, 1);
  match(
    stderr,
    /el\.yaml: document 2, line 1[1-3]: EventListener "a": .*expected exactly one, got both: spec\.triggers\[0\]\.bindings\[0\]\.name/,
  );
});

test("a missing file, a wrong address and a wrong flag are told", async (t) => {
  const dataDir = temporaryFolder(t);
  const missing = await runTektite(["up", "--data-dir", dataDir, ...free, "-f", join(dataDir, "nothing.yaml")]);
  equal(missing.exitCode, 1);
  match(missing.stderr, /^error: .*nothing\.yaml: no such file or folder\n$/);
  const address = await runTektite(["up", "--data-dir", dataDir, "--api-address", "everywhere"]);
  equal(address.exitCode, 2);
  match(address.stderr, /^error: --api-address everywhere: an address is HOST:PORT/);
  const runtime = await runTektite(["up", "--runtime", "magic"]);
  equal(runtime.exitCode, 2);
  match(runtime.stderr, /Allowed choices are auto, container, sandbox, process/);
});

test("without git the example says so", async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, "bin"));
  // All that the launcher needs, and no git.
  for (const program of ["dirname", "readlink"]) symlinkSync(`/usr/bin/${program}`, join(folder, "bin", program));
  const { exitCode, stderr } = await runTektite(["hello", "--once", "--data-dir", join(folder, "data"), ...free], {
    env: { PATH: join(folder, "bin") },
  });
  equal(exitCode, 1);
  match(stderr, /^error: git was not found: .*install git/);
});
