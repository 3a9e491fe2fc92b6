import { equal } from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { holdsFolder } from "./holds-folder.ts";

const root = mkdtempSync(join(tmpdir(), "tektite-holds-"));
after(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, "data", "keys"), { recursive: true });
mkdirSync(join(root, "..data"));
symlinkSync(root, join(root, "link"));

const vectors = [
  { name: "the folder itself", folder: "data", path: "data", want: true },
  { name: "one in it", folder: "data", path: "data/keys", want: true },
  { name: "one that is not there yet", folder: "data", path: "data/new/x", want: true },
  { name: "one above it", folder: "data/keys", path: "data", want: false },
  { name: "one beside it", folder: "data", path: "data-2", want: false },
  { name: "a name that begins with dots", folder: ".", path: "..data", want: true },
  { name: "by a link", folder: "link/data", path: "data/keys", want: true },
  { name: "everything", folder: "/", path: "data", want: true },
];

for (const { name, folder, path, want } of vectors) {
  test(`what a folder holds: ${name}`, () => {
    const at = folder === "/" ? folder : join(root, folder);
    equal(holdsFolder(at, join(root, path)), want);
  });
}
