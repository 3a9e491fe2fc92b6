import { equal, match, ok } from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { eventually, root, runProgram, runTektite, startUp, temporaryFolder } from "./harness.ts";

const manifests = `
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, labels: {app: demo}}
data: {colour: blue}
---
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: greet}
spec:
  params: [{name: who, value: world}]
  taskSpec:
    params: [{name: who}]
    results: [{name: greeting}]
    steps:
      - {name: say, image: busybox, script: "printf 'hello %s' $(params.who) | tee $(results.greeting.path)"}
---
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: slow}
spec:
  pipelineSpec:
    tasks:
      - {name: wait, taskSpec: {steps: [{name: wait, image: busybox, script: "echo waiting; sleep 300"}]}}
    finally:
      - {name: tidy, taskSpec: {steps: [{name: tidy, image: busybox, script: "echo tidied"}]}}
`;

test("commands for people without kubectl and tkn", async (t) => {
  const up = await startUp(t, { dataDir: temporaryFolder(t), args: ["--runtime", "process"] });
  const run = async (...args: readonly string[]) => {
    const done = await up.tektite(args);
    equal(done.exitCode, 0, `tektite ${args.join(" ")}: ${done.stdout}${done.stderr}`);
    return done.stdout;
  };

  await t.test("apply reads a URL and standard input, and says what changed", async () => {
    const server = createServer((_request, response) => response.end(manifests));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/manifests.yaml`;
    equal(
      await run("apply", "-f", url),
      "configmap/settings created\ntaskrun.tekton.dev/greet created\npipelinerun.tekton.dev/slow created\n",
    );
    server.close();
    const changed = manifests.split("---")[0]?.replace("blue", "green") ?? "";
    equal((await up.tektite(["apply", "-f", "-"], { stdin: changed })).stdout, "configmap/settings configured\n");
    equal((await up.tektite(["apply", "-f", "-"], { stdin: changed })).stdout, "configmap/settings unchanged\n");
  });

  const task = (body: string) => `apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: x}\nspec:\n${body}`;
  for (const { name, text, want } of [
    {
      name: "an unknown field, however deep",
      text: task("  steps:\n    - name: s\n      imgae: alpine\n"),
      want: /document 1, line 7: Task "x": .*unknown field "imgae"/,
    },
    {
      name: "a wrong apiVersion",
      text: task("  steps: []\n").replace("/v1\n", "/v2\n"),
      want: /knows no kind "Task" in apiVersion "tekton.dev\/v2": it has Task in tekton.dev\/v1 or tekton.dev\/v1beta1\n/,
    },
    {
      name: "a misspelt kind",
      text: task("  steps: []\n").replace("kind: Task", "kind: Taks"),
      want: /knows no kind "Taks" in apiVersion "tekton.dev\/v1": is it Task\?\n/,
    },
    {
      name: "a kind that lacks a letter",
      text: task("  steps: []\n").replace("kind: Task", "kind: PiplineRun"),
      want: /knows no kind "PiplineRun" in apiVersion "tekton.dev\/v1": is it PipelineRun\?\n/,
    },
    {
      name: "a kind that Tekton has removed",
      text: task("  steps: []\n").replace("kind: Task", "kind: ClusterTask"),
      want: /knows no kind "ClusterTask" in apiVersion "tekton.dev\/v1": Tekton has removed it: make it a Task/,
    },
    {
      name: "a field that Tekton has removed",
      text: task("  resources: {}\n  steps: [{name: s, image: a}]\n"),
      want: /document 1, line 5: Task "x": .*unknown field "resources" \(resources: .*PipelineResources were removed/,
    },
    { name: "nothing at all", text: "---\n", want: /^error: -: there is no object in it\n/ },
  ]) {
    await t.test(`apply tells ${name}`, async () => {
      const refused = await up.tektite(["apply", "-"], { stdin: text });
      equal(refused.exitCode, 1);
      match(refused.stderr, want);
    });
  }

  await t.test(
    "apply warns of what is accepted and cannot be meant, and so does the server, in any script",
    async () => {
      const interceptors = "[{ref: {name: cel}, params: [{name: 필터, value: a}, {name: filter, value: bdy.x}]}]";
      const trigger = `apiVersion: triggers.tekton.dev/v1beta1
kind: Trigger
metadata: {name: odd}
spec:
  interceptors: ${interceptors}
  template: {ref: t}
`;
      const applied = await up.tektite(["apply", "-"], { stdin: trigger });
      equal(applied.exitCode, 0, applied.stderr);
      match(
        applied.stderr,
        /^warning: stdin: document 1, line 5: .*params\[0\]: the cel interceptor knows no param 필터, /,
      );
      match(applied.stderr, /^warning: .*params\[1\]\.value: .*undeclared reference to 'bdy'/m);
      const file = join(up.dataDir, "odd.yaml");
      writeFileSync(file, trigger);
      const replaced = await up.kubectl("new", ["replace", "-f", file]);
      equal(replaced.exitCode, 0, replaced.stderr);
      match(
        replaced.stderr,
        /^Warning: .*params\[0\]: the cel interceptor knows no param 필터, and goes on without it/m,
      );
      match(replaced.stderr, /^Warning: .*undeclared reference to 'bdy'/m);
    },
  );

  await t.test("apply makes namespaces first, whatever the order of files", async () => {
    const folder = join(root, "examples", "gitea");
    const applied = await run("apply", "-f", join(folder, "pipeline.yaml"), "-f", join(folder, "resources.yaml"));
    match(applied, /^namespace\/test created\npipeline\.tekton\.dev\/pipeline created\n/);
  });

  await t.test("get prints tables, names, JSON and YAML", async () => {
    match(await run("get", "cm", "settings"), /^NAME +DATA +AGE\nsettings +1 +\d+s\n$/);
    match(
      await run("get", "configmaps", "-A", "-l", "app=demo"),
      /^NAMESPACE +NAME +DATA +AGE\ndefault +settings +1 +\d+s\n$/,
    );
    equal(await run("get", "configmap/settings", "-o", "name"), "configmap/settings\n");
    equal(JSON.parse(await run("get", "cm", "settings", "-o", "json")).data.colour, "green");
    equal(parse(await run("get", "cm", "settings", "-o", "yaml")).data.colour, "green");
    const missing = await up.tektite(["get", "cm", "nothing"]);
    equal(missing.exitCode, 1);
    equal(missing.stderr, 'error: from server (NotFound): configmaps "nothing" not found\n');
    match((await up.tektite(["get", "gizmos"])).stderr, /the server doesn't have a resource type "gizmos"/);
  });

  await t.test("run list, describe and logs tell of a run", async () => {
    await eventually("the task run to end", async () =>
      /Succeeded/.test(await run("run", "list", "--tasks")) ? true : undefined,
    );
    match(
      await run("run", "list", "--tasks"),
      /^NAME +STARTED +DURATION +STATUS\n(.*\n)*greet +\d+ seconds? ago +\d+s +Succeeded\n/,
    );
    match(await run("run", "describe", "greet"), /Results\n +NAME +VALUE\n +greeting +hello world\n/);
    equal(await run("run", "logs", "greet"), "[say] hello world\n");
    equal(await run("run", "logs", "greet", "--no-prefix"), "hello world\n");
    // The newest: of TaskRuns where there is no PipelineRun, as in a namespace of its own.
    const alone = "apiVersion: v1\nkind: Namespace\nmetadata: {name: alone}\n";
    const greet = manifests.split("---")[1]?.replace("name: greet", "name: greet, namespace: alone") ?? "";
    equal((await up.tektite(["apply", "-"], { stdin: `${alone}---${greet}` })).exitCode, 0);
    equal(await run("run", "logs", "-f", "-n", "alone"), "[say] hello world\n");
    equal(await run("logs", "greet-pod", "-c", "step-say"), "hello world");
    match(await run("describe", "taskrun", "greet"), /Events:\n +Type +Reason +Age +From +Message\n(.*\n)*.*Succeeded/);
  });

  await t.test("run logs says what the account may not", async () => {
    await up.kubectl("new", ["create", "serviceaccount", "viewer"]);
    await up.kubectl("new", ["create", "role", "viewer", "--verb=get,list", "--resource=pipelineruns.tekton.dev"]);
    await up.kubectl("new", ["create", "rolebinding", "viewer", "--role=viewer", "--serviceaccount=default:viewer"]);
    const { stdout: token } = await up.kubectl("new", ["create", "token", "viewer"]);
    const kubeconfig = join(temporaryFolder(t), "kubeconfig");
    const text = readFileSync(up.kubeconfig, "utf8");
    const { token: mayAll } = (parse(text) as { users: [{ user: { token: string } }] }).users[0].user;
    writeFileSync(kubeconfig, text.replace(mayAll, token.trim()));
    const refused = await up.tektite(["run", "logs", "slow", "--kubeconfig", kubeconfig]);
    equal(refused.exitCode, 1);
    match(refused.stderr, /^error: from server \(Forbidden\): taskruns\.tekton\.dev is forbidden: User /);
  });

  await t.test("run cancel stops a run, its finally tasks still run, and logs end with its failure", async () => {
    await eventually("the slow step to run", async () =>
      /waiting/.test((await up.tektite(["run", "logs", "slow"])).stdout) ? true : undefined,
    );
    match((await up.tektite(["run", "logs"])).stdout, /^\[.*\] waiting$/m);
    match(await run("run", "describe"), /^Name: +slow\n/);
    equal(await run("run", "cancel", "slow", "--finally"), "PipelineRun cancelled: slow\n");
    const logs = await up.tektite(["run", "logs", "slow", "-f"]);
    equal(logs.exitCode, 1);
    match(logs.stdout, /^\[tidy : tidy\] tidied$/m);
    match(await run("run", "list"), /slow +.*Cancelled/);
    equal((await up.tektite(["run", "cancel", "slow"])).exitCode, 1);
  });

  await t.test("delete removes what is named, and only that", async () => {
    equal(await run("delete", "cm", "settings"), 'configmap "settings" deleted\n');
    equal((await up.tektite(["delete", "cm"])).exitCode, 2);
    equal(await run("delete", "cm", "settings", "--ignore-not-found"), "");
  });
});

test("a reader that is slow gets everything that is printed, one that leaves is no error", async (t) => {
  const body = join(temporaryFolder(t), "body.json");
  const text = "x".repeat(1_000_000);
  writeFileSync(body, JSON.stringify({ text }));
  const evaluate = `"${join(root, "bin", "tektite")}" cel eval -e body.text --body "${body}"`;
  const slow = await runProgram("sh", ["-c", `${evaluate} | { sleep 1; wc -c; }`]);
  equal(Number(slow.stdout), text.length);
  const gone = await runProgram("sh", ["-c", `{ ${evaluate}; echo "ended with $?" >&2; } | head -c 10 >/dev/null`]);
  equal(gone.stderr, "ended with 0\n");
});

test("every command has help with examples", async () => {
  const subcommands = (help: string) =>
    [...help.matchAll(/^ {2}([a-z-]+)(?:\|\S+)? .*$/gm)].map(([, name = ""]) => name).filter((name) => name !== "help");
  const check = async (path: readonly string[]): Promise<void> => {
    const { stdout, exitCode } = await runTektite([...path, "--help"]);
    equal(exitCode, 0);
    const section = stdout.split("Commands:\n")[1]?.split("\n\n")[0];
    if (section !== undefined) {
      for (const name of subcommands(section)) await check([...path, name]);
    } else ok(stdout.includes("\nExamples:\n"), `tektite ${path.join(" ")} --help has no examples`);
  };
  await check([]);
});

test("every flag of up is in docs/standalone.md", async () => {
  const page = readFileSync(join(root, "docs", "standalone.md"), "utf8");
  const { stdout } = await runTektite(["up", "--help"]);
  const flags = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, flag = ""]) => flag);
  ok(flags.length > 10);
  for (const flag of flags.filter((name) => name !== "--help" && name !== "--filename"))
    ok(page.includes(`\`${flag}`), flag);
});

test("flags of the connection may stand before the command, as with kubectl", async (t) => {
  const kubeconfig = join(temporaryFolder(t), "kubeconfig");
  writeFileSync(
    kubeconfig,
    "apiVersion: v1\nkind: Config\ncurrent-context: c\ncontexts: [{name: c, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\n",
  );
  for (const args of [
    ["-n", "ci", `--kubeconfig=${kubeconfig}`, "run", "list"],
    ["run", "list", "-n", "ci", "--kubeconfig", kubeconfig],
  ]) {
    const { exitCode, stderr } = await runTektite(args);
    equal(exitCode, 1, args.join(" "));
    match(stderr, /^error: cannot reach http:\/\/127\.0\.0\.1:1: .*ECONNREFUSED.*: is `tektite up` running\?\n$/);
  }
});

test("a report that cannot be written is told beside the tests that fail", async (t) => {
  const folder = temporaryFolder(t);
  const report = join(folder, "gone", "report.xml");
  const listener = `apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: el}
spec: {triggers: [{name: none, template: {spec: {resourcetemplates: [{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}]}}}]}
`;
  writeFileSync(join(folder, "el.yaml"), listener);
  const failing = `apiVersion: tektite.dev/v1alpha1
kind: TriggerTest
metadata: {name: el}
spec:
  resources: [el.yaml]
  request: {body: {}}
  cases: [{name: runs, expect: {filtered: true}}]
`;
  writeFileSync(join(folder, "el.test.yaml"), failing);
  const { exitCode, stderr } = await runTektite(["test", folder, "--junit", report]);
  equal(exitCode, 2);
  match(stderr, /^error: 0 passed, 1 failed\nthe report of --junit cannot be written: ENOENT[^\n]*report\.xml'\n$/);
});

test("a wrong call ends with 2 and says how to call", async () => {
  for (const args of [["nonsense"], ["get"], ["up", "--max-pods", "many"], ["run", "list", "-o", "xml"]]) {
    const { exitCode, stderr } = await runTektite(args);
    equal(exitCode, 2, args.join(" "));
    match(stderr, /^error: /);
  }
});
