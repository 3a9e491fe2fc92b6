import type { CaseResult } from "./run-trigger-test.ts";
import { visibleLine } from "./yaml-text.ts";

/** Results as lines that people and TAP readers understand: `ok 1 - file: name`, diffs indented, a summary. */
export function formatResults(results: readonly CaseResult[]): string {
  const lines = results.flatMap(({ file, name, outcome }, index) => {
    const title = `${index + 1} - ${file}: ${name}`;
    switch (outcome.kind) {
      case "passed":
        return [`ok ${title}`];
      case "failed":
        return [`not ok ${title}`, ...outcome.lines.map((line) => `    ${visibleLine(line)}`)];
      case "broken":
        return [`not ok ${title} # broken`, ...outcome.problems.map((problem) => `    ${visibleLine(problem)}`)];
      default:
        return outcome satisfies never;
    }
  });
  return `${[...lines, `1..${results.length}`, `# ${summary(results)}`].map((line) => line.trimEnd()).join("\n")}\n`;
}

/** `3 passed, 1 failed`. */
export function summary(results: readonly CaseResult[]): string {
  const count = (kind: CaseResult["outcome"]["kind"]) => results.filter(({ outcome }) => outcome.kind === kind).length;
  const broken = count("broken");
  return `${count("passed")} passed, ${count("failed")} failed${broken === 0 ? "" : `, ${broken} broken`}`;
}

/** Results as JUnit XML, a suite for each file. */
export function formatJunit(results: readonly CaseResult[]): string {
  const files = [...new Set(results.map(({ file }) => file))];
  const suites = files.map((file) => {
    const cases = results.filter((result) => result.file === file);
    return element("testsuite", { name: file, ...counts(cases) }, cases.map(junitCase));
  });
  const root = element("testsuites", { name: "tektite test", ...counts(results) }, suites);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}

function junitCase({ file, name, outcome, durationMs }: CaseResult): string {
  const attributes = { classname: file, name, time: seconds(durationMs) };
  switch (outcome.kind) {
    case "passed":
      return element("testcase", attributes, []);
    case "failed": {
      const failure = { message: outcome.lines[0] ?? "" };
      return element("testcase", attributes, [element("failure", failure, [escapeXml(outcome.lines.join("\n"))])]);
    }
    case "broken": {
      const error = { message: outcome.problems[0] ?? "" };
      return element("testcase", attributes, [element("error", error, [escapeXml(outcome.problems.join("\n"))])]);
    }
    default:
      return outcome satisfies never;
  }
}

function counts(results: readonly CaseResult[]): Readonly<Record<string, string>> {
  const count = (kind: CaseResult["outcome"]["kind"]) =>
    String(results.filter(({ outcome }) => outcome.kind === kind).length);
  const time = seconds(results.reduce((sum, { durationMs }) => sum + durationMs, 0));
  return { tests: String(results.length), failures: count("failed"), errors: count("broken"), time };
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3);
}

function element(name: string, attributes: Readonly<Record<string, string>>, children: readonly string[]): string {
  const printed = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escapeXml(value).replaceAll("\n", "&#10;")}"`,
  );
  const start = `<${name}${printed.join("")}`;
  return children.length === 0 ? `${start}/>` : `${start}>${children.join("")}</${name}>`;
}

/** Characters that XML cannot hold are replaced. */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"\r]/g, (character) => xmlEscapes[character] ?? character);
}

const xmlEscapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#13;",
};
