import { deepEqual, equal, match } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { expectAccessible, expectNoOverflow, openDashboard, screenshot } from "./browser.ts";
import { startSite } from "./dashboard-site.ts";
import { eventually } from "./harness.ts";
import { account, reader, webhookSecret } from "./manifests.ts";

const looker = reader("looker", "triggers.tekton.dev", ["eventlisteners", "triggers"]);
const manifests = `${[webhookSecret("never-to-be-seen\n"), account("sick"), looker, ""].join("---\n")}
apiVersion: triggers.tekton.dev/v1beta1
kind: TriggerTemplate
metadata: {name: build}
spec:
  params: [{name: sha}]
  resourcetemplates:
    - {apiVersion: tekton.dev/v1, kind: PipelineRun, metadata: {generateName: build-}, spec: {pipelineRef: {name: gone}}}
    - {apiVersion: tekton.dev/v1, kind: TaskRun, metadata: {generateName: note-}, spec: {taskRef: {name: $(tt.params.sha)}}}
    - {apiVersion: v1, kind: Secret, metadata: {generateName: made-}, stringData: {password: hunter2}}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: sick}
spec:
  serviceAccountName: sick
  triggers:
    - triggerRef: later
    - name: signed
      interceptors:
        - ref: {name: github}
          params: [{name: secretRef, value: {secretName: webhook, secretKey: token}}, {name: eventTypes, value: [push]}]
        - ref: {name: cel}
          params: [{name: filter, value: "body.ref == 'refs/heads/main'"}]
      bindings: [{ref: nowhere}, {name: sha, value: $(body.after)}]
      template: {ref: build}
  triggerGroups:
    - name: team
      interceptors: [{ref: {name: cel}, params: [{name: overlays, value: [{key: a, expression: "1"}]}]}]
      triggerSelector: {labelSelector: {matchLabels: {team: web}}}
`;

const later = `
apiVersion: triggers.tekton.dev/v1beta1
kind: Trigger
metadata: {name: later, namespace: default, labels: {team: web}}
spec:
  bindings: []
  template: {ref: build}
`;

test("a listener's configuration is a graph whose nodes open YAML and problems, and follows changes", async (t) => {
  const site = await startSite(t, manifests);
  const page = await openDashboard(t, site);
  const requests: string[] = [];
  page.on("response", async (response) => {
    if (response.url().includes("/api/") && !response.url().endsWith("/changes")) {
      requests.push(await response.text().catch(() => ""));
    }
  });
  await page.getByRole("link", { name: "Configuration" }).click();
  await page.getByRole("main").getByRole("link", { name: "default/sick" }).click();
  const node = (text: RegExp) => page.locator(".configuration-graph .node").filter({ hasText: text });
  await node(/TriggerBinding\s*nowhere\s*missing/).waitFor();
  await node(/Pipeline\s*gone\s*missing/).waitFor();
  await node(/Task\s*\$\(tt\.params\.sha\)\s*from the event/).waitFor();
  await node(/Trigger group\s*team/).waitFor();

  // What doctor finds is told where it belongs.
  await node(/ClusterInterceptor\s*github[\s\S]*1 problem/).click();
  const panel = page.locator(".node-panel");
  await panel.getByText("key token of Secret webhook has white space around it").waitFor();
  await panel.getByText("secretName: webhook").waitFor();
  await node(/TriggerTemplate\s*build/)
    .first()
    .click();
  await panel.getByText("kind: TriggerTemplate").waitFor();
  match(await panel.innerText(), /password: \(hidden\)/);
  await expectAccessible(page);
  await screenshot(page, "configuration");

  // The keyboard reaches and opens every node.
  await node(/EventListener\s*sick/).focus();
  await page.keyboard.press("Enter");
  await panel.getByText("kind: EventListener").waitFor();

  // A Trigger that is made afterwards mends its node without reload, and joins the group.
  await node(/Trigger\s*later\s*missing/).waitFor();
  const file = join(site.up.dataDir, "later.yaml");
  writeFileSync(file, later);
  equal((await site.up.tektite(["apply", "-f", file])).exitCode, 0);
  await eventually("two triggers", async () =>
    (await node(/Trigger\s*later/).count()) === 2 &&
    (await node(/missing/)
      .filter({ hasText: "later" })
      .count()) === 0
      ? true
      : undefined,
  );
  deepEqual(
    requests.filter((text) => text.includes("never-to-be-seen") || text.includes("hunter2")),
    [],
    "secrets reach no browser",
  );
});

test("360 px, dark, Korean: the configuration is a list", async (t) => {
  const site = await startSite(t, manifests);
  const page = await openDashboard(t, site, {
    language: "ko-KR",
    colorScheme: "dark",
    viewport: { width: 360, height: 740 },
  });
  await page.goto(`${site.url}/configuration/default/sick`);
  const list = page.locator(".configuration-list");
  await list.getByRole("button", { name: /TriggerBinding nowhere/ }).click();
  await page.locator(".node-panel").getByText("TriggerBinding nowhere does not exist").waitFor();
  await expectNoOverflow(page);
  await expectAccessible(page);
  await screenshot(page, "configuration-narrow-dark-ko");
});

test("what an account may not look at is said to be so, and Secrets are shown to nobody", async (t) => {
  const site = await startSite(t, manifests);
  const made = await site.up.kubectl("new", ["create", "token", "looker"]);
  const page = await openDashboard(t, site, { token: made.stdout.trim() });
  await page.goto(`${site.url}/configuration/default/sick?namespace=default`);
  await page.locator(".node.unread").filter({ hasText: "TriggerTemplate" }).click();
  await page
    .locator(".node-panel")
    .getByText(/cannot list resource "triggertemplates"/)
    .waitFor();
  await expectAccessible(page);
  await screenshot(page, "configuration-unread");
  // The namespace is typed in, as they may not be listed.
  equal(await page.getByLabel("Namespace").evaluate((field) => field.tagName), "INPUT");

  const admin = await openDashboard(t, site);
  for (const query of ["kind=Secret&name=webhook", "kind=ServiceAccount&name=sick", "name=sick"]) {
    const answer = await admin.evaluate(
      async (path) => (await fetch(path)).status,
      `/api/yaml?namespace=default&${query}`,
    );
    equal(answer, 400, query);
  }
});
