import { equal, match } from "node:assert/strict";
import { test } from "node:test";
import { expectAccessible, expectNoOverflow, openDashboard, screenshot, setOffline } from "./browser.ts";
import { push, pushListener, pushSecret, startSite } from "./dashboard-site.ts";

test("a push shows on the overview without reload, also what came while the connection was lost", async (t) => {
  const site = await startSite(t, pushListener);
  const page = await openDashboard(t, site);
  const status = page.getByRole("status").filter({ hasText: "live" });
  await status.waitFor();
  await page.getByText("No event has come in yet").waitFor();
  await push(site, { ref: "refs/heads/main", head_commit: { message: "one" } }, pushSecret);
  await page.locator(".tiles li", { hasText: "created" }).filter({ hasText: "1" }).waitFor({ timeout: 5_000 });
  await expectAccessible(page);
  await screenshot(page, "overview");

  await setOffline(page, true);
  await push(site, { ref: "refs/tags/v1", head_commit: { message: "two" } }, pushSecret);
  await setOffline(page, false);
  await page.locator(".tiles li", { hasText: "filtered" }).waitFor({ timeout: 10_000 });
  await status.waitFor();
});

test("360 px, dark, Korean", async (t) => {
  const site = await startSite(t, pushListener);
  const page = await openDashboard(t, site, {
    language: "ko-KR",
    colorScheme: "dark",
    viewport: { width: 360, height: 740 },
  });
  equal(await page.locator("html").getAttribute("lang"), "ko");
  equal(await page.locator("h1").innerText(), "개요");
  match(await page.title(), /개요/);
  await expectNoOverflow(page);
  await expectAccessible(page);
  await screenshot(page, "overview-narrow-dark-ko");
});
