import { readFileSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { UpProcess } from "./tektite-process.ts";

/** Cookies of who has signed in. */
type StorageState = Awaited<ReturnType<BrowserContext["storageState"]>>;

/** A real Chromium with windows that are signed in to a dashboard as the administrator. */
export class DashboardBrowser {
  readonly url: string;
  readonly #browser: Browser;
  readonly #state: StorageState;

  private constructor(url: string, browser: Browser, state: StorageState) {
    this.url = url;
    this.#browser = browser;
    this.#state = state;
  }

  static async open({ dashboard, kubeconfig }: UpProcess): Promise<DashboardBrowser> {
    if (dashboard === undefined) throw new Error("tektite up was started without a dashboard");
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
    const page = await browser.newPage();
    await page.goto(dashboard);
    await page.locator("#token").fill(/token: (\S+)/.exec(readFileSync(kubeconfig, "utf8"))?.[1] ?? "");
    await page.locator("form.stack button[type=submit]").click();
    await page.locator("header nav").waitFor();
    const state = await page.context().storageState();
    return new DashboardBrowser(dashboard, browser, state);
  }

  /** A window with an empty cache. */
  async window(): Promise<Page> {
    const context = await this.#browser.newContext({
      storageState: this.#state,
      viewport: { width: 1280, height: 800 },
    });
    return context.newPage();
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}

/** Milliseconds from the beginning of the navigation to the first picture in which the condition (JavaScript) holds. */
export async function shownAfter(page: Page, path: string, condition: string): Promise<number> {
  await page.goto(path, { waitUntil: "commit" });
  return whenShown(page, condition);
}

/** Resolves with the page's own time of the first picture in which the condition (JavaScript) holds. */
export async function whenShown(page: Page, condition: string): Promise<number> {
  // Evaluated by the debugger: the Content-Security-Policy does not see it.
  return (await page.evaluate(
    `new Promise((resolve) => {
      const look = () => (${condition}) ? requestAnimationFrame(() => resolve(performance.now())) : requestAnimationFrame(look);
      look();
    })`,
  )) as number;
}

/** Bytes on the wire of all that the page has loaded but its data. */
export async function loadedBytes(page: Page): Promise<number> {
  return (await page.evaluate(
    `[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
      .filter(({ name }) => !name.includes("/api/"))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`,
  )) as number;
}

/** Milliseconds between pictures while a script runs before each of so many. */
export async function framesWhile(page: Page, script: string, count: number): Promise<readonly number[]> {
  return (await page.evaluate(
    `new Promise((resolve) => {
      const frames = [];
      let last;
      const next = (now) => {
        if (last !== undefined) frames.push(now - last);
        last = now;
        if (frames.length >= ${count}) return resolve(frames);
        ${script};
        requestAnimationFrame(next);
      };
      requestAnimationFrame(next);
    })`,
  )) as readonly number[];
}
