import { deepEqual, equal, match, ok } from "node:assert/strict";
import { mkdtemp, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { LogReadOptions, LogRef } from "../log-store.ts";
import { FileLogStore } from "./file-log-store.ts";
import { maxTextLength } from "./log-record.ts";

const folder = await mkdtemp(join(tmpdir(), "tektite-logs-"));
after(() => rm(folder, { recursive: true, force: true }));

const mega = 1024 * 1024;
let pods = 0;

function newStore(maxBytesPerContainer = 10 * mega): FileLogStore {
  return new FileLogStore({ folder: join(folder, String(++pods)), maxBytesPerContainer });
}

const ref: LogRef = { namespace: "default", pod: "build-pod", container: "step-one" };

async function text(store: FileLogStore, options: LogReadOptions = {}, of: LogRef = ref): Promise<string | undefined> {
  const chunks = store.read(of, options);
  if (chunks === undefined) return undefined;
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString();
}

async function written(store: FileLogStore, ...chunks: readonly string[]): Promise<void> {
  const writer = store.open(ref);
  for (const chunk of chunks) await writer.write(Buffer.from(chunk));
  await writer.end();
}

const long = "x".repeat(3 * maxTextLength + 5);

const vectors: readonly {
  readonly name: string;
  readonly chunks: readonly string[];
  readonly options?: LogReadOptions;
  readonly want: string;
}[] = [
  { name: "gives back what was written", chunks: ["a\nb\n"], want: "a\nb\n" },
  { name: "joins a line that comes in pieces", chunks: ["he", "llo", "\nwor", "ld\n"], want: "hello\nworld\n" },
  { name: "keeps an unfinished last line as it is", chunks: ["a\nb"], want: "a\nb" },
  { name: "keeps empty lines and carriage returns", chunks: ["\n\r\n\n"], want: "\n\r\n\n" },
  { name: "joins a line longer than a record", chunks: [`${long}\nend\n`], want: `${long}\nend\n` },
  { name: "joins a long line that comes in pieces", chunks: [...long, "\n"], want: `${long}\n` },
  { name: "gives the last lines", chunks: ["a\nb\nc\n"], options: { tailLines: 2 }, want: "b\nc\n" },
  { name: "counts an unfinished line as a line", chunks: ["a\nb\nc"], options: { tailLines: 2 }, want: "b\nc" },
  { name: "gives all when there are fewer lines", chunks: ["a\nb\n"], options: { tailLines: 5 }, want: "a\nb\n" },
  { name: "gives nothing for no lines", chunks: ["a\nb\n"], options: { tailLines: 0 }, want: "" },
  { name: "counts a long line once", chunks: [`a\n${long}\nb\n`], options: { tailLines: 2 }, want: `${long}\nb\n` },
  { name: "stops at a number of bytes", chunks: ["abc\ndef\n"], options: { limitBytes: 5 }, want: "abc\nd" },
  { name: "ends for a follower when the writer has ended", chunks: ["a\n"], options: { follow: true }, want: "a\n" },
  { name: "leaves out lines before a time", chunks: ["a\n"], options: { sinceMs: Date.now() + 60_000 }, want: "" },
  { name: "keeps lines after a time", chunks: ["a\n"], options: { sinceMs: Date.now() - 60_000 }, want: "a\n" },
];

for (const { name, chunks, options, want } of vectors) {
  test(name, async () => {
    const store = newStore();
    await written(store, ...chunks);
    equal(await text(store, options), want);
  });
}

test("finds the tail across blocks", async () => {
  const store = newStore();
  const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i} ${"y".repeat(i % 97)}\n`);
  await written(store, lines.join(""));
  for (const tailLines of [1, 99, 1000, 19_999, 20_000]) {
    equal(await text(store, { tailLines }), lines.slice(-tailLines).join(""));
  }
});

test("puts the time in front of each line, once", async () => {
  const store = newStore();
  await written(store, `a\n${long}\n`);
  const lines = (await text(store, { timestamps: true }))?.split("\n") ?? [];
  equal(lines.length, 3);
  match(lines[0] ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z a$/);
  match(lines[1] ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z x+$/);
});

test("keeps the log of the life before a restart, and no older one", async () => {
  const store = newStore();
  await store.restart(ref);
  equal(await text(store, { previous: true }), undefined);
  await written(store, "first\n");
  await store.restart(ref);
  equal(await text(store), undefined);
  const writer = store.open(ref);
  await writer.write(Buffer.from("second\n"));
  equal(await text(store, { previous: true }), "first\n");
  const following = text(store, { follow: true });
  await store.restart(ref);
  equal(await following, "second\n");
  equal(await text(store, { previous: true, tailLines: 1 }), "second\n");
  await store.remove(ref.namespace, ref.pod);
  equal(await text(store, { previous: true }), undefined);
});

test("has no log for an unknown container", async () => {
  equal(await text(newStore()), undefined);
});

test("many followers see everything, from wherever they begin", async () => {
  const store = newStore();
  const writer = store.open(ref);
  const readers = [text(store, { follow: true })];
  let want = "";
  for (let i = 0; i < 200; i++) {
    const line = `line ${i}\n`;
    want += line;
    await writer.write(Buffer.from(line));
    if (i % 20 === 0) readers.push(text(store, { follow: true }));
  }
  await writer.end();
  for (const got of await Promise.all(readers)) equal(got, want);
});

test("a follower sees a line while the writer goes on", async () => {
  const store = newStore();
  const writer = store.open(ref);
  const reader = store.read(ref, { follow: true })?.[Symbol.asyncIterator]();
  await writer.write(Buffer.from("now\n"));
  const first = await reader?.next();
  equal(Buffer.from(first?.value ?? []).toString(), "now\n");
  await writer.end();
  equal((await reader?.next())?.done, true);
});

test("a follower leaves when told", async () => {
  const store = newStore();
  const writer = store.open(ref);
  await writer.write(Buffer.from("a\n"));
  const leave = new AbortController();
  const reading = text(store, { follow: true, signal: leave.signal });
  leave.abort();
  ok(["", "a\n"].includes((await reading) ?? "?"));
  await writer.end();
});

test("goes on in the same file when opened again", async () => {
  const store = newStore();
  await written(store, "a\n");
  await written(store, "b\n");
  equal(await text(store, { follow: true }), "a\nb\n");
});

test("cuts at the limit, with a notice", async () => {
  const store = newStore(1000);
  const writer = store.open(ref);
  for (let i = 0; i < 100; i++) await writer.write(Buffer.from(`line ${i}\n`));
  await writer.end();
  const lines = (await text(store))?.trimEnd().split("\n") ?? [];
  equal(lines[0], "line 0");
  equal(lines.at(-1), "output beyond the limit of 1000 bytes was dropped");
  ok(lines.length > 10 && lines.length < 40);
  ok((await stat(join(folder, String(pods), "default", "build-pod", "step-one.log"))).size < 1100);
});

test("names cannot leave the folder", async () => {
  const store = newStore();
  const odd = { namespace: "..", pod: "../..", container: "a/b" };
  const writer = store.open(odd);
  await writer.write(Buffer.from("kept\n"));
  await writer.end();
  equal(await text(store, {}, odd), "kept\n");
  equal((await store.list()).length, 1);
});

test("forgets a pod", async () => {
  const store = newStore();
  await written(store, "a\n");
  await store.remove("default", "build-pod");
  equal(await text(store), undefined);
  deepEqual(await store.list(), []);
});

test("prunes by age, then by size, and never a pod that is writing", async () => {
  const store = newStore();
  const writer = store.open({ ...ref, pod: "writing" });
  await writer.write(Buffer.from("x\n"));
  for (const [pod, ageMs] of [
    ["old", 4000],
    ["middle", 3000],
    ["new", 2000],
  ] as const) {
    const w = store.open({ ...ref, pod });
    await w.write(Buffer.alloc(500, "z\n"));
    await w.end();
    const when = new Date(Date.now() - ageMs);
    await utimes(join(folder, String(pods), "default", pod, "step-one.log"), when, when);
  }
  const each = (await store.list())[0]?.bytes ?? 0;
  const byAge = await store.prune({ olderThanMs: Date.now() - 3500, maxTotalBytes: 10 * mega });
  deepEqual(
    byAge.map(({ pod }) => pod),
    ["old"],
  );
  const bySize = await store.prune({ olderThanMs: 0, maxTotalBytes: each + 100 });
  deepEqual(
    bySize.map(({ pod }) => pod),
    ["middle"],
  );
  deepEqual(
    (await store.list()).map(({ pod }) => pod),
    ["new", "writing"],
  );
  await writer.end();
});

test("a flood of output does not grow memory", async () => {
  const store = newStore(400 * mega);
  const writer = store.open(ref);
  const chunk = Buffer.alloc(64 * 1024, `${"z".repeat(99)}\n`);
  let seen = 0;
  const following = (async () => {
    for await (const part of store.read(ref, { follow: true }) ?? []) seen += part.length;
  })();
  const before = process.memoryUsage().rss;
  let peak = before;
  for (let i = 0; i < 3200; i++) {
    await writer.write(chunk);
    if (i % 100 === 0) peak = Math.max(peak, process.memoryUsage().rss);
  }
  await writer.end();
  await following;
  // 65536 is no multiple of the line: the count holds whatever the cuts.
  equal(seen, 3200 * 64 * 1024);
  ok(peak - before < 150 * mega, `grew by ${Math.round((peak - before) / mega)} MB`);
});

test("the logs of one pod can be removed while those of another begin", async () => {
  const store = newStore();
  const lost: string[] = [];
  for (let round = 0; round < 300; round++) {
    const namespace = `n${round}`;
    await Promise.all(
      ["a", "b", "c", "d"].map(async (pod) => {
        await store.remove(namespace, pod);
        const writer = store.open({ namespace, pod, container: "c" });
        await writer.write(Buffer.from("x\n"));
        await writer.end();
        if (store.read({ namespace, pod, container: "c" }, {}) === undefined) lost.push(`${namespace}/${pod}`);
      }),
    );
  }
  deepEqual(lost, []);
});
