import { deepEqual, ok } from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import ts from "typescript";
import { en } from "./en.ts";
import { ko } from "./ko.ts";

const source = join(import.meta.dirname, "..");

/** Every text of a language by its path, functions called with 3 for each argument. */
function textsOf(value: unknown, path = ""): readonly (readonly [path: string, text: string])[] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function") {
    const args = Array.from({ length: value.length }, () => 3);
    return [[path, String((value as (...args: readonly number[]) => unknown)(...args))]];
  }
  return Object.entries(value as object).flatMap(([key, inner]) =>
    textsOf(inner, path === "" ? key : `${path}.${key}`),
  );
}

/** Names that are the same in every language, and what holds them. */
const sameInKorean: ReadonlySet<string> = new Set(["title", "finallyTask"]);

test("both languages have the same texts, and none is empty", () => {
  const english = textsOf(en);
  const korean = textsOf(ko);
  deepEqual(korean.map(([path]) => path).sort(), english.map(([path]) => path).sort());
  for (const [path, text] of [...english, ...korean]) ok(text.trim() !== "", path);
});

test("Korean is Korean: what has no Hangul in it is a name", () => {
  const english = new Map(textsOf(en));
  const wrong = textsOf(ko).filter(
    ([path, text]) =>
      !/\p{Script=Hangul}/u.test(text) && !sameInKorean.has(path) && /[a-z]{2}/.test(text) && !isName(text),
  );
  deepEqual(
    wrong.map(([path, text]) => `${path}: ${text} (${english.get(path)})`),
    [],
  );
});

/** Words of the field that Korean writes in Latin letters, such as `Task 3` or `TaskRuns`. */
function isName(text: string): boolean {
  return /^[\d\s/:.,()%-]*(?:(?:[A-Z][A-Za-z]*|YAML|JSON|curl|CEL|cURL)[\d\s/:.,()%-]*){1,3}$/.test(text);
}

/** Attributes that are read out or shown. */
const shownAttributes: ReadonlySet<string> = new Set(["aria-label", "title", "placeholder", "alt", "label"]);

/** A command or a kind of the API, which no language translates. */
function isCode(node: ts.JsxText): boolean {
  const { parent } = node;
  const tag = ts.isJsxElement(parent) ? parent.openingElement.tagName.getText() : "";
  return tag === "code" || tag === "pre" || /^\s*(?:(?:Pipeline|Task|Custom)Run|tektite( [a-z]+)+)\s*$/.test(node.text);
}

test("no component has a text of its own", () => {
  const found = globSync("**/*.tsx", { cwd: source }).flatMap((file) => {
    const text = readFileSync(join(source, file), "utf8");
    const tree = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TSX);
    const texts: string[] = [];
    const visit = (node: ts.Node): void => {
      const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      if (ts.isJsxText(node) && /\p{L}{2}/u.test(node.text) && !isCode(node))
        texts.push(`${file}:${line}: ${node.text.trim()}`);
      if (
        ts.isJsxAttribute(node) &&
        shownAttributes.has(node.name.getText()) &&
        node.initializer !== undefined &&
        ts.isStringLiteral(node.initializer) &&
        /\p{L}{2}/u.test(node.initializer.text)
      ) {
        texts.push(`${file}:${line}: ${node.getText()}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(tree);
    return texts;
  });
  deepEqual(found, []);
});
