import { equal, match, ok } from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./free-port.ts";
import { eventually, kubectlPath, root, startUp, temporaryFolder, type Up } from "./harness.ts";

const examples = join(root, "examples");

type Version = "old" | "new";

async function runKubectl(up: Up, version: Version, args: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await up.kubectl(version, args);
  equal(exitCode, 0, `kubectl ${args.join(" ")}: ${stderr}`);
  return stdout;
}

function git(folder: string, ...args: readonly string[]): string {
  return execFileSync("git", ["-C", folder, "-c", "user.name=T", "-c", "user.email=t@localhost", ...args], {
    encoding: "utf8",
  });
}

/** A bare repository whose pushes are posted to a webhook address as Gitea does, and a working copy. */
function repositoryWithHook(folder: string, webhook: string, secret: string): { bare: string; work: string } {
  const bare = join(folder, "repo.git");
  const work = join(folder, "work");
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=master", bare]);
  execFileSync("git", ["init", "--quiet", "--initial-branch=master", work]);
  const hook = join(bare, "hooks", "post-receive");
  const script = join(examples, "hello", "post-receive.mjs");
  writeFileSync(hook, `#!/bin/sh\nexec '${process.execPath}' '${script}' '${webhook}' '${secret}' 'file://${bare}'\n`, {
    mode: 0o755,
  });
  git(work, "remote", "add", "origin", bare);
  return { bare, work };
}

function push(work: string, message: string): void {
  git(work, "commit", "--quiet", "--allow-empty", "-m", message);
  git(work, "push", "--quiet", "origin", "HEAD:master");
}

for (const version of ["old", "new"] as const) {
  test(`gitea: a push to a self-hosted Gitea runs a pipeline (kubectl: ${version})`, async (t) => {
    const kubectl = (target: Up, ...args: readonly string[]) => runKubectl(target, version, args);
    const folder = temporaryFolder(t);
    const up = await startUp(t, { dataDir: join(folder, "data") });
    const files = join(examples, "gitea");
    await kubectl(up, "apply", "-f", join(files, "resources.yaml"), "-f", join(files, "pipeline.yaml"));
    await eventually("the listener to be ready", async () =>
      /^test +gitea-event-listener +http:\/\/el-gitea-event-listener\.test\.svc\.cluster\.local:8080 +True +MinimumReplicasAvailable +True *$/m.test(
        await kubectl(up, "get", "el", "-A"),
      )
        ? true
        : undefined,
    );
    const service = JSON.parse(
      await kubectl(up, "-n", "test", "get", "service", "el-gitea-event-listener", "-o", "json"),
    );
    equal(service.spec.type, "NodePort");
    const { nodePort } = service.spec.ports[0];
    const webhook = `http://127.0.0.1:${nodePort}/`;
    const { work } = repositoryWithHook(folder, webhook, "abc123!@#");
    push(work, "first");

    const runs = async () => JSON.parse(await kubectl(up, "-n", "test", "get", "pipelineruns", "-o", "json")).items;
    const run = await eventually("the run to succeed", async () => {
      const [item] = await runs();
      return item?.status?.conditions?.[0]?.status === "True" ? item : undefined;
    });
    match(run.metadata.name, /^pipeline-run-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    equal(run.metadata.labels["triggers.tekton.dev/eventlistener"], "gitea-event-listener");
    equal(run.metadata.labels["triggers.tekton.dev/trigger"], "gitea-listener-trigger");
    match(run.metadata.labels["triggers.tekton.dev/triggers-eventid"], /^[0-9a-f-]{36}$/);
    match(await kubectl(up, "-n", "test", "get", "pvc", "-o", "name"), /^persistentvolumeclaim\/pvc-[0-9a-f]{10}$/m);

    const log = await kubectl(up, "logs", "-n", "test", "-l", "eventlistener=gitea-event-listener", "--tail=-1");
    const lines = log
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const messages = lines.filter((line) => line["/trigger"] === "gitea-listener-trigger").map((line) => line.message);
    const inOrder = [
      /^ResolvedParams : \[\{Name:gitrevision-tag Value:master\}\]$/,
      /^Generating resource: kind: .*name: pipeline-run-/,
      /^For event ID "[0-9a-f-]{36}" creating resource /,
    ];
    let at = -1;
    for (const pattern of inOrder) {
      const found = messages.findIndex((message, index) => index > at && pattern.test(message));
      ok(found > at, `${pattern} in ${JSON.stringify(messages)}`);
      at = found;
    }
    const line = lines.find((candidate) => candidate.message.startsWith("ResolvedParams"));
    equal(line.logger, "eventlistener");
    equal(line.severity, "info");
    equal(line.namespace, "test");
    equal(line.eventlistener, "gitea-event-listener");
    for (const key of ["timestamp", "/triggers-eventid", "eventlistenerUID"]) ok(typeof line[key] === "string", key);

    // With the interceptor: signed pushes run, others start nothing and say why.
    await kubectl(up, "apply", "-f", join(files, "with-interceptor.yaml"));
    await sleep(300);
    push(work, "second");
    await eventually("the second run", async () => ((await runs()).length === 2 ? true : undefined));
    const body = JSON.stringify({ ref: "refs/heads/master" });
    const wrong = createHmac("sha256", "wrong").update(body).digest("hex");
    for (const headers of [{ "x-gitea-signature": wrong }, {}]) {
      const answer = await fetch(webhook, {
        method: "POST",
        body,
        headers: { "content-type": "application/json", "x-gitea-event": "push", ...headers },
      });
      equal(answer.status, 202);
    }
    const why = await eventually("the reason in the log", async () => {
      const { stdout } = await up.tektite(["el", "logs", "gitea-event-listener", "-n", "test"]);
      return (stdout.match(/signature/gi)?.length ?? 0) >= 2 ? stdout : undefined;
    });
    match(why, /"severity":"info".*signature/i);
    equal((await runs()).length, 2);
  });
}

for (const version of ["old", "new"] as const) {
  test(`github-ingress: RBAC that comes later, an Ingress, a clone and an image build (kubectl: ${version})`, async (t) => {
    const kubectl = (target: Up, ...args: readonly string[]) => runKubectl(target, version, args);
    const folder = temporaryFolder(t);
    const up = await startUp(t, {
      dataDir: join(folder, "data"),
      args: ["--runtime", "process", "--ingress-address", "127.0.0.1:0"],
    });
    // The image that this pipeline pushes starts the deployment of the third walkthrough.
    const registry = await startRegistry(t, folder, [`${up.hooks}/default/registry-listener`]);
    const files = join(examples, "github-ingress");
    await kubectl(
      up,
      "apply",
      "-f",
      join(files, "tasks.yaml"),
      "-f",
      join(files, "pipeline.yaml"),
      "-f",
      join(files, "resources.yaml"),
    );
    const canI = await up.kubectl(version, [
      "auth",
      "can-i",
      "get",
      "el",
      "--as",
      "system:serviceaccount:default:tekton-triggers-sa",
    ]);
    equal(canI.stdout.trim(), "no");
    await eventually("the log to say what is forbidden", async () => {
      const { stdout } = await up.tektite(["el", "logs", "trigger-eventlistner"]);
      return /forbidden: .*cannot (list|get|watch) resource/.test(stdout) ? true : undefined;
    });

    await kubectl(up, "apply", "-f", join(files, "rbac.yaml"));
    equal(
      (
        await kubectl(up, "auth", "can-i", "get", "el", "--as", "system:serviceaccount:default:tekton-triggers-sa")
      ).trim(),
      "yes",
    );
    await kubectl(up, "wait", "--for=condition=Ready", "el/trigger-eventlistner", "--timeout=30s");
    match(
      await kubectl(up, "get", "svc"),
      /^el-trigger-eventlistner +ClusterIP +10\.\S+ +<none> +8080\/TCP,9000\/TCP /m,
    );

    await kubectl(up, "apply", "-f", join(files, "ingress.yaml"));
    await kubectl(up, "apply", "-f", join(examples, "registry-chain", "resources.yaml"));
    await kubectl(up, "wait", "--for=condition=Ready", "el/registry-listener", "--timeout=30s");
    const empty = await eventually("the ingress to route", async () => {
      const answer = await fetch(`${up.ingress}/`, { method: "POST" });
      return answer.status === 400 ? answer.text() : undefined;
    });
    equal(
      empty,
      '{"eventListener":"trigger-eventlistner","namespace":"default","eventListenerUID":"","errorMessage":"Invalid event body format : unexpected end of JSON input"}\n',
    );

    const source = join(folder, "source");
    mkdirSync(source);
    writeFileSync(join(source, "Dockerfile"), "FROM scratch\nCOPY hello /hello\n");
    writeFileSync(join(source, "hello"), "hello\n");
    execFileSync("git", ["init", "--quiet", "--initial-branch=master", source]);
    git(source, "add", ".");
    git(source, "commit", "--quiet", "-m", "an image");
    const pod = (await kubectl(up, "get", "pods", "-l", "eventlistener=trigger-eventlistner", "-o", "name")).trim();
    const port = await freePort();
    const forward = spawn(kubectlPath(version), ["port-forward", pod, `${port}:8080`], {
      env: { ...process.env, KUBECONFIG: up.kubeconfig, HOME: up.dataDir },
    });
    t.after(() => void forward.kill());
    const patched = await up.kubectl(version, ["get", "pipeline", "tekton-buildah-express-pipeline", "-o", "json"]);
    const pipeline = JSON.parse(patched.stdout);
    // The registry of this test has a port of its own.
    pipeline.spec.params.find((param: { name: string }) => param.name === "image-repo").default =
      `localhost:${registry.port}/tekton-buildah-express`;
    equal((await up.kubectl(version, ["apply", "-f", "-"], { stdin: JSON.stringify(pipeline) })).exitCode, 0);
    const answer = await eventually("port-forward to answer", async () => {
      try {
        return await fetch(`http://127.0.0.1:${port}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({
            head_commit: { id: "851f5af8d73e8aa9c53e76d0605fbaf53b9a09f6" },
            repository: { url: `file://${source}`, name: "tekton-buildah-express" },
          }),
        });
      } catch {
        return undefined;
      }
    });
    equal(answer.status, 202);
    const listed = /^(tekton-buildah-express-pipeline-run-\w{5}) +\d+ \w+ ago +\w+ +(Succeeded|Failed)/m;
    const [, name = "", status] = await eventually(
      "the run to end",
      async () => listed.exec((await up.tektite(["run", "list"])).stdout) ?? undefined,
      90_000,
    );
    const logs = await up.tektite(["run", "logs", name]);
    equal(status, "Succeeded", logs.stdout + logs.stderr);
    match(logs.stdout, new RegExp(`^\\[clone-repository : clone\\] cloning file://${source} at master$`, "m"));
    match(logs.stdout, /^\[build-image : build-and-push\] pushed localhost:/m);
    const tags = await (await fetch(`http://127.0.0.1:${registry.port}/v2/tekton-buildah-express/tags/list`)).json();
    equal((tags as { name: string }).name, "tekton-buildah-express");
    const deployed = await eventually("the deployment to succeed", async () => {
      const { stdout } = await up.tektite(["run", "list"]);
      return /^(deploy-staging-\w{5}) .*Succeeded$/m.exec(stdout)?.[1];
    });
    const rollOut = await up.tektite(["run", "logs", deployed]);
    match(rollOut.stdout, /^\[deploy : roll-out\] staging now runs latest at sha256:[0-9a-f]{64}$/m);
  });
}

test("registry-chain: the pushed image starts the deployment", async (t) => {
  const kubectl = (target: Up, ...args: readonly string[]) => runKubectl(target, "new", args);
  const folder = temporaryFolder(t);
  const up = await startUp(t, { dataDir: join(folder, "data") });
  await kubectl(up, "apply", "-f", join(examples, "registry-chain", "resources.yaml"));
  await kubectl(up, "wait", "--for=condition=Ready", "el/registry-listener", "--timeout=30s");
  const registry = await startRegistry(t, folder, [`${up.hooks}/default/registry-listener`]);
  const image = join(folder, "image");
  mkdirSync(image);
  writeFileSync(join(image, "Dockerfile"), "FROM scratch\nCOPY Dockerfile /Dockerfile\n");
  const store = ["--root", join(folder, "images"), "--runroot", join(folder, "images-run"), "--storage-driver", "vfs"];
  execFileSync("podman", [...store, "build", "--isolation", "chroot", "--quiet", "--tag", "localhost/it", image]);
  for (const target of ["other:v1", "tekton-buildah-express:v1"]) {
    execFileSync("podman", [
      ...store,
      "push",
      "--quiet",
      "--tls-verify=false",
      "localhost/it",
      `localhost:${registry.port}/${target}`,
    ]);
  }
  const runs = async () => JSON.parse(await kubectl(up, "get", "pipelineruns", "-o", "json")).items;
  const run = await eventually("the deployment run to succeed", async () => {
    const [item] = await runs();
    return item?.status?.conditions?.[0]?.status === "True" ? item : undefined;
  });
  match(run.metadata.name, /^deploy-staging-/);
  const logs = await up.tektite(["run", "logs", run.metadata.name]);
  match(logs.stdout, /^\[deploy : roll-out\] staging now runs v1 at sha256:[0-9a-f]{64}$/m);
  await sleep(1500);
  equal((await runs()).length, 1);
  const log = await up.tektite(["el", "logs", "registry-listener"]);
  match(log.stdout, /"severity":"info".*did not return true/);
});

/** Debian's docker-registry on a free port, its notifications sent to the given addresses. */
async function startRegistry(t: TestContext, folder: string, endpoints: readonly string[]): Promise<{ port: number }> {
  const port = await freePort();
  const config = join(folder, "registry.yml");
  const notifications = endpoints.map(
    (url, index) => `    - {name: hook${index}, url: "${url}", timeout: 5s, threshold: 5, backoff: 1s}`,
  );
  writeFileSync(
    config,
    `version: 0.1\nstorage: {filesystem: {rootdirectory: ${join(folder, "registry")}}}\nhttp: {addr: 127.0.0.1:${port}}\n${
      endpoints.length > 0 ? `notifications:\n  endpoints:\n${notifications.join("\n")}\n` : ""
    }`,
  );
  const registry = spawn("docker-registry", ["serve", config], { stdio: "ignore" });
  t.after(() => void registry.kill());
  await eventually("the registry to answer", async () => {
    try {
      return (await fetch(`http://127.0.0.1:${port}/v2/`)).ok ? true : undefined;
    } catch {
      return undefined;
    }
  });
  return { port };
}
