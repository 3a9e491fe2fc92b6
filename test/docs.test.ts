import { equal, fail, ok } from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { docSteps, isShown, runDocSteps } from "./doc-commands.ts";
import { root, temporaryFolder } from "./harness.ts";

const pages = ["README.md", ...globSync("docs/**/*.md", { cwd: root }).sort()].filter((page) =>
  existsSync(join(root, page)),
);

for (const page of pages) {
  const steps = docSteps(readFileSync(join(root, page), "utf8"));
  if (!steps.some(({ kind }) => kind === "command")) continue;
  test(`${page}: its commands print what it shows`, async (t) => {
    const results = await runDocSteps(steps, temporaryFolder(t), { timeoutMs: 180_000 });
    for (const [index, { step, output, exitCode }] of results.entries()) {
      const where = `${page}, line ${step.line}: $ ${step.command}`;
      if (!isShown(step.output, output)) equal(output, step.output, where);
      const next = results[index + 1]?.step.command;
      if (exitCode !== 0 && next !== "echo $?") fail(`${where}: exit code ${exitCode}`);
    }
  });
}

test("pages refer to files that exist", () => {
  for (const page of pages) {
    const text = readFileSync(join(root, page), "utf8");
    for (const [, target = ""] of text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g)) {
      ok(existsSync(join(root, page, "..", target)), `${page} refers to ${target}`);
    }
  }
});

const shown = [
  { name: "the same text", shown: "a\nb", output: "a\nb", want: true },
  { name: "another text", shown: "a", output: "b", want: false },
  { name: "an ellipsis in a line", shown: "took … ms", output: "took 12 ms", want: true },
  { name: "an ellipsis in a line is no line break", shown: "a … b", output: "a \n b", want: false },
  { name: "an ellipsis for lines", shown: "a\n…\nd", output: "a\nb\nc\nd", want: true },
  { name: "patterns are only text", shown: "a.c [x] (y)", output: "abc [x] (y)", want: false },
  { name: "nothing", shown: "", output: "", want: true },
];

for (const { name, shown: page, output, want } of shown) {
  test(`doc commands: ${name}`, () => equal(isShown(page, output), want));
}

test("doc commands: what a page makes the reader do", async (t) => {
  const page = [
    "```yaml file=a/x.yaml",
    "k: 'v'",
    "```",
    "<!-- test-setup",
    "greeting=hello",
    "-->",
    "```console",
    "$ echo $greeting \\",
    "    there",
    "hello there",
    "$ cat a/x.yaml; cat <<END",
    "in a document",
    "END",
    "k: 'v'",
    "in a document",
    "$ false",
    "$ echo $?",
    "1",
    "```",
    "```console no-test",
    "$ rm -r /",
    "```",
  ].join("\n");
  const results = await runDocSteps(docSteps(page), temporaryFolder(t), { timeoutMs: 10_000 });
  for (const { step, output } of results) equal(output, step.output);
  equal(results.length, 4);
});
