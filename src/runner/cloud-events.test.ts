import { deepEqual, equal } from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import type { TaskRun } from "../api/pipelines/runs.ts";
import { CloudEvents } from "./cloud-events.ts";

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

function run(status: string, reason: string): TaskRun {
  const conditions = [{ type: "Succeeded", status, reason, message: "" }];
  const metadata = { name: "build", namespace: "team" };
  return { apiVersion: "tekton.dev/v1", kind: "TaskRun", metadata, spec: {}, status: { conditions } } as TaskRun;
}

test("the sink hears of each condition in order, also when it fails at first", async (t) => {
  const heard: { type: unknown; source: unknown; subject: unknown; body: string }[] = [];
  const all = Promise.withResolvers<void>();
  let requests = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      response.statusCode = requests++ === 0 ? 503 : 202;
      response.end();
      if (requests === 1) return;
      const { "ce-type": type, "ce-source": source, "ce-subject": subject } = request.headers;
      heard.push({ type, source, subject, body: Buffer.concat(chunks).toString() });
      if (heard.length === 5) all.resolve();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => void server.close());
  const sink = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const events = new CloudEvents({ sink: () => sink, log: quiet, signal: new AbortController().signal });
  events.tell(run("Unknown", "Started"));
  events.tell(run("Unknown", "Pending"));
  events.tell(run("Unknown", "Running"));
  events.tell(run("True", "Succeeded"));
  events.tell(run("False", "StepFailed"));
  await all.promise;
  deepEqual(
    heard.map(({ type }) => type),
    ["started", "unknown", "running", "successful", "failed"].map((state) => `dev.tekton.event.taskrun.${state}.v1`),
  );
  equal(heard[0]?.source, "/apis/tekton.dev/v1/namespaces/team/taskruns/build");
  equal(heard[0]?.subject, "build");
  deepEqual(JSON.parse(heard[3]?.body ?? "{}").taskRun.metadata, { name: "build", namespace: "team" });
});
