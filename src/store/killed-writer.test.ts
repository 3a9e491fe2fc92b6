import { equal, ok } from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { ObjectStore } from "./object-store.ts";
import { SqliteLog } from "./sqlite-log.ts";

/** Writes as fast as it can, several at a time, and prints each key once its write is acknowledged. */
const writer = `
  const { SqliteLog } = await import(process.argv[1]);
  const { ObjectStore } = await import(process.argv[2]);
  const opened = await SqliteLog.open(process.argv[3]);
  if (!opened.ok) throw new Error(opened.error);
  const store = new ObjectStore(opened.value);
  let count = store.list("/things").length;
  const one = async () => {
    for (;;) {
      const key = "n/" + count++;
      const written = await store.write({
        collection: "/things", key, previous: 0,
        render: (revision) => ({ apiVersion: "v1", kind: "Thing", metadata: { name: key, resourceVersion: String(revision) } }),
      });
      if (written.ok) process.stdout.write(key + " " + written.value.revision + ";\\n");
    }
  };
  await Promise.all(Array.from({ length: 8 }, one));
`;

const rounds = 6;

test(`a writer killed under load ${rounds} times loses nothing that it acknowledged`, async () => {
  const file = join(mkdtempSync(join(tmpdir(), "tektite-killed-")), "objects.db");
  const acknowledged = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    const child = spawn(
      process.execPath,
      [
        "--input-type=module",
        "-e",
        writer,
        new URL("sqlite-log.ts", import.meta.url).href,
        new URL("object-store.ts", import.meta.url).href,
        file,
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const before = acknowledged.size;
    for await (const line of createInterface({ input: child.stdout })) {
      const [key, revision] = line.split(" ");
      // The last line may be cut off in the middle, so it needs its final mark.
      if (key !== undefined && revision?.endsWith(";")) acknowledged.set(key, Number(revision.slice(0, -1)));
      if (acknowledged.size >= before + 50 + round * 37 && !child.killed) child.kill("SIGKILL");
    }
    const opened = await SqliteLog.open(file);
    if (!opened.ok) throw new Error(opened.error);
    const store = new ObjectStore(opened.value);
    for (const [key, revision] of acknowledged) {
      const found = store.get("/things", key);
      ok(found, `${key} was acknowledged`);
      equal(found.revision, revision);
    }
    const revisions = store.list("/things").map((object) => object.revision);
    equal(new Set(revisions).size, revisions.length);
    equal(Math.max(...revisions), store.revision);
    await store.close();
  }
});
