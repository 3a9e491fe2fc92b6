import { equal, match, ok } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Page } from "playwright-core";
import { expectAccessible, expectNoOverflow, openDashboard, screenshot } from "./browser.ts";
import { type DashboardSite, startSite } from "./dashboard-site.ts";
import { temporaryFolder } from "./harness.ts";
import { runReader } from "./manifests.ts";

/** A pipeline with a retry, a matrix, a task that is skipped and a finally task; `build` waits for the file GATE. */
const pipeline = `${runReader}---
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: release}
spec:
  params: [{name: branch}]
  results: [{name: digest, value: $(tasks.build.results.digest)}]
  tasks:
    - name: clone
      retries: 1
      taskSpec:
        results: [{name: commit}]
        steps:
          - name: fetch
            image: busybox
            script: |
              echo attempt $(context.task.retry-count)
              printf abc123 > $(results.commit.path)
              [ $(context.task.retry-count) = 1 ]
    - name: build
      params: [{name: rev, value: $(tasks.clone.results.commit)}]
      taskSpec:
        params: [{name: rev}]
        results: [{name: digest}]
        steps:
          - name: compile
            image: busybox
            script: |
              printf '\\033[32mcompiling\\033[0m %s\\n' $(params.rev)
              while [ ! -f GATE ]; do sleep 0.05; done
              echo compiled
              printf sha256:1 > $(results.digest.path)
    - name: check
      runAfter: [build]
      matrix:
        params: [{name: os, value: [linux, mac]}]
      taskSpec:
        params: [{name: os}]
        steps: [{name: run, image: busybox, script: echo checking on $(params.os)}]
    - name: deploy
      runAfter: [check]
      when: [{input: $(params.branch), operator: in, values: [release]}]
      taskSpec:
        steps: [{name: ship, image: busybox, script: echo ship}]
  finally:
    - name: report
      taskSpec:
        steps: [{name: tell, image: busybox, script: echo done}]
---
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: release-1}
spec:
  pipelineRef: {name: release}
  params: [{name: branch, value: main}]
`;

async function startPipeline(t: TestContext): Promise<{ readonly site: DashboardSite; readonly open: () => void }> {
  const gate = join(temporaryFolder(t), "gate");
  const site = await startSite(t, pipeline.replaceAll("GATE", gate));
  return { site, open: () => writeFileSync(gate, "") };
}

function node(page: Page, task: string) {
  return page.locator(`[data-task=${task}]`);
}

test("the graph of a run moves to succeeded without reload, and logs stream meanwhile", async (t) => {
  const { site, open } = await startPipeline(t);
  const page = await openDashboard(t, site);
  const run = `${site.url}/runs/pipelineruns/default/release-1`;
  await page.goto(run);
  await node(page, "build").filter({ hasText: "running" }).waitFor();
  await node(page, "clone").filter({ hasText: "succeeded" }).filter({ hasText: "1 retry" }).waitFor();
  await node(page, "report").filter({ hasText: "pending" }).waitFor();
  // Edges: a result, runAfter twice, and to the finally tasks.
  const edges = page.locator(".react-flow__edge");
  await edges.nth(3).waitFor({ state: "attached" });
  equal(await edges.count(), 4);
  await expectAccessible(page);
  await screenshot(page, "run-graph-running");

  const logs = await page.context().newPage();
  await logs.goto(`${run}/logs`);
  await logs.locator(".log-line", { hasText: "compiling abc123" }).waitFor();
  equal(await logs.locator(".ansi-green").innerText(), "compiling");
  equal(await logs.getByText("compiled").count(), 0);

  open();
  for (const task of ["build", "check", "report"]) {
    await node(page, task).filter({ hasText: "succeeded" }).waitFor({ timeout: 15_000 });
  }
  await page.locator(".headline", { hasText: "succeeded" }).waitFor();
  await logs.locator(".log-line", { hasText: "compiled" }).waitFor();
  await logs.getByText("End of the output.").waitFor();
  await logs.locator(".log-step", { hasText: "check (os=mac) : run" }).waitFor();
  await logs.locator(".log-step", { hasText: "clone : fetch attempt 2" }).waitFor();
  await expectAccessible(logs);
  await screenshot(logs, "run-logs");

  // Arrow keys go along the edges; a chosen task tells its steps, or why it was skipped.
  await node(page, "clone").focus();
  for (const key of ["ArrowRight", "ArrowRight", "ArrowRight", "Enter"]) await page.keyboard.press(key);
  const panel = page.locator(".task-panel");
  await panel.getByRole("heading", { name: "deploy" }).waitFor();
  match(await panel.innerText(), /"main" in \["release"\]\s+.*skipped\s+When Expressions evaluated to false/s);
  equal(new URL(page.url()).searchParams.get("task"), "deploy");
  await node(page, "clone").click();
  match(await panel.innerText(), /Attempt 1 · StepFailed/);
  await page.getByText("digest").waitFor();
  await page.locator("summary", { hasText: "YAML" }).click();
  await page.locator("pre", { hasText: "kind: PipelineRun" }).waitFor();
  await expectAccessible(page);
  await screenshot(page, "run-graph-chosen-task");

  await page.getByRole("button", { name: "Timeline" }).click();
  equal(await page.locator(".task-timeline tbody tr").count(), 6);
  equal(await page.locator(".task-timeline tr", { hasText: "clone" }).locator(".timeline-bar").count(), 2);
  await screenshot(page, "run-timeline");
  await page.getByRole("button", { name: "Table" }).click();
  await page.getByRole("row", { name: /deploy.*skipped.*check.*When Expressions evaluated to false/ }).waitFor();
  await expectAccessible(page);
  await screenshot(page, "run-table");
});

const failing = `
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: failing}
spec:
  pipelineSpec:
    tasks:
      - {name: fine, taskSpec: {steps: [{name: a, image: busybox, script: "true"}]}}
      - {name: unit-tests, taskSpec: {steps: [{name: test, image: busybox, script: "echo 1 of 7 failed; exit 3"}]}}
`;

test("a run that failed tells which task failed, why, and where its output is", async (t) => {
  const site = await startSite(t, failing);
  const page = await openDashboard(t, site);
  await page.goto(`${site.url}/runs/pipelineruns/default/failing`);
  const failed = page.getByRole("list", { name: "Tasks that failed" }).getByRole("listitem");
  await failed.getByText('"step-test" exited with code 3').waitFor({ timeout: 15_000 });
  equal(await failed.count(), 1);
  await expectAccessible(page);
  await failed.getByRole("link", { name: "unit-tests" }).click();
  await page.locator(".task-panel").getByRole("heading", { name: "unit-tests" }).waitFor();
  await failed.getByRole("link", { name: "Logs" }).click();
  await page.locator(".log-line", { hasText: "1 of 7 failed" }).waitFor();
});

const printer = `
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: printer}
spec:
  taskSpec:
    steps:
      - {name: first, image: busybox, script: seq 1 100000 | sed 's/^/line number /'}
      - {name: second, image: busybox, script: echo the second step}
`;

test("100,000 lines can be searched, linked to, followed and downloaded", async (t) => {
  const site = await startSite(t, printer);
  const page = await openDashboard(t, site);
  const logs = `${site.url}/runs/taskruns/default/printer/logs`;
  await page.goto(logs);
  await page.getByText("End of the output.").waitFor({ timeout: 30_000 });
  // It has followed to the end, and holds no more rows than are in sight.
  await page.locator(".log-line", { hasText: "the second step" }).waitFor();
  ok((await page.locator(".log-row").count()) < 100);
  const follow = page.getByRole("button", { name: "Follow" });
  equal(await follow.getAttribute("aria-pressed"), "true");
  await page.locator(".log").hover();
  await page.mouse.wheel(0, -600);
  await page.locator("button[aria-pressed=false]", { hasText: "Follow" }).waitFor();

  await page.getByRole("searchbox").fill("NUMBER 9999");
  await page.getByText("11 lines", { exact: true }).waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".chosen", { hasText: "line number 9999" }).locator("mark").waitFor();
  await page.getByText("1 of 11").waitFor();
  await page.getByRole("button", { name: "Previous match" }).click();
  await page.locator(".chosen", { hasText: "line number 99999" }).waitFor();
  await page.locator(".chosen .log-number").click();
  equal(new URL(page.url()).hash, "#L99999");
  await screenshot(page, "logs-search");

  await page.goto("about:blank");
  await page.goto(`${logs}#L50000`);
  await page.locator(".chosen", { hasText: "line number 50000" }).waitFor();
  await page.goto("about:blank");
  await page.goto(`${logs}?step=second`);
  await page.locator(".log-line", { hasText: "the second step" }).waitFor();
  equal(await page.locator(".log-line").count(), 1);
  await page.getByRole("button", { name: "Times" }).click();
  match(await page.locator(".log-time").innerText(), /^\d{4}-\d\d-\d\dT/);

  await page.getByLabel("Output of").selectOption({ label: "printer: all steps" });
  const downloaded = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  const lines = (await readText(await (await downloaded).createReadStream())).split("\n");
  equal(lines[99_999], "[printer : first] line number 100000");
  equal(lines[100_000], "[printer : second] the second step");

  // A connection that ends before the log does is taken up again.
  const source = { task: "printer", taskRun: "printer", step: "second", attempt: 0 };
  const cut = `${JSON.stringify({ kind: "lines", source, lines: ["the second"] })}\n`;
  await page.route("**/logs?*format=json*", (route) => route.fulfill({ body: cut }), { times: 1 });
  await page.goto(`${logs}?step=second`);
  await page.getByText("The connection was lost, trying again…").waitFor();
  await page.getByText("End of the output.").waitFor();
  equal(await page.locator(".log-text").innerText(), "the second step");
});

async function readText(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

test("a run is cancelled and repeated after a question; who may not is told why", async (t) => {
  const { site } = await startPipeline(t);
  const page = await openDashboard(t, site);
  await page.goto(`${site.url}/runs`);
  await page.getByRole("link", { name: "default/release-1" }).click();
  await node(page, "build").filter({ hasText: "running" }).waitFor();
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Cancel" });
  await dialog.getByLabel("Cancel, then run finally tasks").check();
  await screenshot(page, "run-cancel");
  await dialog.getByRole("button", { name: "Yes: Cancel" }).click();
  await page.locator(".headline", { hasText: "cancelled" }).waitFor({ timeout: 15_000 });
  await node(page, "build").filter({ hasText: "cancelled" }).waitFor();
  await node(page, "report").filter({ hasText: "succeeded" }).waitFor();
  await page.getByText("The run has ended.").waitFor();
  equal(await page.getByRole("button", { name: "Cancel", exact: true }).isDisabled(), true);

  await page.getByRole("button", { name: "Run again" }).click();
  await page.getByRole("button", { name: "Yes: Run again" }).click();
  await page.waitForURL(/\/runs\/pipelineruns\/default\/release-1-\w+$/);
  await page.locator("dd", { hasText: "release-1" }).getByRole("link", { name: "release-1", exact: true }).waitFor();

  await page.goto(`${site.url}/runs?state=cancelled&text=RELEASE-1`);
  await page.getByText("1 run", { exact: true }).waitFor();
  await page.getByLabel("Kind").selectOption("TaskRun");
  await page.getByRole("link", { name: "default/release-1-build" }).click();
  await page.getByText("This TaskRun belongs to a PipelineRun: run that again.").waitFor();
  await expectAccessible(page);

  const token = (await site.up.kubectl("new", ["create", "token", "reader"])).stdout.trim();
  const reader = await openDashboard(t, site, { token });
  await reader.goto(`${site.url}/runs/pipelineruns/default/release-1?namespace=default`);
  await reader.getByText("This account may not: create pipelineruns.tekton.dev, namespace default.").waitFor();
  equal(await reader.getByRole("button", { name: "Run again" }).isDisabled(), true);
  await screenshot(reader, "run-refused");
  await reader.getByRole("link", { name: "Logs" }).first().click();
  await reader
    .locator(".log-refused", { hasText: /cannot get resource "pods\/log"/ })
    .first()
    .waitFor();
});

test("runs at 360 px, dark, in Korean", async (t) => {
  const { site, open } = await startPipeline(t);
  open();
  const page = await openDashboard(t, site, {
    language: "ko-KR",
    colorScheme: "dark",
    viewport: { width: 360, height: 740 },
  });
  const run = `${site.url}/runs/pipelineruns/default/release-1`;
  const pages = [
    { path: "?task=deploy", name: "run-graph", shown: "건너뜀" },
    { path: "?view=timeline", name: "run-timeline", shown: "성공" },
    { path: "?view=table", name: "run-table", shown: "성공" },
    { path: "/logs", name: "run-logs", shown: "출력이 끝났습니다." },
  ];
  for (const { path, name, shown } of pages) {
    await page.goto(`${run}${path}`);
    await page.getByText(shown).first().waitFor({ timeout: 15_000 });
    await expectNoOverflow(page);
    await expectAccessible(page);
    await screenshot(page, `${name}-narrow-dark-ko`);
  }
  await page.goto(`${site.url}/runs`);
  await page.getByRole("link", { name: "default/release-1" }).waitFor();
  await expectNoOverflow(page);
  await expectAccessible(page);
  await screenshot(page, "runs-narrow-dark-ko");
});
