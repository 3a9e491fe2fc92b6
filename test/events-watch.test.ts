import { equal, match } from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { push, pushListener, pushSecret, startSite } from "./dashboard-site.ts";
import { eventually, kubectlPath, root, type Up } from "./harness.ts";
import { startPostgres } from "./postgres.ts";

/** A program that goes on until the test ends, and what it has printed. */
function follow(t: TestContext, { kubeconfig, dataDir }: Up, program: string, args: readonly string[]) {
  const env = { ...process.env, KUBECONFIG: kubeconfig, HOME: dataDir };
  const child: ChildProcess = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => child.kill());
  const printed = { text: "" };
  child.stdout?.on("data", (chunk: Buffer) => (printed.text += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (printed.text += chunk.toString()));
  const line = (pattern: RegExp, timeoutMs?: number) =>
    eventually(`${pattern}`, async () => pattern.exec(printed.text)?.[0], timeoutMs);
  return { line, printed };
}

test("stored events can be watched: by kubectl, by tektite events tail, and through the API", async (t) => {
  const site = await startSite(t, pushListener);
  const { up } = site;
  const before = await push(site, { ref: "refs/tags/v0" }, pushSecret);

  for (const version of ["old", "new"] as const) {
    const watch = follow(t, up, kubectlPath(version), ["get", "triggerevents", "-w"]);
    match(await watch.line(new RegExp(`${before} .*\\n`)), /pushes/);
    const id = await push(site, { ref: "refs/tags/v1", repository: { full_name: "acme/shop" } }, pushSecret);
    await watch.line(new RegExp(`${id} +pushes +acme/shop +filtered`));
  }

  const tail = follow(t, up, join(root, "bin", "tektite"), ["events", "tail", "--verdict", "filtered"]);
  const forged = await push(site, { ref: "refs/tags/v2" }, "mistyped");
  const told = await eventually("a line for an event that came after the beginning", async () => {
    const id = await push(site, { ref: "refs/tags/v2" }, pushSecret);
    return tail.line(new RegExp(`  ${id}  pushes  push  ---  branch: filtered\\n`), 1_000).catch(() => undefined);
  });
  const id = told.trim().split("  ")[0] ?? "";
  equal(tail.printed.text.split(id).length, 2, "each verdict is told once");
  equal(tail.printed.text.includes(forged), false);

  const raw = async (path: string) =>
    up.kubectl("new", ["get", "--raw", `/apis/events.tektite.dev/v1alpha1/namespaces/default/triggerevents?${path}`]);
  const { metadata } = JSON.parse((await raw("limit=1")).stdout) as { metadata: { resourceVersion: string } };
  const last = await push(site, { ref: "refs/tags/v3" }, pushSecret);
  const watched = await raw(`watch=true&timeoutSeconds=1&resourceVersion=${metadata.resourceVersion}`);
  const [first] = watched.stdout.split("\n").map((line) => line && JSON.parse(line));
  equal(first.type, "ADDED");
  equal(first.object.metadata.name, last);
  const old = await raw("watch=true&timeoutSeconds=1&resourceVersion=17");
  match(old.stdout, /"type":"ERROR".*"reason":"Expired".*"code":410/);
  const initial = await raw("watch=true&timeoutSeconds=1&allowWatchBookmarks=true");
  match(initial.stdout, new RegExp(`"type":"ADDED".*"name":"${before}"`));
  match(initial.stdout, /"type":"BOOKMARK".*"k8s.io\/initial-events-end":"true"/);
  const selected = await raw(`watch=true&timeoutSeconds=1&fieldSelector=metadata.name%3D${last}`);
  equal(selected.stdout.trim().split("\n").length, 1);
});

test("a watch tells of events that another sink stored: two that share PostgreSQL", async (t) => {
  const postgres = await startPostgres();
  t.after(() => postgres.stop());
  const args = ["--journal", await postgres.createDatabase()];
  const [first, second] = [await startSite(t, pushListener, { args }), await startSite(t, pushListener, { args })];
  const watch = follow(t, first.up, kubectlPath("new"), ["get", "triggerevents", "-w"]);
  const own = await push(first, { ref: "refs/tags/v1" }, pushSecret);
  await watch.line(new RegExp(`${own} .*filtered`));
  const foreign = await push(second, { ref: "refs/tags/v2" }, pushSecret);
  await watch.line(new RegExp(`${foreign} .*filtered`));
});
