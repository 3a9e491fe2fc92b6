import { RE2JS, RE2JSException } from "re2js";
import { err, ok, type Result } from "../result.ts";
import type { Evaluation } from "./evaluation.ts";

/** Compiled patterns by source, oldest use first; failures are kept too. */
const compiled = new Map<string, Result<RE2JS, string>>();
const capacity = 512;

/** The largest pattern with its repetitions written out, about what Go allows. */
const maxExpandedLength = 3_000_000;

/**
 * Compiles an RE2 pattern: its time is linear in the text. The error is Go's text, such as
 * ``error parsing regexp: missing closing ): `(` ``. Compiling during an evaluation is charged for.
 */
export function compilePattern(source: string, evaluation?: Evaluation): Result<RE2JS, string> {
  const known = compiled.get(source);
  if (known === undefined) evaluation?.charge(5 * expandedLength(source));
  const found = known ?? compile(source);
  compiled.delete(source);
  compiled.set(source, found);
  const oldest = compiled.keys().next();
  if (compiled.size > capacity && !oldest.done) compiled.delete(oldest.value);
  return found;
}

/** At most how long the pattern gets when its repetitions are written out; nested ones multiply to 1000 at most. */
function expandedLength(source: string): number {
  let most = 1;
  for (const [, from, to] of source.matchAll(/\{(\d{1,6})(?:,(\d{0,6}))?\}/g)) {
    most = Math.max(most, Math.min(1000, Math.max(Number(from), Number(to || 0))));
  }
  return source.length * most;
}

function compile(source: string): Result<RE2JS, string> {
  if (expandedLength(source) > maxExpandedLength)
    return err(`error parsing regexp: expression too large: \`${source}\``);
  try {
    return ok(RE2JS.compile(source));
  } catch (error) {
    if (error instanceof RE2JSException) return err(withExcerpt(error.message));
    // The compiler's recursion is bounded by the pattern's nesting alone.
    if (error instanceof RangeError) return err(`error parsing regexp: expression nests too deeply: \`${source}\``);
    throw error;
  }
}

/** Go always quotes where the mistake is, even when nothing is left there. */
function withExcerpt(message: string): string {
  return message.endsWith("`") ? message : `${message}: \`\``;
}

/** What looking through a text costs at the worst, when states cannot be remembered. */
export function chargeMatch(pattern: RE2JS, text: string, evaluation: Evaluation): void {
  evaluation.charge((text.length * (1 + pattern.programSize() / 50)) / 10);
}

/** Whether the pattern matches anywhere in the text. */
export function isMatch(pattern: RE2JS, text: string): boolean {
  return pattern.matcher(text).find();
}

/**
 * Replaces every match as Go's ReplaceAllString does: `$1`, `${1}`, `$name` and `${name}` stand for groups (the
 * longest possible name, so `$1x` is the group `1x`; unknown ones are empty) and `$$` for a dollar. An empty match
 * right after another match is left alone.
 */
export function replaceAll(pattern: RE2JS, text: string, replacement: string, evaluation: Evaluation): string {
  const matcher = pattern.matcher(text);
  const names = pattern.namedGroups();
  const template = parseTemplate(replacement);
  const parts: string[] = [];
  let copiedTo = 0;
  let searchFrom = 0;
  while (searchFrom <= text.length && matcher.find(searchFrom)) {
    // Each search may look as far as the end before it settles for less, or it may not.
    evaluation.charge(1 + (text.length - searchFrom) / 1000);
    evaluation.look();
    const start = matcher.start();
    const end = matcher.end();
    parts.push(text.slice(copiedTo, start));
    if (end > copiedTo || start === 0) {
      for (const part of template) {
        if (typeof part === "string") parts.push(part);
        else parts.push(groupText(matcher, names, part.group));
      }
    }
    copiedTo = end;
    const width = (text.codePointAt(searchFrom) ?? 0) > 0xffff ? 2 : 1;
    searchFrom = Math.max(searchFrom + width, end);
  }
  parts.push(text.slice(copiedTo));
  return parts.join("");
}

function groupText(
  matcher: ReturnType<RE2JS["matcher"]>,
  names: Readonly<Record<string, number>>,
  name: string,
): string {
  const group = /^\d+$/.test(name) ? Number(name) : Object.hasOwn(names, name) ? names[name] : undefined;
  if (group === undefined || group > matcher.groupCount()) return "";
  return matcher.group(group) ?? "";
}

/** The literal texts and group names of a replacement; what is no well-formed reference stays as it is. */
function parseTemplate(replacement: string): readonly (string | { readonly group: string })[] {
  const parts: (string | { readonly group: string })[] = [];
  const reference = /\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu;
  let from = 0;
  for (const match of replacement.matchAll(reference)) {
    parts.push(replacement.slice(from, match.index));
    const group = match[2] ?? match[3];
    parts.push(match[1] !== undefined || group === undefined ? "$" : { group });
    from = match.index + match[0].length;
  }
  parts.push(replacement.slice(from));
  return parts;
}
