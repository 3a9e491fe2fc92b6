import { equal, match } from "node:assert/strict";
import { copyFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { restrictedRootArgs } from "../src/runner/runtime/restricted-root.ts";
import { type Finished, root, runProgram, temporaryFolder } from "./harness.ts";

const imageName = "localhost/tektite-test/roles";

/** The bundle, from just the files that the Dockerfile copies into its first stage. */
async function bundleInto(context: string): Promise<void> {
  const source = join(context, "source");
  const dockerfile = readFileSync(join(root, "Dockerfile"), "utf8");
  const copied = [...dockerfile.split(/^FROM /m)[1]!.matchAll(/^COPY (.*) \S+$/gm)].flatMap((match) =>
    match[1]!.split(" "),
  );
  for (const name of copied) cpSync(join(root, name), join(source, name), { recursive: true });
  // What `npm ci` would bring.
  symlinkSync(join(root, "node_modules"), join(source, "node_modules"));
  const built = await runProgram(process.execPath, [join(source, "scripts", "build.ts")], { cwd: source });
  equal(built.exitCode, 0, built.stderr);
  cpSync(join(source, "dist"), join(context, "dist"), { recursive: true });
}

/** This machine's Node.js and the libraries that it needs, in place of the base image. */
async function nodeInto(context: string): Promise<void> {
  const linked = await runProgram("ldd", [process.execPath]);
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

async function build(t: TestContext): Promise<(args: readonly string[]) => Promise<Finished>> {
  const context = temporaryFolder(t);
  await bundleInto(context);
  await nodeInto(context);
  cpSync(join(root, "LICENSE"), join(context, "LICENSE"));
  const last = readFileSync(join(root, "Dockerfile"), "utf8").split(/^FROM .*$/m)[2] ?? "";
  const base = "FROM scratch\nCOPY node/ /\nENV PATH=/bin LD_LIBRARY_PATH=/lib64\n";
  writeFileSync(join(context, "Containerfile"), base + last.replace("COPY --from=build /src/dist", "COPY dist"));
  const built = await runProgram("podman", ["build", "--isolation", "chroot", "--quiet", "--tag", imageName, context], {
    timeoutMs: 100_000,
  });
  equal(built.exitCode, 0, built.stderr);
  t.after(() => runProgram("podman", ["rmi", "--force", imageName]).then(() => undefined));
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
