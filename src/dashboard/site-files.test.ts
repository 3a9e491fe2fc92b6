import { equal, ok } from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { SiteFiles } from "./site-files.ts";

/** A built page whose script has that name. */
function build(folder: string, script: string, changed: Date): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "assets"), { recursive: true });
  writeFileSync(join(folder, "assets", script), script);
  writeFileSync(join(folder, "assets", `${script}.br`), "compressed");
  writeFileSync(join(folder, "index.html"), `<script src="/assets/${script}"></script>`);
  utimesSync(join(folder, "index.html"), changed, changed);
}

test("the files of the page, also when it is built anew meanwhile", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "site-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  equal(SiteFiles.open(folder).ok, false);
  build(folder, "old.js", new Date(1_000_000));
  const opened = SiteFiles.open(folder);
  ok(opened.ok);
  const textOf = async (name: string, accepted?: string) => {
    const file = await opened.value.read(name, accepted);
    return file === undefined ? undefined : Buffer.from(file.bytes).toString();
  };
  equal(await textOf("assets/old.js"), "old.js");
  equal(await textOf("assets/old.js", "gzip, br;q=1"), "compressed");
  equal(await textOf("../package.json"), undefined);
  equal(await textOf("assets/new.js"), undefined);

  build(folder, "new.js", new Date(2_000_000));
  equal(await textOf("assets/new.js"), "new.js");
  equal(await textOf("assets/old.js"), undefined);
  rmSync(folder, { recursive: true });
  equal(await textOf("index.html"), undefined);
});
