import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { runSummary } from "../../../../../src/dashboard/run-model.ts";
import type { LogSource } from "../../../../../src/dashboard/views/run-log.ts";
import { LogStore } from "./log-store.ts";

const source = (step: string): LogSource => ({ task: "build", taskRun: "run-build", step, attempt: 0 });

function rowsOf(store: LogStore): readonly string[] {
  return Array.from({ length: store.rowCount }, (_, index) => {
    const row = store.row(index);
    if (row?.kind === "step") return `# ${row.source.step}`;
    return row?.kind === "line" ? `${row.line} ${row.text}` : `! ${row?.message}`;
  });
}

test("lines are numbered through, and a heading stands where another step goes on", () => {
  const store = new LogStore();
  store.put({ kind: "lines", source: source("a"), lines: [] });
  store.put({ kind: "lines", source: source("a"), lines: ["one", "two"] });
  store.put({ kind: "lines", source: source("b"), lines: ["three"] });
  const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message: "gone" } as const;
  store.put({ kind: "problem", source: source("c"), status });
  store.put({ kind: "lines", source: source("b"), lines: ["four"] });
  deepEqual(rowsOf(store), ["# a", "1 one", "2 two", "# b", "3 three", "# c", "! gone", "# b", "4 four"]);
  deepEqual(
    [1, 2, 3, 4, 99].map((line) => store.indexOfLine(line)),
    [1, 2, 4, 8, 8],
  );
  equal(store.state, "reading");
  const run = { apiVersion: "tekton.dev/v1", kind: "PipelineRun", metadata: { name: "build" } };
  store.put({ kind: "end", run: runSummary("pipelineruns", run) });
  equal(store.state, "ended");
});

test("a colour goes on in the next line of the step, not in another step", () => {
  const store = new LogStore();
  store.put({ kind: "lines", source: source("a"), lines: ["\u001b[31mred", "still red"] });
  store.put({ kind: "lines", source: source("b"), lines: ["plain"] });
  const colors = [2, 3].map((line) => {
    const row = store.row(store.indexOfLine(line));
    return row?.kind === "line" ? row.style.color : "none";
  });
  deepEqual(colors, ["ansi-red", undefined]);
  equal(store.longestLine, "still red".length);
});

const bounds = [
  { name: "rows", limits: { maxRows: 100, maxLength: 1_000_000 } },
  { name: "text", limits: { maxRows: 1_000_000, maxLength: 1000 } },
];

for (const { name, limits } of bounds) {
  test(`the oldest lines go when there is too much ${name}, numbers and ids stay`, () => {
    const store = new LogStore(limits);
    const lines = Array.from({ length: 1000 }, (_, index) => `line ${String(index + 1).padStart(5)}`);
    for (let at = 0; at < lines.length; at += 50) {
      store.put({ kind: "lines", source: source("a"), lines: lines.slice(at, at + 50) });
    }
    equal(store.rowCount <= 100, true);
    equal(store.lineCount, 1000);
    equal(store.droppedLines > 800, true);
    const first = store.row(0);
    equal(first?.kind === "line" && first.line, store.droppedLines + 1);
    equal(store.rowId(store.rowCount - 1), 1000);
    equal(store.indexOfLine(1), 0);
    equal(store.indexOfLine(1000), store.rowCount - 1);
  });
}
