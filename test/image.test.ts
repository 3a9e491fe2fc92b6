import { equal, match } from "node:assert/strict";
import { copyFileSync, globSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { restrictedRootArgs } from "../src/runner/runtime/restricted-root.ts";
import { type Finished, root, runProgram, temporaryFolder } from "./harness.ts";

const imageName = "localhost/tektite-test/roles";
const baseName = "localhost/tektite-test/node";

/** This machine's Node.js and the libraries that it needs, in place of the base image. */
async function nodeInto(context: string): Promise<void> {
  // The bundler has machine code of its own.
  const addons = globSync("node_modules/{*,@*/*}/*.node", { cwd: root }).map((path) => join(root, path));
  const linked = await runProgram("ldd", [process.execPath, ...addons]);
  const files = linked.stdout
    .split("\n")
    .map((line) => /(\/\S+) \(/.exec(line)?.[1])
    .filter((path) => path !== undefined);
  for (const file of files) {
    // The loader has its fixed place; it finds the others beside it.
    const target = join(context, "node", basename(file).startsWith("ld-") ? dirname(file) : "lib64", basename(file));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(file, target);
  }
  mkdirSync(join(context, "node", "bin"), { recursive: true });
  copyFileSync(process.execPath, join(context, "node", "bin", "node"));
}

/** A shell, and an npm that brings the packages of this checkout in place of downloading them. */
async function toolsInto(context: string): Promise<void> {
  const bin = join(context, "node", "bin");
  const busybox = await runProgram("sh", ["-c", "command -v busybox"]);
  copyFileSync(busybox.stdout.trim(), join(bin, "sh"));
  const npm = `#!/bin/sh
[ "$*" = "ci --ignore-scripts" ] && [ -f package.json ] && [ -f package-lock.json ] && [ -d node_modules ]
`;
  writeFileSync(join(bin, "npm"), npm, { mode: 0o755 });
}

async function podmanBuild(...args: readonly string[]): Promise<void> {
  const built = await runProgram("podman", ["build", "--isolation", "chroot", "--quiet", ...args], {
    timeoutMs: 150_000,
  });
  equal(built.exitCode, 0, built.stderr);
}

/** Builds the Dockerfile as it is, on a base image that is made of this machine's files. */
async function build(t: TestContext): Promise<(args: readonly string[]) => Promise<Finished>> {
  const context = temporaryFolder(t);
  await nodeInto(context);
  await toolsInto(context);
  const base = "FROM scratch\nCOPY node/ /\nENV PATH=/bin LD_LIBRARY_PATH=/lib64\n";
  writeFileSync(join(context, "Containerfile"), base);
  t.after(() => runProgram("podman", ["rmi", "--force", imageName, baseName]).then(() => undefined));
  await podmanBuild("--tag", baseName, context);
  const packages = `${join(root, "node_modules")}:/src/node_modules:ro`;
  await podmanBuild("--build-arg", `NODE_IMAGE=${baseName}`, "--volume", packages, "--tag", imageName, root);
  const limits = restrictedRootArgs();
  const more = (process.env["TEKTITE_CONTAINER_ARGS"] ?? "").split(" ").filter((arg) => arg !== "");
  return (args) =>
    runProgram("podman", ["run", "--rm", "--read-only", "--network=none", ...limits, ...more, imageName, ...args]);
}

test("the image starts every role, as nobody, on a read-only root file system", { timeout: 180_000 }, async (t) => {
  const run = await build(t);
  const inspected = await runProgram("podman", ["image", "inspect", "--format", "{{.Config.User}}", imageName]);
  equal(inspected.stdout.trim(), "65532:65532");
  const help = await run([]);
  equal(help.exitCode, 0, help.stderr);
  match(help.stdout, /Usage: tektite/);
  const noCluster = /not running inside a cluster/;
  const vectors = [
    { args: ["sink", "-el-name=a", "-el-namespace=b", "-port=8080"], exitCode: 1, stderr: noCluster },
    // As a controller starts a listener's image.
    { args: ["--el-name=a", "--el-namespace=b", "--port=8080"], exitCode: 1, stderr: noCluster },
    { args: ["controller", "-el-image=x"], exitCode: 1, stderr: /SYSTEM_NAMESPACE is not set/ },
    { args: ["webhook"], exitCode: 1, stderr: /SYSTEM_NAMESPACE is not set/ },
    { args: ["interceptors"], exitCode: 1, stderr: /SYSTEM_NAMESPACE is not set/ },
  ];
  for (const { args, exitCode, stderr } of vectors) {
    const done = await run(args);
    equal(done.exitCode, exitCode, `${args.join(" ")}: ${done.stderr}`);
    match(done.stderr, stderr);
  }
  const installed = await run(["install", "--mode", "sink-only"]);
  match(installed.stdout, /name: tekton-triggers-eventlistener-roles/);
});
