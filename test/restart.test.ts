import { equal, match } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eventually, root, startUp, temporaryFolder } from "./harness.ts";

const manifests = `
apiVersion: v1
kind: ConfigMap
metadata: {name: kept}
data: {a: b}
---
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: cut-off}
spec:
  taskSpec:
    steps:
      - {name: quick, image: busybox, script: "echo quick"}
      - {name: slow, image: busybox, script: "echo slow begins; sleep 300"}
---
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: retried}
spec:
  pipelineSpec:
    tasks:
      - name: slow
        retries: 1
        taskSpec:
          steps:
            - {name: slow, image: busybox, script: "if [ $(context.task.retry-count) = 0 ]; then sleep 300; fi; echo second try"}
`;

interface TaskRun {
  readonly status?: { readonly steps?: readonly { readonly name: string; readonly running?: object }[] };
}

test("kill -9 keeps every object; a run cut off in a step says so, and is tried again if retries say so", async (t) => {
  const dataDir = temporaryFolder(t);
  const file = join(dataDir, "manifests.yaml");
  writeFileSync(file, manifests);
  const first = await startUp(t, { dataDir, args: ["-f", file] });
  await eventually("both runs in their slow steps", async () => {
    const listed = await first.tektite(["get", "taskruns", "-o", "json"]);
    const runs = JSON.parse(listed.stdout).items as readonly TaskRun[];
    const slow = runs
      .flatMap(({ status }) => status?.steps ?? [])
      .filter((step) => step.name === "slow" && step.running);
    return slow.length === 2 ? true : undefined;
  });
  await first.stop("SIGKILL");

  const second = await startUp(t, { dataDir });
  equal((await second.tektite(["get", "configmap", "kept", "-o", "name"])).stdout, "configmap/kept\n");
  const lost = await eventually("the cut-off run to be told as lost", async () => {
    const run = await second.tektite(["run", "describe", "cut-off"]);
    return /Failed/.test(run.stdout) ? run.stdout : undefined;
  });
  match(lost, /Tektite (was|has been|stopped|restarted)|restart/i);
  match(lost, /quick +Completed/);
  await eventually("the retried run to succeed", async () => {
    const run = await second.tektite(["run", "describe", "retried"]);
    return /Status: +Succeeded/.test(run.stdout) ? true : undefined;
  });
});

test("a listener's Pod counts its restarts and keeps the log of the life before", async (t) => {
  const dataDir = temporaryFolder(t);
  const first = await startUp(t, { dataDir, args: ["-f", join(root, "examples/hello")] });
  const kubectl = async (up: typeof first, ...args: readonly string[]) => {
    const ran = await up.kubectl("new", args);
    return ran.stdout + ran.stderr;
  };
  const pod = ["-l", "eventlistener=hello"];
  const ready = (up: typeof first) => kubectl(up, "wait", "--for=condition=Ready", "pod", ...pod, "--timeout=20s");
  match(await ready(first), /condition met/);
  match(
    await kubectl(first, "logs", ...pod, "--previous"),
    /previous terminated container "event-listener" in pod "el-hello-\S+" not found/,
  );
  const firstLog = await kubectl(first, "logs", ...pod, "--tail=-1");
  await first.stop("SIGKILL");

  const second = await startUp(t, { dataDir });
  await eventually("the Pod's second life", async () => {
    const shown = await kubectl(second, "get", "pods", ...pod);
    return /1\/1 +Running +1/.test(shown) ? true : undefined;
  });
  match(
    await kubectl(second, "describe", "pod", ...pod),
    /Last State: +Terminated\s+Reason: +Unknown\s+Exit Code: +255/,
  );
  equal(await kubectl(second, "logs", ...pod, "--tail=-1", "--previous"), firstLog);
});
