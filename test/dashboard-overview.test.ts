import { equal, match } from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { expectAccessible, openDashboard, screenshot } from "./browser.ts";
import { startSite } from "./dashboard-site.ts";
import { eventually, kubectlPath, root, runProgram, type Up } from "./harness.ts";

/** What the page gives to be copied, in the order it stands there. */
async function commandsOf(page: Page): Promise<readonly string[]> {
  return (await page.locator(".commands pre").allInnerTexts()).map((text) => text.trim());
}

/** Types it into a shell in a checkout, as a reader of the page does. */
async function runAsShown(up: Up, command: string): Promise<string> {
  const path = `${join(root, "bin")}:${join(kubectlPath("new"), "..")}:${process.env["PATH"]}`;
  const env = { KUBECONFIG: up.kubeconfig, HOME: up.dataDir, PATH: path };
  const { exitCode, stdout, stderr } = await runProgram("sh", ["-c", command], { env });
  equal(exitCode, 0, `${command}\n${stdout}${stderr}`);
  return stdout;
}

test("while there is nothing, the overview gives commands that work; what they make shows without reload", async (t) => {
  const site = await startSite(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: nothing}\n");
  const page = await openDashboard(t, site);
  await page.getByText("there is no listener yet").waitFor();
  const [listener = "", run = ""] = await commandsOf(page);
  await screenshot(page, "overview-empty");
  await runAsShown(site.up, listener);
  const row = page.getByRole("row", { name: /default\/hello/ });
  await row.getByText("Ready", { exact: true }).waitFor({ timeout: 20_000 });
  match(await row.innerText(), /http:\/\/127\.0\.0\.1:\d+\/default\/hello/);

  // The listener's own address, its log, its examination; unsigned, the event starts nothing.
  const events = (await commandsOf(page))[0] ?? "";
  const [post = "", ...others] = events.split("\n");
  const answer = JSON.parse(await runAsShown(site.up, post)) as { readonly eventID: string };
  await row.getByRole("link", { name: "1 event" }).waitFor({ timeout: 5_000 });
  match((await row.getByRole("img").getAttribute("aria-label")) ?? "", /at most 1 a minute/);
  await page.locator(".tiles li", { hasText: /rejected|filtered/ }).waitFor({ timeout: 5_000 });
  match(await runAsShown(site.up, others[0] ?? ""), new RegExp(answer.eventID));
  // What it finds may be a problem: exit code 1.
  match(await runAsShown(site.up, `${others[1]} || test $? = 1`), /EventListener default\/hello/);

  await runAsShown(site.up, run);
  const runs = page.getByRole("table", { name: "Runs in progress" });
  await eventually("the run to show, or to have ended", async () =>
    (await runs.count()) > 0 || (await page.getByText("Nothing is running").count()) > 0 ? true : undefined,
  );
  await expectAccessible(page);
  await screenshot(page, "overview-first-event");
});
