import { err, ok, type Result } from "../result.ts";
import { encodeGoString } from "./go-encode.ts";
import { type LosslessJson, readLossless } from "./lossless.ts";

/** Largest sum of the array indexes of a path: every gap that they leave is filled with null. */
const maxIndex = 100_000;

/** One name or index of a path. */
interface Segment {
  readonly name: string;
  /** Written `:name`: a digits part that is an object key where something must be created. */
  readonly isForcedKey: boolean;
}

/**
 * Writes raw JSON at a path of a JSON text and answers the new text; everything else keeps its bytes. Paths are those
 * of CEL overlay keys: `a.b` nests, `\.` is a dot, digits make or index an array (gaps are null), `-1` appends, `:5` is
 * an object key; a path with an unescaped `* ? # | @` only overwrites what it matches (spec: event processing,
 * section 8). A scalar in the way is replaced. Text that is not JSON counts as a scalar.
 *
 * Errors are the cause alone, such as `path cannot be empty`.
 */
export function setRawJson(text: string, path: string, raw: string): Result<string, string> {
  if (path === "") return err("path cannot be empty");
  const read = text.trim() === "" ? undefined : readLossless(text);
  const root = read?.ok ? read.value : undefined;
  const segments = parsePath(path);
  if (!segments) return ok(root ? overwriteMatches(text, root, path, raw) : text);
  const gaps = segments.reduce((sum, segment) => sum + (indexOf(segment) ?? 0), 0);
  if (gaps > maxIndex) return err(`array indexes add up to more than ${maxIndex}`);
  if (!root) return insertInto(read === undefined ? "" : text, undefined, segments, raw);

  let node = root;
  for (let depth = 0; ; depth++) {
    const child = childNamed(node, (segments[depth] as Segment).name);
    if (!child) {
      const grown = insertInto(text.slice(node.start, node.end), node, segments.slice(depth), raw);
      if (!grown.ok) return grown;
      // A scalar at the root goes with the white space around it.
      const whole = node === root && node.kind !== "object" && node.kind !== "array";
      return ok(whole ? grown.value : splice(text, node, grown.value));
    }
    if (depth === segments.length - 1) return ok(splice(text, child, raw));
    node = child;
  }
}

function splice(text: string, at: LosslessJson, raw: string): string {
  return text.slice(0, at.start) + raw + text.slice(at.end);
}

/** The parts of a plain path; undefined when it holds a matching character. */
function parsePath(path: string): readonly Segment[] | undefined {
  const segments: Segment[] = [];
  let name = "";
  let isForcedKey = false;
  let isStart = true;
  for (let at = 0; at < path.length; at++) {
    const char = path[at] as string;
    if (isStart && char === ":") {
      isForcedKey = true;
    } else if (char === ".") {
      segments.push({ name, isForcedKey });
      name = "";
      isForcedKey = false;
      isStart = true;
      continue;
    } else if (char === "\\") {
      at++;
      name += path[at] ?? "";
    } else if ("|#@*?".includes(char)) {
      return undefined;
    } else {
      name += char;
    }
    isStart = false;
  }
  segments.push({ name, isForcedKey });
  return segments;
}

/** The array index that a part stands for: digits only, and the empty part is 0. */
function indexOf({ name, isForcedKey }: Segment): number | undefined {
  return !isForcedKey && /^[0-9]*$/.test(name) ? Number(name) : undefined;
}

function isAppend({ name, isForcedKey }: Segment): boolean {
  return name === "-1" && !isForcedKey;
}

/** The member of that name (the first, if repeated) or the item of that index. */
function childNamed(node: LosslessJson, name: string): LosslessJson | undefined {
  if (node.kind === "object") return node.members.find((member) => member.key === name)?.value;
  if (node.kind === "array" && /^[0-9]+$/.test(name)) return node.items[Number(name)];
  return undefined;
}

/** The text of a value once the path, of which it has not even the first part, is in it. */
function insertInto(
  text: string,
  node: LosslessJson | undefined,
  segments: readonly Segment[],
  raw: string,
): Result<string, string> {
  const first = segments[0] as Segment;
  const index = indexOf(first);
  if (node?.kind !== "object" && node?.kind !== "array") {
    // Nothing yet: `-1` appends to a new array only below another part.
    return ok(
      index === undefined ? `{${member(segments, raw)}}` : `[${"null,".repeat(index)}${nested(segments, raw)}]`,
    );
  }
  if (node.kind === "object") {
    const separator = node.members.length > 0 ? "," : "";
    return ok(`${text.slice(0, -1)}${separator}${member(segments, raw)}}`);
  }
  if (isAppend(first)) {
    return ok(`${text.slice(0, -1)}${node.items.length > 0 ? "," : ""}${nested(segments, raw)}]`);
  }
  if (index === undefined) return err(`cannot set array element for non-numeric key '${first.name}'`);
  const items = node.items.map((item) => text.slice(item.start - node.start, item.end - node.start));
  while (items.length < index) items.push("null");
  return ok(`[${[...items, nested(segments, raw)].join(",")}]`);
}

/** `"name":value` for the first part, the rest of the path within. */
function member(segments: readonly Segment[], raw: string): string {
  const { name } = segments[0] as Segment;
  const key = /^[ !#-[\]-\x7f]*$/.test(name) ? `"${name}"` : encodeGoString(name);
  return `${key}:${nested(segments, raw)}`;
}

/** What stands at the first part: the raw value, or what the rest of the path makes around it. */
function nested(segments: readonly Segment[], raw: string): string {
  let open = "";
  let close = "";
  for (const segment of segments.slice(1)) {
    const index = isAppend(segment) ? 0 : indexOf(segment);
    if (index === undefined) {
      open += `{${member([segment], "")}`;
      close = `}${close}`;
    } else {
      open += `[${"null,".repeat(index)}`;
      close = `]${close}`;
    }
  }
  return open + raw + close;
}

/** Overwrites the values that a path with matching characters finds; none is created. */
function overwriteMatches(text: string, root: LosslessJson, path: string, raw: string): string {
  // What stands behind a pipe is a new document, which has no place in this one.
  if (/(?:^|[^\\])\|/.test(path)) return text;
  const parts = path.split(/(?<!\\)\./);
  let result = text;
  for (const found of matches(root, parts).sort((a, b) => b.start - a.start)) result = splice(result, found, raw);
  return result;
}

function matches(node: LosslessJson, parts: readonly string[]): LosslessJson[] {
  const [part, ...rest] = parts as [string, ...string[]];
  if (node.kind === "array" && part === "#") {
    // Alone it is the number of items, which has no place in the text.
    return rest.length === 0 ? [] : node.items.flatMap((item) => matches(item, rest));
  }
  const found =
    node.kind === "object"
      ? node.members.find(({ key }) => matchesGlob(key, part))?.value
      : childNamed(node, part.replace(/^:/, ""));
  if (!found) return [];
  return rest.length === 0 ? [found] : matches(found, rest);
}

/** Whether the name matches a pattern of `*`, `?` and escaped characters, in time linear in each star's reach. */
function matchesGlob(name: string, pattern: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let resume = 0;
  while (at < name.length) {
    const token = pattern[inPattern];
    const wanted = token === "\\" ? pattern[inPattern + 1] : token;
    if (token === "*") {
      star = inPattern++;
      resume = at;
    } else if (token !== undefined && (token === "?" || wanted === name[at])) {
      inPattern += token === "\\" ? 2 : 1;
      at++;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++resume;
    } else return false;
  }
  while (pattern[inPattern] === "*") inPattern++;
  return inPattern >= pattern.length;
}
