import { equal, match, ok } from "node:assert/strict";
import { test } from "node:test";
import { expectAccessible, expectNoOverflow, openDashboard, screenshot } from "./browser.ts";
import { push, pushListener, pushSecret, startSite } from "./dashboard-site.ts";

const hostile = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

/** An account that may look at events, and do nothing. */
const eventReader = `apiVersion: v1
kind: ServiceAccount
metadata: {name: watcher}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: watcher}
rules:
  - {apiGroups: [events.tektite.dev], resources: [triggerevents], verbs: [get, list, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: watcher}
subjects: [{kind: ServiceAccount, name: watcher}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: watcher}
`;

/** A push to a branch. */
function branchPush(message: string) {
  return { ref: "refs/heads/main", repository: { full_name: "acme/shop" }, head_commit: { message } };
}

test("events come in as they happen; the filter is in the URL; the list holds still while it is read", async (t) => {
  const site = await startSite(t, pushListener);
  const page = await openDashboard(t, site);
  await page.goto(`${site.url}/events`);
  await page.getByText("No event has come in yet").waitFor();

  const first = await push(site, { ref: "refs/heads/main", head_commit: { message: "one" } }, pushSecret);
  const sentMs = Date.now();
  const row = page.locator(`[data-event="${first}"]`);
  await row.waitFor();
  ok(Date.now() - sentMs < 1_500, `the row took ${Date.now() - sentMs} ms`);
  await row.getByText("created").waitFor();
  await row.getByRole("link", { name: /^push-/ }).waitFor();

  const tag = await push(site, { ref: "refs/tags/v1", repository: { full_name: "acme/site" } }, pushSecret);
  const stranger = await push(site, { ref: "refs/heads/main", repository: { full_name: hostile } }, "wrong");
  await page.locator(`[data-event="${stranger}"]`).getByText("rejected").waitFor();
  await expectAccessible(page);
  await screenshot(page, "events");

  await page.getByLabel("Verdict", { exact: true }).selectOption("filtered");
  await row.waitFor({ state: "detached" });
  await page.locator(`[data-event="${tag}"]`).waitFor();
  match(page.url(), /verdict=filtered/);
  await page.getByLabel("Text").fill("REFS/TAGS");
  await page.waitForURL(/text=REFS/);
  await page.reload();
  await page.locator(`[data-event="${tag}"]`).waitFor();
  equal(await page.getByLabel("Text").inputValue(), "REFS/TAGS");
  equal(await page.locator("[data-event]").count(), 1);
  await page.getByLabel("Text").fill("nowhere to be found");
  await page.getByText("Nothing matches these filters.").waitFor();
  await page.getByRole("button", { name: "Clear filters" }).last().click();
  await row.waitFor();
  equal(new URL(page.url()).search, "");

  await page.getByRole("button", { name: "Hold the list" }).click();
  const late = await push(site, { ref: "refs/heads/late" }, pushSecret);
  const news = page.getByRole("button", { name: "1 new event" });
  await news.waitFor();
  equal(await page.locator(`[data-event="${late}"]`).count(), 0);
  await news.click();
  await page.locator(`[data-event="${late}"]`).waitFor();
});

test("an event shows the path at its trigger, stays text, and is replayed as a linked one", async (t) => {
  const site = await startSite(t, pushListener);
  const id = await push(site, branchPush(hostile), pushSecret);
  const page = await openDashboard(t, site);
  await page.goto(`${site.url}/events/default/${id}`);
  await page
    .getByText(/Trigger branch ran: it created PipelineRun default\/push-/)
    .first()
    .waitFor();
  const path = page.getByRole("article");
  await path.getByRole("row", { name: /body\.ref "refs\/heads\/main"/ }).waitFor();
  await path
    .getByRole("row", { name: /message .*onerror.* inline binding \$\(body\.head_commit\.message\)/ })
    .waitFor();
  await path.getByRole("link", { name: /^PipelineRun push-/ }).waitFor();
  await page.locator(".json").getByText("onerror", { exact: false }).waitFor();
  equal(await page.locator("main img, main script").count(), 0);
  match(await page.title(), /^Event /);

  await page.getByText(/^Headers/).click();
  await page.getByRole("cell", { name: /^sha256=/ }).waitFor();
  await page.getByRole("button", { name: "Copy as curl" }).click();
  const curl = page.getByRole("dialog").getByRole("textbox");
  match(await curl.inputValue(), /curl -i -X POST http:\/\/127\.0\.0\.1:\d+\/default\/pushes\/ .*--data-raw '/s);
  await page.getByRole("dialog").getByRole("button", { name: "Copy" }).click();
  match((await page.evaluate("navigator.clipboard.readText()")) as string, /X-Hub-Signature-256: sha256=/);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Save as test" }).click();
  const text = await page.getByRole("dialog").getByRole("textbox").inputValue();
  match(text, /kind: TriggerTest[\s\S]*trigger: branch\n\s+created:/);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("dialog").getByRole("button", { name: "Download" }).click(),
  ]);
  match(download.suggestedFilename(), /^event-[0-9a-f]{8}\.test\.yaml$/);
  await page.keyboard.press("Escape");
  await expectAccessible(page);
  await screenshot(page, "event");

  await page.getByRole("button", { name: "Replay" }).click();
  await page.getByRole("button", { name: "Yes: Replay" }).click();
  await page.getByText("Replay of").waitFor();
  ok(!page.url().includes(id), `${page.url()} is the event that was replayed`);
  await page.getByRole("link", { name: id }).click();
  await page.getByText("Replayed as").waitFor();
  await page.getByText("Trigger branch ran").first().waitFor();
});

test("who may only look is told why replaying is not possible", async (t) => {
  const site = await startSite(t, `${pushListener}---\n${eventReader}`);
  const id = await push(site, branchPush("one"), pushSecret);
  const token = (await site.up.kubectl("new", ["create", "token", "watcher"])).stdout.trim();
  const page = await openDashboard(t, site, { token });
  await page.goto(`${site.url}/events/default/${id}?namespace=default`);
  await page.getByText("create triggerevents.events.tektite.dev, namespace default").waitFor();
  ok(await page.getByRole("button", { name: "Replay" }).isDisabled());
  await expectAccessible(page);
});

test("events at 360 px, dark, Korean", async (t) => {
  const site = await startSite(t, pushListener);
  const id = await push(site, branchPush("하나"), pushSecret);
  const page = await openDashboard(t, site, {
    language: "ko-KR",
    colorScheme: "dark",
    viewport: { width: 360, height: 740 },
  });
  await page.goto(`${site.url}/events`);
  await page.locator(`[data-event="${id}"]`).getByText("생성됨").waitFor();
  await expectNoOverflow(page);
  await expectAccessible(page);
  await screenshot(page, "events-narrow-dark-ko");
  // The rarer filters are folded, those in use are not.
  equal(await page.getByLabel("저장소", { exact: true }).isVisible(), false);
  await page.getByRole("button", { name: "조건 더 보기" }).click();
  await page.getByLabel("저장소", { exact: true }).fill("acme");
  await page.waitForURL(/repository=acme/);
  await page.reload();
  await page.getByLabel("저장소", { exact: true }).waitFor();
  equal(await page.getByLabel("트리거", { exact: true }).isVisible(), false);
  await expectAccessible(page);
  await page.locator(`[data-event="${id}"]`).getByRole("link", { name: "push", exact: true }).click();
  await page.getByText("처리 과정").waitFor();
  await page.locator(".json").getByText("하나").waitFor();
  await expectNoOverflow(page);
  await expectAccessible(page);
  await screenshot(page, "event-narrow-dark-ko");
});
