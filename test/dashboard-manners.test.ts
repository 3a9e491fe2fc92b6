import { equal, notEqual } from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Page } from "playwright-core";
import { expectAccessible, openDashboard, screenshot } from "./browser.ts";
import { type DashboardSite, push, pushListener, pushSecret, startSite } from "./dashboard-site.ts";
import { eventually, root, startUp } from "./harness.ts";

const aPush = { ref: "refs/heads/main", head_commit: { message: "hello" }, repository: { full_name: "acme/shop" } };

/** A wire to the dashboard that can be cut. */
async function startWire(t: TestContext, { url }: DashboardSite) {
  const port = Number(new URL(url).port);
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = dial(port, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  });
  const listen = (at: number) => new Promise<void>((resolve) => server.listen(at, "127.0.0.1", resolve));
  await listen(0);
  const address = server.address();
  const own = typeof address === "object" && address !== null ? address.port : 0;
  const cut = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  t.after(cut);
  return { url: `http://127.0.0.1:${own}`, cut, mend: () => listen(own) };
}

const liveState = (page: Page, text: string) => page.locator("header").getByRole("status").filter({ hasText: text });

test("a connection that is lost is said to be lost; what was missed shows when it is back", async (t) => {
  const site = await startSite(t, pushListener);
  const wire = await startWire(t, site);
  const page = await openDashboard(t, { ...site, url: wire.url });
  await liveState(page, "live").waitFor();
  await push(site, aPush, pushSecret);
  const created = page.locator(".tiles li", { hasText: "created" });
  await created.filter({ hasText: "1" }).waitFor({ timeout: 5_000 });

  wire.cut();
  await liveState(page, "connection lost").waitFor({ timeout: 10_000 });
  await screenshot(page, "connection-lost");
  await push(site, aPush, pushSecret);
  await wire.mend();
  await created.filter({ hasText: "2" }).waitFor({ timeout: 15_000 });
  await liveState(page, "live").waitFor();
});

test("a restart ends the session: signing in again comes back to where one was", async (t) => {
  const site = await startSite(t, pushListener);
  const page = await openDashboard(t, site);
  const id = await push(site, aPush, pushSecret);
  await page.goto(`${site.url}/events/default/${id}`);
  await page.getByText("branch").first().waitFor();
  const { dataDir } = site.up;
  await site.up.stop();
  await liveState(page, "connection lost").waitFor({ timeout: 10_000 });
  const address = new URL(site.url).host;
  await startUp(t, { dataDir, args: ["--runtime", "process", "--dashboard-address", address] });
  await page.getByText("Your session has ended").waitFor({ timeout: 20_000 });
  await expectAccessible(page);
  await screenshot(page, "session-ended");
  await page.getByLabel("Bearer token").fill(site.token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: new RegExp(id) }).waitFor();
  equal(new URL(page.url()).pathname, `/events/default/${id}`);
});

test("the keyboard: a link skips to the content, and a page that opens takes the focus", async (t) => {
  const site = await startSite(t, pushListener);
  const page = await openDashboard(t, site);
  await page.reload();
  await page.locator("h1").waitFor();
  await page.keyboard.press("Tab");
  equal(await page.evaluate("document.activeElement.className"), "skip");
  await page.keyboard.press("Enter");
  equal(await page.evaluate("document.activeElement.id"), "content");

  const events = page.getByRole("link", { name: "Events", exact: true });
  await events.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Events" }).waitFor();
  equal(await page.evaluate("document.activeElement.id"), "content");
  equal(await events.getAttribute("aria-current"), "page");
  equal(await page.title(), "Events · Tektite");

  // The account's menu opens and closes, and its choices stay.
  await page.locator(".account > summary").focus();
  await page.keyboard.press("Enter");
  await page.getByLabel("Theme").selectOption("dark");
  await page.getByLabel("Language").selectOption("ko");
  await page.getByRole("heading", { level: 1, name: "이벤트" }).waitFor();
  await page.keyboard.press("Escape");
  equal(await page.evaluate("document.activeElement.tagName"), "SUMMARY");
  equal(await page.locator(".account").getAttribute("open"), null);
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "이벤트" }).waitFor();
  equal(await page.locator("html").getAttribute("data-theme"), "dark");
  equal(await page.locator("html").getAttribute("lang"), "ko");

  // Who has to sign in types at once.
  await page.context().clearCookies();
  await page.reload();
  await page.locator("#token").waitFor();
  await page.keyboard.insertText(site.token);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "이벤트" }).waitFor();
});

test("a page whose code cannot be loaded says so; the others stay open, and reloading helps", async (t) => {
  const site = await startSite(t, pushListener);
  const page = await openDashboard(t, site);
  await page.route("**/assets/runs-page*", (route) => route.abort());
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await page.getByText("Something went wrong").waitFor();
  await page.getByRole("link", { name: "Events", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Events" }).waitFor();
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await page.unrouteAll();
  await page.getByRole("button", { name: "Reload the page" }).click();
  await page.getByRole("heading", { level: 1, name: "Runs" }).waitFor();
});

test("the namespace is chosen from those that the account may list, and stays", async (t) => {
  const site = await startSite(t, pushListener);
  const page = await openDashboard(t, site);
  await page.getByLabel("Namespace").selectOption("kube-system");
  await page.getByText("There are no listeners here").waitFor();
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Runs" }).waitFor();
  equal(new URL(page.url()).searchParams.get("namespace"), "kube-system");
});

test("a one-time link signs in, leaves no trace in the history, and works once", async (t) => {
  const site = await startSite(t, pushListener);
  const args = ["dashboard", "--kubeconfig", site.up.kubeconfig, "--address", "127.0.0.1:0", "--read-only"];
  const child = spawn(join(root, "bin", "tektite"), args, {
    cwd: site.up.dataDir,
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill());
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const link = await eventually("the link", async () => /http:\S+ticket=\S+/.exec(output)?.[0]);
  // Signed in to another dashboard of the same host before.
  const page = await openDashboard(t, site);
  await page.goto(link);
  await page.locator("header nav").waitFor();
  equal(new URL(page.url()).search, "");
  await page.getByText("this dashboard was started with --read-only").waitFor();
  await page.goto(`${new URL(link).origin}/runs/taskruns/default/long`);
  await page.locator("h1").waitFor();
  equal(
    await page
      .getByRole("button", { name: /^Cancel/ })
      .first()
      .isDisabled(),
    true,
  );
  await expectAccessible(page);
  await screenshot(page, "read-only");

  await page.context().clearCookies();
  await page.goto(link);
  await page.getByText("This sign-in link has been used").waitFor();
  notEqual(new URL(page.url()).pathname, "/login");
});
