/** The vectors of pipelines, carried out by podman with an image made from this machine's busybox. */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { checkPipelineVectors } from "./pipeline-vectors.ts";

/** The image that the vectors name. One that the machine has already is taken as it is. */
function provideImage(name: string): void {
  if (spawnSync("podman", ["image", "exists", name], { stdio: "ignore" }).status === 0) return;
  const root = mkdtempSync(join(tmpdir(), "tektite-busybox-"));
  try {
    for (const folder of ["bin", "etc", "root", "tmp", "usr"]) mkdirSync(join(root, folder));
    symlinkSync("../bin", join(root, "usr", "bin"));
    writeFileSync(join(root, "etc", "passwd"), "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n");
    writeFileSync(join(root, "etc", "group"), "root:x:0:\nnogroup:x:65534:\n");
    copyFileSync("/bin/busybox", join(root, "bin", "busybox"));
    const applets = execFileSync("/bin/busybox", ["--list"], { encoding: "utf8" }).trim().split("\n");
    for (const applet of applets) if (applet !== "busybox") symlinkSync("busybox", join(root, "bin", applet));
    const archive = execFileSync("tar", ["-C", root, "--owner=0", "--group=0", "-c", "."], { maxBuffer: 2 ** 26 });
    const settings = ["--change", "ENV PATH=/bin:/usr/bin", "--change", 'CMD ["sh"]'];
    execFileSync("podman", ["import", ...settings, "-", name], { input: archive, stdio: ["pipe", "ignore", "pipe"] });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

test("vectors of pipelines, in containers", async () => {
  provideImage("busybox");
  await checkPipelineVectors("container");
});
