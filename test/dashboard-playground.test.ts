import { deepEqual, equal, match, ok } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { expectAccessible, expectNoOverflow, openDashboard, screenshot } from "./browser.ts";
import { push, pushListener, pushSecret, startSite } from "./dashboard-site.ts";
import { runTektite, temporaryFolder } from "./harness.ts";

/** Puts the text in the place of what an editor holds. */
async function write(page: Page, label: string, text: string): Promise<void> {
  await page.getByRole("textbox", { name: label }).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(text);
}

/** The text that a dialog offers. */
async function taken(page: Page, button: string): Promise<string> {
  await page.getByRole("button", { name: button }).click();
  const text = await page.getByRole("dialog").getByRole("textbox").inputValue();
  await page.keyboard.press("Escape");
  return text;
}

test("a sample is judged as one types, errors are marked at their line, and it is exported as a test that passes", async (t) => {
  const site = await startSite(t, pushListener);
  const page = await openDashboard(t, site);
  await page.getByRole("link", { name: "Playground" }).click();
  await page.getByLabel("Take a request…").selectOption({ label: "Gitea, Forgejo: push" });
  const verdict = page.locator('article[data-state="created"]', { hasText: "gitea-push" });
  await verdict.getByText("generateName: gitea-push-").waitFor();
  equal(await verdict.locator(".name .badge").innerText(), "would run");
  await verdict.getByRole("row", { name: /body\.ref "refs\/heads\/main"/ }).waitFor();
  await expectAccessible(page);
  await screenshot(page, "playground");

  const yaml = await taken(page, "Export YAML");
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, "triggers.yaml"), yaml);
  writeFileSync(join(folder, "playground.test.yaml"), await taken(page, "Save as test"));
  const run = await runTektite(["test", folder]);
  equal(run.exitCode, 0, run.stdout + run.stderr);

  await write(page, "Triggers (YAML)", yaml.replace("startsWith('refs/heads/')", "startsWith('refs/tags/')"));
  await page.locator('article[data-state="filtered"]').getByText("did not return true").first().waitFor();
  await write(page, "Triggers (YAML)", yaml.replace("body.ref.startsWith(", "body.ref.startWith("));
  const problem = page.getByRole("list", { name: "Problems" }).getByText(/undeclared reference to 'startWith'/);
  await problem.waitFor();
  const line = yaml.split("\n").findIndex((text) => text.includes("startsWith")) + 1;
  await page.getByText(`Triggers (YAML), line ${line}`).first().waitFor();
  await page.locator(".cm-lint-marker-error").first().waitFor();
  await expectAccessible(page);
  await screenshot(page, "playground-error");

  await page.getByText("CEL expression", { exact: true }).click();
  await write(page, "CEL expression", "body.commits[0].added");
  await page
    .locator(".value")
    .getByText(/site\/new\.html/)
    .waitFor();
  await page.reload();
  await page
    .locator(".value")
    .getByText(/site\/new\.html/)
    .waitFor();
});

/** A listener that refers to everything, also to a template that is gone. */
const references = `apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: refers}
spec:
  serviceAccountName: listener
  triggers:
    - {name: inline, bindings: [{ref: own}, {ref: shared, kind: ClusterTriggerBinding}], template: {ref: gone}}
    - {triggerRef: apart}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: Trigger
metadata: {name: apart}
spec:
  bindings: [{ref: own}]
  template: {ref: there}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: TriggerBinding
metadata: {name: own}
spec: {params: [{name: ref, value: $(body.ref)}]}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: ClusterTriggerBinding
metadata: {name: shared}
spec: {params: [{name: after, value: $(body.after)}]}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: TriggerTemplate
metadata: {name: there}
spec:
  params: [{name: ref}]
  resourcetemplates:
    - {apiVersion: v1, kind: ConfigMap, metadata: {generateName: there-}, data: {ref: $(tt.params.ref)}}
`;

test("a listener's objects are taken with all that they refer to", async (t) => {
  const site = await startSite(t, `${pushListener}---\n${references}`);
  const page = await openDashboard(t, site);
  await page.goto(`${site.url}/playground`);
  await page.getByLabel("Take a listener's objects…").selectOption("default/refers");
  await page.locator('article[data-state="created"]', { hasText: "apart" }).getByText("ref: refs/heads/main").waitFor();
  await page
    .locator('article[data-state="failed"]', { hasText: "inline" })
    .getByText(/"gone" not found/)
    .first()
    .waitFor();
  const kinds = [
    ...(await taken(page, "Export YAML")).matchAll(/^(?:kind: (\w+)|# (TriggerTemplate gone): .*not found)$/gm),
  ];
  deepEqual(kinds.map(([, kind, missing]) => kind ?? missing).sort(), [
    "ClusterTriggerBinding",
    "EventListener",
    "Trigger",
    "TriggerBinding",
    "TriggerTemplate",
    "TriggerTemplate gone",
  ]);
});

test("a stored event is tried with its listener's own objects, without its Secret", async (t) => {
  const site = await startSite(t, pushListener);
  const id = await push(site, { ref: "refs/tags/v1", head_commit: { message: "<b>bold</b>" } }, pushSecret);
  const page = await openDashboard(t, site);
  // Screenshots would be told too: they add a style of their own.
  const refused: string[] = [];
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) refused.push(message.text());
  });
  await page.goto(`${site.url}/events/default/${id}`);
  await page.getByRole("link", { name: "Open in playground" }).click();
  await page.locator('article[data-state="filtered"]', { hasText: "branch" }).waitFor();
  await page.getByText("the sender is not verified here: Secret webhook is not among the documents").waitFor();
  const yaml = await taken(page, "Export YAML");
  match(yaml, /kind: EventListener[\s\S]*name: pushes/);
  ok(!yaml.includes("s3cret"), yaml);
  const request = await page.getByRole("textbox", { name: "Request" }).innerText();
  await write(page, "Request", request.replace("refs/tags/v1", "refs/heads/v1"));
  await page.locator('article[data-state="created"]').getByText("<b>bold</b>").first().waitFor();
  await write(page, "Request", "{");
  await page
    .getByRole("list", { name: "Problems" })
    .getByText(/the body is no JSON/)
    .waitFor();
});

test("the playground at 360 px, dark, Korean", async (t) => {
  const site = await startSite(t, pushListener);
  const page = await openDashboard(t, site, {
    language: "ko-KR",
    colorScheme: "dark",
    viewport: { width: 360, height: 740 },
  });
  await page.goto(`${site.url}/playground`);
  await page.locator('article[data-state="created"]').waitFor();
  await expectNoOverflow(page);
  await expectAccessible(page);
  await screenshot(page, "playground-narrow-dark-ko");
});
