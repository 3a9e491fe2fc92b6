import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { FileLogStore } from "../../store/log-files/file-log-store.ts";
import { chooseRuntime } from "./choose-runtime.ts";
import { recordProcess, removeOrphans } from "./orphans.ts";
import { importSuiteImage, suiteImage } from "./testdata/suite-image.ts";

const folder = mkdtempSync(join(tmpdir(), "tektite-orphans-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const kinds = process.platform === "linux" ? (["process", "sandbox", "container"] as const) : (["process"] as const);

for (const kind of kinds) {
  test(`what a killed life left is ended by the next: ${kind}`, async () => {
    if (kind === "container") importSuiteImage("podman");
    const own = join(folder, kind);
    mkdirSync(own);
    const program = fileURLToPath(import.meta.resolve("./testdata/interrupted-life.ts"));
    const life = spawn(process.execPath, [program, kind, own, suiteImage], { stdio: "inherit" });
    const beat = join(own, "out", "beat");
    while (!existsSync(beat) || statSync(beat).size === 0) await delay(20);
    life.kill("SIGKILL");
    await new Promise((resolve) => life.once("exit", resolve));
    const next = await chooseRuntime(kind, {
      logs: new FileLogStore({ folder: join(own, "logs"), maxBytesPerContainer: 1_000_000 }),
      folder: join(own, "runtime"),
      images: [],
      hasNetwork: true,
      containerArgs: process.env["TEKTITE_CONTAINER_ARGS"] ?? "",
      hidden: [],
    });
    ok(next.ok);
    equal(next.value.kind, kind);
    const seen = readFileSync(beat, "utf8");
    notEqual(seen, "");
    await delay(150);
    equal(readFileSync(beat, "utf8"), seen);
    deepEqual(readdirSync(join(own, "runtime", "pods")), []);
    await next.value.close();
  });
}

test("a process that only has an orphan's number is left alone", async () => {
  const pods = join(folder, "pods");
  mkdirSync(join(pods, "uid"), { recursive: true });
  const bystander = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
  recordProcess(join(pods, "uid"), bystander.pid ?? 0);
  const record = readFileSync(join(pods, "uid", "pids"), "utf8");
  writeFileSync(join(pods, "uid", "pids"), record.replace(/ .*/, " 12345"));
  await removeOrphans({ disk: pods, control: pods });
  equal(bystander.exitCode ?? bystander.signalCode, null);
  bystander.kill("SIGKILL");
});
