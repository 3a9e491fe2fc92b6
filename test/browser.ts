import { deepEqual } from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import type { DashboardSite } from "./dashboard-site.ts";
import { root } from "./harness.ts";

/** Where pictures of the pages are kept, for people to look at. */
const artefacts = join(root, "test-artefacts");
const axeSource = readFileSync(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");

export interface VisitOptions {
  readonly language?: "en-US" | "ko-KR";
  readonly colorScheme?: "light" | "dark";
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Signs in with this token; the administrator's unless said. */
  readonly token?: string;
}

/** A real Chromium, a window of it signed in to the dashboard; both are gone after the test. */
export async function openDashboard(t: TestContext, site: DashboardSite, options: VisitOptions = {}): Promise<Page> {
  // Debian's; as root it has no sandbox of its own.
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  t.after(() => browser.close());
  const context = await browser.newContext({
    locale: options.language ?? "en-US",
    colorScheme: options.colorScheme ?? "light",
    viewport: options.viewport ?? { width: 1280, height: 800 },
  });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  page.on("pageerror", (error) => t.diagnostic(`page error: ${error.message}`));
  await signIn(page, site, options.token ?? site.token);
  return page;
}

async function signIn(page: Page, { url }: DashboardSite, token: string): Promise<void> {
  await page.goto(url);
  await page.locator("#token").fill(token);
  await page.locator("form.stack button[type=submit]").click();
  await page.locator("header nav").waitFor();
}

/** Keeps a picture of the page as `test-artefacts/NAME.png`. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(artefacts, { recursive: true });
  await page.screenshot({ path: join(artefacts, `${name}.png`), fullPage: true });
}

interface AxeViolation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** Fails when axe finds something serious or critical on the page. */
export async function expectAccessible(page: Page): Promise<void> {
  // Evaluated by the debugger: the Content-Security-Policy does not see it.
  await page.evaluate(axeSource);
  const violations = (await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)",
  )) as readonly AxeViolation[];
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  deepEqual(
    serious.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ html, failureSummary }) => `${html}: ${failureSummary}`),
    })),
    [],
    `axe at ${page.url()}`,
  );
}

/** The page needs no sideways scrolling. */
export async function expectNoOverflow(page: Page): Promise<void> {
  const { content, window } = (await page.evaluate(
    "({ content: document.documentElement.scrollWidth, window: document.documentElement.clientWidth })",
  )) as { readonly content: number; readonly window: number };
  deepEqual({ content: Math.min(content, window) }, { content }, `sideways overflow at ${page.url()}`);
}

/** Takes the network away from the window, and gives it back. */
export async function setOffline(page: Page, isOffline: boolean): Promise<void> {
  const context: BrowserContext = page.context();
  await context.setOffline(isOffline);
}
