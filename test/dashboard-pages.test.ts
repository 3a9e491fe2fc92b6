import { equal, match } from "node:assert/strict";
import { test } from "node:test";
import { expectAccessible, expectNoOverflow, openDashboard, screenshot } from "./browser.ts";
import { type DashboardSite, push, pushListener, pushSecret, startSite } from "./dashboard-site.ts";
import { eventually } from "./harness.ts";

const aPush = { ref: "refs/heads/main", head_commit: { message: "hello" }, repository: { full_name: "acme/shop" } };

/** Every page of a site on which something has happened. */
async function pagesOf(site: DashboardSite): Promise<readonly (readonly [name: string, path: string])[]> {
  const id = await push(site, aPush, pushSecret);
  const run = await eventually("the run", async () => {
    const { stdout } = await site.up.kubectl("new", ["get", "pipelineruns", "-o", "name"]);
    return /pipelinerun\.tekton\.dev\/(\S+)/.exec(stdout)?.[1];
  });
  return [
    ["overview", "/"],
    ["events", "/events"],
    ["event", `/events/default/${id}`],
    ["runs", "/runs"],
    ["run", `/runs/pipelineruns/default/${run}`],
    ["task-run", "/runs/taskruns/default/long"],
    ["logs", `/runs/pipelineruns/default/${run}/logs`],
    ["listeners", "/configuration"],
    ["listener", "/configuration/default/pushes"],
    ["playground", "/playground"],
    ["no-page", "/nowhere"],
  ];
}

for (const looks of [
  { name: "wide, light, English", language: "en-US", colorScheme: "light", viewport: { width: 1280, height: 800 } },
  { name: "360 px, dark, Korean", language: "ko-KR", colorScheme: "dark", viewport: { width: 360, height: 740 } },
] as const) {
  test(`every page is accessible and fits: ${looks.name}`, async (t) => {
    const site = await startSite(t, pushListener);
    const page = await openDashboard(t, site, looks);
    const errors: string[] = [];
    page.on("console", (message) => message.type() === "error" && errors.push(`${page.url()}: ${message.text()}`));
    const suffix = looks.name.replaceAll(/\W+/g, "-").toLowerCase();
    for (const [name, path] of await pagesOf(site)) {
      await page.goto(`${site.url}${path}`);
      await page.getByRole("main").locator("h1").waitFor();
      await eventually(`everything at ${path} to be loaded`, async () =>
        (await page.locator(".loading:visible").count()) === 0 ? true : undefined,
      );
      await page.waitForLoadState("networkidle", { timeout: 1_500 }).catch(() => undefined);
      equal(await page.locator("h1").count(), 1, `one heading at ${path}`);
      if (looks.language === "ko-KR" && name !== "run" && name !== "task-run") {
        match(await page.locator("h1").innerText(), /\p{Script=Hangul}/u, path);
      }
      await expectAccessible(page);
      await expectNoOverflow(page);
      await screenshot(page, `page-${name}-${suffix}`);
    }
    equal(errors.join("\n"), "");
  });
}

test("pages open from each other, whatever was looked at before", async (t) => {
  const site = await startSite(t, pushListener);
  const page = await openDashboard(t, site);
  const errors: string[] = [];
  page.on("console", (message) => message.type() === "error" && errors.push(`${page.url()}: ${message.text()}`));
  const names = ["Overview", "Events", "Runs", "Configuration", "Playground"];
  // Each after each other one: what one page keeps in memory is what the next one finds.
  for (const [index, first] of names.entries()) {
    for (const second of [...names.slice(0, index), ...names.slice(index + 1)]) {
      for (const name of [first, second]) {
        await page.locator("header nav").getByRole("link", { name }).click();
        await page.getByRole("main").getByRole("heading", { level: 1, name }).waitFor();
        await eventually(`${name} after ${first} to be loaded`, async () =>
          (await page.locator(".loading:visible").count()) === 0 ? true : undefined,
        );
      }
    }
  }
  equal(errors.join("\n"), "");
});
