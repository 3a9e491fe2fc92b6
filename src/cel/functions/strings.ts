import type { Evaluation } from "../evaluation.ts";
import { declare, type FunctionRow, noSuchOverload } from "../function-table.ts";
import { CelFailure, type CelValue, codePoints, type Outcome } from "../values.ts";
import { formatString } from "./format.ts";

function outOfRange(index: bigint): CelFailure {
  return new CelFailure(`index out of range: ${index}`);
}

/** The code points between two positions, as text. */
function between(chars: string | readonly string[], start: number, end: number): string {
  return typeof chars === "string" ? chars.slice(start, end) : chars.slice(start, end).join("");
}

/**
 * `string.charAt(int) -> string`
 *
 * - `'hello'.charAt(4)` is `'o'`
 * - `'hello'.charAt(5)` is `''`
 * - `'hello'.charAt(6)` fails with `index out of range: 6`
 */
function charAt(text: string, index: bigint, evaluation: Evaluation): Outcome {
  evaluation.charge(text.length / 100);
  const chars = codePoints(text);
  if (index < 0n || index > chars.length) return outOfRange(index);
  return chars[Number(index)] ?? "";
}

function startsAt(chars: string | readonly string[], part: string | readonly string[], at: number): boolean {
  for (let i = 0; i < part.length; i++) if (chars[at + i] !== part[i]) return false;
  return true;
}

/**
 * `string.indexOf(string) -> int`, `string.indexOf(string, int) -> int`: the first place, from the given one on, or -1.
 *
 * - `'hello mellow'.indexOf('ello')` is `1`
 * - `'hello mellow'.indexOf('ello', 2)` is `7`
 * - `'hello mellow'.indexOf('', 2)` is `2`
 * - `'hello'.indexOf('jello')` is `-1`
 * - `'hello'.indexOf('l', -1)` fails with `index out of range: -1`
 */
function indexOf(text: string, part: string, ...rest: readonly (bigint | Evaluation)[]): Outcome {
  charge(rest, text.length + part.length);
  const from = typeof rest[0] === "bigint" ? rest[0] : 0n;
  const chars = codePoints(text);
  if (part === "") return from < 0n ? outOfRange(from) : from > chars.length ? BigInt(chars.length) : from;
  if (from < 0n) return outOfRange(from);
  if (from > chars.length) return -1n;
  if (typeof chars === "string") return BigInt(chars.indexOf(part, Number(from)));
  const wanted = [...part];
  for (let at = Number(from); at + wanted.length <= chars.length; at++) {
    if (startsAt(chars, wanted, at)) return BigInt(at);
  }
  return -1n;
}

/** The evaluation is the last argument, whatever the overload. */
function charge(rest: readonly unknown[], size: number): void {
  (rest.at(-1) as Evaluation).charge(size / 100);
}

/**
 * `string.lastIndexOf(string) -> int`, `string.lastIndexOf(string, int) -> int`: the last place, at most the given one,
 * or -1; a place behind the string finds nothing.
 *
 * - `'hello mellow'.lastIndexOf('ello')` is `7`
 * - `'hello mellow'.lastIndexOf('ello', 6)` is `1`
 * - `'hello mellow'.lastIndexOf('')` is `12`
 * - `'hello mellow'.lastIndexOf('ello', 20)` is `-1`
 * - `'hello mellow'.lastIndexOf('ello', -1)` fails with `index out of range: -1`
 */
function lastIndexOf(text: string, part: string, ...rest: readonly (bigint | Evaluation)[]): Outcome {
  charge(rest, text.length + part.length);
  const chars = codePoints(text);
  const length = BigInt(chars.length);
  const last = typeof rest[0] === "bigint" ? rest[0] : length;
  if (last < 0n) return outOfRange(last);
  if (part === "") return last > length ? length : last;
  if (typeof rest[0] === "bigint" && last >= length) return -1n;
  const wanted = [...part];
  for (let at = Math.min(Number(last), chars.length - wanted.length); at >= 0; at--) {
    if (startsAt(chars, wanted, at)) return BigInt(at);
  }
  return -1n;
}

/**
 * `string.lowerAscii() -> string`: only A to Z are changed.
 *
 * - `'TacoCÆt'.lowerAscii()` is `'tacocÆt'`
 */
function lowerAscii(text: string, evaluation: Evaluation): Outcome {
  evaluation.charge(text.length / 100);
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/**
 * `string.upperAscii() -> string`: only a to z are changed.
 *
 * - `'TacoCæt'.upperAscii()` is `'TACOCæT'`
 */
function upperAscii(text: string, evaluation: Evaluation): Outcome {
  evaluation.charge(text.length / 100);
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/**
 * `string.replace(string, string) -> string`, `string.replace(string, string, int) -> string`: all occurrences, or the
 * first so many; a negative limit is none. An empty text to replace is found before each character and at the end.
 *
 * - `'hello hello'.replace('he', 'we')` is `'wello wello'`
 * - `'hello hello'.replace('he', 'we', 1)` is `'wello hello'`
 * - `'ab'.replace('', '-')` is `'-a-b-'`
 */
function replace(text: string, old: string, by: string, ...rest: readonly (bigint | Evaluation)[]): Outcome {
  const limit = typeof rest[0] === "bigint" ? rest[0] : -1n;
  const evaluation = rest.at(-1) as Evaluation;
  if (limit === 0n || old === by) return text;
  const pieces = old === "" ? ["", ...codePoints(text), ""] : text.split(old);
  const found = pieces.length - 1;
  const count = limit < 0n || limit > found ? found : Number(limit);
  evaluation.chargeText(text.length + count * Math.max(0, by.length - old.length));
  const head = pieces.slice(0, count + 1).join(by);
  return count === found ? head : head + old + pieces.slice(count + 1).join(old);
}

/**
 * `string.split(string) -> list(string)`, `string.split(string, int) -> list(string)`: at most so many pieces, the last
 * one with the rest; 0 gives none, a negative limit is none.
 *
 * - `'a,b,c'.split(',')` is `['a', 'b', 'c']`
 * - `'a,b,c'.split(',', 2)` is `['a', 'b,c']`
 * - `'a,b,c'.split(',', 0)` is `[]`
 * - `'abc'.split('')` is `['a', 'b', 'c']`
 */
function split(text: string, separator: string, ...rest: readonly (bigint | Evaluation)[]): Outcome {
  const limit = typeof rest[0] === "bigint" ? rest[0] : -1n;
  const evaluation = rest.at(-1) as Evaluation;
  if (limit === 0n) return [];
  evaluation.chargeText(text.length);
  const pieces = separator === "" ? [...text] : text.split(separator);
  evaluation.chargeList(pieces.length);
  if (limit < 0n || limit >= pieces.length) return pieces;
  const head = pieces.slice(0, Number(limit) - 1);
  return [...head, pieces.slice(Number(limit) - 1).join(separator)];
}

/**
 * `string.substring(int) -> string`, `string.substring(int, int) -> string`: from a position, up to another.
 *
 * - `'tacocat'.substring(4)` is `'cat'`
 * - `'tacocat'.substring(0, 4)` is `'taco'`
 * - `'tacocat'.substring(2, 1)` fails with `invalid substring range. start: 2, end: 1`
 * - `'tacocat'.substring(8)` fails with `index out of range: 8`
 */
function substring(text: string, start: bigint, ...rest: readonly (bigint | Evaluation)[]): Outcome {
  charge(rest, text.length);
  const chars = codePoints(text);
  const length = BigInt(chars.length);
  const end = typeof rest[0] === "bigint" ? rest[0] : length;
  if (typeof rest[0] === "bigint" && start > end) {
    return new CelFailure(`invalid substring range. start: ${start}, end: ${end}`);
  }
  if (start < 0n || start > length) return outOfRange(start);
  if (end < 0n || end > length) return outOfRange(end);
  return between(chars, Number(start), Number(end));
}

// Unicode's White_Space, which lacks U+FEFF that JavaScript trims and has U+0085 that it does not.
const leadingSpace = /^\p{White_Space}+/u;
const trailingSpace = /\p{White_Space}$/u;

/**
 * `string.trim() -> string`: without Unicode white space at both ends.
 *
 * - `'  \ttrim\n '.trim()` is `'trim'`
 */
function trim(text: string, evaluation: Evaluation): Outcome {
  evaluation.charge(text.length / 100);
  const rest = text.replace(leadingSpace, "");
  let end = rest.length;
  while (end > 0 && trailingSpace.test(rest.slice(end - 1, end))) end--;
  return rest.slice(0, end);
}

/**
 * `list(string).join() -> string`, `list(string).join(string) -> string`
 *
 * - `['a', 'b'].join()` is `'ab'`
 * - `['a', 'b'].join(', ')` is `'a, b'`
 * - `dyn([1]).join(',')` fails with `no such overload: join(list, string)`
 */
function join(list: readonly CelValue[], ...rest: readonly (string | Evaluation)[]): Outcome {
  const separator = typeof rest[0] === "string" ? rest[0] : "";
  const evaluation = rest.at(-1) as Evaluation;
  let size = 0;
  for (const element of list) {
    if (typeof element !== "string") return noSuchOverload("join", rest.length > 1 ? [list, separator] : [list]);
    size += element.length + separator.length;
  }
  evaluation.chargeText(size + list.length);
  return list.join(separator);
}

/**
 * `string.reverse() -> string`: code point by code point.
 *
 * - `'gums'.reverse()` is `'smug'`
 */
function reverse(text: string, evaluation: Evaluation): Outcome {
  evaluation.chargeText(text.length);
  return [...text].reverse().join("");
}

const quoted: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  '"': '\\"',
};

/**
 * `strings.quote(string) -> string`: in double quotes, with backslashes before what needs them.
 *
 * - `strings.quote('a"b\n')` is `'"a\\"b\\n"'`
 */
function quote(text: string, evaluation: Evaluation): Outcome {
  evaluation.chargeText(text.length * 2);
  return `"${text.toWellFormed().replace(/[\x07\b\f\n\r\t\v\\"]/g, (char) => quoted[char] ?? char)}"`;
}

/**
 * `string.format(list(dyn)) -> string`: clauses `%s %d %f %e %b %o %x %X %%`; `%.2f` and `%.2e` set the precision.
 *
 * - `'%s is %d'.format(['x', 2])` is `'x is 2'`
 * - `'%.2f'.format([3.14159])` is `'3.14'`
 * - `'%x'.format(['hello'])` is `'68656c6c6f'`
 * - `('%s %s' + '').format(['a'])` fails with `index 1 out of range`
 */
function format(template: string, args: readonly CelValue[], evaluation: Evaluation): Outcome {
  return formatString(template, args, evaluation);
}

const rows: readonly FunctionRow[] = [
  ["string.charAt(int) -> string", charAt],
  ["string.indexOf(string) -> int", indexOf],
  ["string.indexOf(string, int) -> int", indexOf],
  ["string.lastIndexOf(string) -> int", lastIndexOf],
  ["string.lastIndexOf(string, int) -> int", lastIndexOf],
  ["string.lowerAscii() -> string", lowerAscii],
  ["string.upperAscii() -> string", upperAscii],
  ["string.replace(string, string) -> string", replace],
  ["string.replace(string, string, int) -> string", replace],
  ["string.split(string) -> list(string)", split],
  ["string.split(string, int) -> list(string)", split],
  ["string.substring(int) -> string", substring],
  ["string.substring(int, int) -> string", substring],
  ["string.trim() -> string", trim],
  ["list(string).join() -> string", join],
  ["list(string).join(string) -> string", join],
  ["string.reverse() -> string", reverse],
  ["strings.quote(string) -> string", quote],
  ["string.format(list(dyn)) -> string", format],
];

/** The strings library. */
export const strings = declare(rows, { isGuarded: true });
