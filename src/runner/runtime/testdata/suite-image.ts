import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An image with a shell and the usual programs, made from this machine's own busybox. */
export const suiteImage = "localhost/tektite-suite:1";

/** A small root file system of busybox. */
export function makeRoot(root: string): void {
  for (const folder of ["bin", "etc", "root", "tmp"]) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, "etc", "which"), "mapped root\n");
  copyFileSync("/bin/busybox", join(root, "bin", "busybox"));
  const names = execFileSync("/bin/busybox", ["--list"], { encoding: "utf8" }).trim().split("\n");
  for (const name of names) if (name !== "busybox") symlinkSync("busybox", join(root, "bin", name));
}

/** Gives the image to an engine that does not have it. */
export function importSuiteImage(program: "podman" | "docker"): void {
  if (spawnSync(program, ["image", "inspect", suiteImage], { stdio: "ignore" }).status === 0) return;
  const root = mkdtempSync(join(tmpdir(), "tektite-image-"));
  try {
    makeRoot(root);
    // The folder becomes the root of the image, which its every user must be able to enter.
    chmodSync(root, 0o755);
    const tar = execFileSync("tar", ["-C", root, "-c", "."], { maxBuffer: 64 * 1024 * 1024 });
    const change = ["--change", "ENV PATH=/bin", "--change", 'ENTRYPOINT ["echo", "entry"]', "--change", 'CMD ["cmd"]'];
    execFileSync(program, ["import", ...change, "-", suiteImage], { input: tar, stdio: ["pipe", "ignore", "ignore"] });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
