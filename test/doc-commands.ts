/**
 * The commands of documentation pages, run as a reader would run them. What counts in a page:
 *
 * - ```` ```console ````: lines that begin with `$ ` are commands (ending in `\` they go on, a here-document too); what
 *   follows up to the next command is what they print, standard error included. `…` within a line stands for any text, a
 *   line that is only `…` for any lines. A command must succeed, unless the next one is `echo $?`.
 * - ```` ```console no-test ````: not run; say in the text what it needs.
 * - ```` ```yaml file=NAME ```` (any language): the reader saves this under that name.
 * - `<!-- test-setup`, lines of shell, `-->`: run before what follows, unseen by readers.
 *
 * All of a page runs in one shell, in a folder of its own that has `examples` and `docs` in it; `tektite` and, where it
 * has been fetched, `kubectl` are on the path.
 */
import { spawn } from "node:child_process";
import { existsSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { kubectlPath, root } from "./harness.ts";

/** Something that a page makes the reader do. */
export type DocStep =
  | { readonly kind: "command"; readonly line: number; readonly command: string; readonly output: string }
  | { readonly kind: "file"; readonly line: number; readonly name: string; readonly content: string }
  | { readonly kind: "setup"; readonly line: number; readonly command: string };

/** What became of a command. */
export interface DocResult {
  readonly step: Extract<DocStep, { readonly kind: "command" }>;
  readonly output: string;
  readonly exitCode: number;
}

/** The steps of a page, in order; lines are 1-based. */
export function docSteps(page: string): readonly DocStep[] {
  const lines = page.split("\n");
  const steps: DocStep[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const start = at + 1;
    if (line.trim() === "<!-- test-setup") {
      const end = lines.indexOf("-->", start);
      steps.push({ kind: "setup", line: start, command: lines.slice(start, end).join("\n") });
      at = end;
      continue;
    }
    const fence = /^(\s*)(`{3,})(\S*)\s*(.*)$/.exec(line);
    if (fence === null) continue;
    const [, indent = "", ticks = "", language = "", info = ""] = fence;
    const end = lines.findIndex((other, index) => index > at && other.trim() === ticks);
    if (end < 0) throw new Error(`line ${start}: the block is not closed`);
    const content = lines.slice(start, end).map((each) => (each.startsWith(indent) ? each.slice(indent.length) : each));
    const name = /(?:^|\s)file=(\S+)/.exec(info)?.[1];
    if (name !== undefined) steps.push({ kind: "file", line: start, name, content: `${content.join("\n")}\n` });
    else if (language === "console" && !info.split(/\s+/).includes("no-test"))
      steps.push(...commands(content, start + 1));
    at = end;
  }
  return steps;
}

function commands(lines: readonly string[], firstLine: number): readonly DocStep[] {
  const steps: DocStep[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = firstLine + at;
    const first = lines[at++] ?? "";
    if (!first.startsWith("$ ")) throw new Error(`line ${line}: a console block begins with "$ "`);
    let command = first.slice(2);
    while (command.endsWith("\\")) command += `\n${lines[at++] ?? ""}`;
    const terminator = /<<-?\s*(['"]?)(\w+)\1/.exec(command)?.[2];
    if (terminator !== undefined) {
      do command += `\n${lines[at] ?? ""}`;
      while (at < lines.length && lines[at++] !== terminator);
    }
    const output: string[] = [];
    while (at < lines.length && !(lines[at] ?? "").startsWith("$ ")) output.push(lines[at++] ?? "");
    steps.push({ kind: "command", line, command, output: output.join("\n").trimEnd() });
  }
  return steps;
}

/** Between the outputs of commands: a character that no output has, and the exit code. */
const mark = "\u001e";

/** Runs a page's steps in a folder. Processes that they leave behind are ended. */
export async function runDocSteps(
  steps: readonly DocStep[],
  folder: string,
  options: { readonly timeoutMs: number },
): Promise<readonly DocResult[]> {
  for (const name of ["examples", "docs"]) symlinkSync(join(root, name), join(folder, name));
  const script = ["last=0", ...steps.map(shellText), ""].join("\n");
  const output = await runShell(script, folder, options.timeoutMs);
  // Commands may print without ending the line, so marks come right after their output.
  const parts = [...output.matchAll(new RegExp(`([^${mark}]*)${mark}(\\d+)${mark}`, "g"))];
  return steps
    .filter((step) => step.kind === "command")
    .map((step, index) => {
      const [, text = "", code = "-1"] = parts[index] ?? [];
      return { step, output: text.trimEnd(), exitCode: Number(code) };
    });
}

function shellText(step: DocStep): string {
  switch (step.kind) {
    case "setup":
      return `{ ${step.command}\n} >/dev/null 2>&1`;
    case "file":
      return `mkdir -p "$(dirname '${step.name}')"; printf %s '${step.content.replaceAll("'", `'\\''`)}' > '${step.name}'`;
    case "command":
      return `(exit $last)\n{ ${step.command}\n} 2>&1\nlast=$?; printf '${mark}%d${mark}' $last`;
    default:
      return step satisfies never;
  }
}

function runShell(script: string, folder: string, timeoutMs: number): Promise<string> {
  const path = [join(root, "bin"), dirname(process.execPath), process.env["PATH"] ?? ""];
  const kubectl = join(root, ".tools", "kubectl-new");
  if (existsSync(kubectl)) path.unshift(dirname(kubectlPath("new")));
  const env = { PATH: path.join(":"), HOME: folder, TZ: "UTC", LC_ALL: "C.UTF-8" };
  return new Promise((resolve, reject) => {
    // A group of its own, so that what runs in the background ends with it.
    const child = spawn("bash", ["-s"], { cwd: folder, env, detached: true });
    const end = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
      } catch {
        // Nothing of the group is left.
      }
    };
    const output: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
    child.on("error", reject);
    const timer = setTimeout(end, timeoutMs);
    child.on("exit", () => {
      clearTimeout(timer);
      end();
    });
    child.on("close", () => resolve(Buffer.concat(output).toString()));
    child.stdin.end(script);
  });
}

/** Whether the output is what the page shows. */
export function isShown(shown: string, output: string): boolean {
  const pattern = shown
    .split("\n")
    .map((line) => (line === "…" ? "(?:.*\n)*?.*" : line.split("…").map(escapePattern).join(".*")))
    .join("\n");
  return new RegExp(`^${pattern}$`).test(output);
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
