import { deepEqual, equal, match } from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { eventually, root, startUp, temporaryFolder, type Up } from "./harness.ts";

const slow = `
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: slow}
spec: {taskSpec: {steps: [{name: s, image: busybox, script: "echo begun; sleep 300"}]}}
`;

/** Commands that go on until they are told to end, and say something at once. */
const commands = ["get taskruns -w", "run logs slow -f", "logs slow-pod -c step-s -f"];

/** Starts a command, waits for its first output, has it ended, and tells how it ended. */
async function endOf(up: Up, command: string, end: (pid: number) => void) {
  const child = spawn(join(root, "bin", "tektite"), command.split(" "), {
    env: { ...process.env, KUBECONFIG: up.kubeconfig, HOME: up.dataDir },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  await once(child.stdout, "data");
  end(child.pid ?? 0);
  const [exitCode] = (await once(child, "exit")) as [number | null];
  return { exitCode, stderr };
}

async function upWithRun(t: Parameters<typeof startUp>[0] & Parameters<typeof temporaryFolder>[0]): Promise<Up> {
  const up = await startUp(t, { dataDir: temporaryFolder(t), args: ["--runtime", "process"] });
  equal((await up.tektite(["apply", "-"], { stdin: slow })).exitCode, 0);
  await eventually("output", async () =>
    (await up.tektite(["run", "logs", "slow"])).stdout.includes("begun") ? true : undefined,
  );
  return up;
}

test("Ctrl-C ends commands that follow, without a word", async (t) => {
  const up = await upWithRun(t);
  for (const command of commands) {
    const ended = await endOf(up, command, (pid) => process.kill(pid, "SIGINT"));
    deepEqual(ended, { exitCode: 0, stderr: "" }, command);
  }
});

test("a server that is killed is told by commands that follow", async (t) => {
  for (const command of ["get taskruns -w", "logs slow-pod -c step-s -f"]) {
    const up = await upWithRun(t);
    const ended = await endOf(up, command, () => void up.stop("SIGKILL"));
    equal(ended.exitCode, 1, command);
    match(ended.stderr, /^error: (?:the server is gone|cannot reach \S+): /, command);
  }
});

test("Ctrl-C ends commands that wait for a server that never answers", async (t) => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  t.after(() => silent.close());
  const address = silent.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/objects.yaml`;
  const dataDir = temporaryFolder(t);
  for (const { command, want } of [
    {
      command: ["up", "--data-dir", dataDir, "-f", url],
      want: { exitCode: 1, stderr: `error: ${url}: interrupted\n` },
    },
    { command: ["apply", "-f", url], want: { exitCode: 130, stderr: "" } },
  ]) {
    const child = spawn(join(root, "bin", "tektite"), command, { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const [socket] = (await once(silent, "connection")) as [Socket];
    child.kill("SIGINT");
    const [exitCode] = (await once(child, "exit")) as [number | null];
    socket.destroy();
    deepEqual({ exitCode, stderr }, want, command.join(" "));
  }
});
