import { err, ok, type Result } from "../../result.ts";

/** Whether labels match. */
export type LabelMatcher = (labels: Readonly<Record<string, string>>) => boolean;

type Token = { readonly text: string; readonly kind: "word" | "symbol" };

function tokens(text: string): readonly Token[] | undefined {
  const found: Token[] = [];
  const pattern = /\s*(==|!=|[=!(),<>]|[^\s=!(),<>]+)/y;
  let at = 0;
  while (at < text.length) {
    if (text.slice(at).trim() === "") break;
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) return undefined;
    found.push({ text: match[1]!, kind: /^[=!(),<>]/.test(match[1]!) ? "symbol" : "word" });
    at = pattern.lastIndex;
  }
  return found;
}

function matchOf(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

const qualifiedName = /^(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const labelValue = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

class SelectorError extends Error {}

/** Reads tokens one after the other; past the end all are empty. */
class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length;
  }

  peek(): string {
    return this.#tokens[this.#at]?.text ?? "";
  }

  peekIsWord(): boolean {
    return this.#tokens[this.#at]?.kind === "word";
  }

  next(): string {
    return this.#tokens[this.#at++]?.text ?? "";
  }
}

/** Compiles a label selector such as `app=a,tier in (x,y),!old` (spec: kube-api, section 4). */
export function parseLabelSelector(text: string): Result<LabelMatcher, string> {
  const list = tokens(text);
  if (!list) return err(`unable to parse requirement: ${text}`);
  const reader = new Reader(list);
  const matchers: LabelMatcher[] = [];
  while (!reader.done) {
    if (!reader.peekIsWord() && reader.peek() !== "!") {
      return err(`found '${reader.peek()}', expected: !, identifier, or 'end of string'`);
    }
    try {
      matchers.push(readRequirement(reader));
    } catch (error) {
      if (error instanceof SelectorError) return err(`unable to parse requirement: ${error.message}`);
      throw error;
    }
    if (reader.done) break;
    const separator = reader.next();
    if (separator !== ",") return err(`found '${separator}', expected: ',' or 'end of string'`);
    if (!reader.peekIsWord() && reader.peek() !== "!") {
      return err(`found '${reader.peek()}', expected: identifier after ','`);
    }
  }
  return ok((labels) => matchers.every((matcher) => matcher(labels)));
}

function readRequirement(reader: Reader): LabelMatcher {
  const negated = reader.peek() === "!";
  if (negated) reader.next();
  if (!reader.peekIsWord()) throw new SelectorError(`found '${reader.peek()}', expected: identifier`);
  const key = reader.next();
  const bad = checkKey(key);
  if (bad !== undefined) throw new SelectorError(bad);
  if (negated) return (labels) => matchOf(labels, key) === undefined;
  if (reader.done || reader.peek() === ",") return (labels) => matchOf(labels, key) !== undefined;
  const operator = reader.next();
  switch (operator) {
    case "in":
    case "notin": {
      const values = readValues(reader);
      for (const value of values) checked(key, value);
      return (labels) => {
        const value = matchOf(labels, key);
        return operator === "in" ? value !== undefined && values.has(value) : value === undefined || !values.has(value);
      };
    }
    case "=":
    case "==":
    case "!=": {
      const want = readExactValue(reader);
      checked(key, want);
      return (labels) => (matchOf(labels, key) === want) === (operator !== "!=");
    }
    case ">":
    case "<": {
      const want = readExactValue(reader);
      if (!/^-?\d+$/.test(want)) {
        throw new SelectorError(
          `values[0]: Invalid value: ${JSON.stringify(want)}: for 'Gt', 'Lt' operators, the value must be an integer`,
        );
      }
      const bound = BigInt(want);
      return (labels) => {
        const value = matchOf(labels, key);
        if (value === undefined || !/^-?\d+$/.test(value)) return false;
        return operator === ">" ? BigInt(value) > bound : BigInt(value) < bound;
      };
    }
    default:
      throw new SelectorError(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`);
  }
}

function readExactValue(reader: Reader): string {
  if (reader.done || reader.peek() === ",") return "";
  if (!reader.peekIsWord()) throw new SelectorError(`found '${reader.peek()}', expected: identifier`);
  return reader.next();
}

function readValues(reader: Reader): ReadonlySet<string> {
  const open = reader.next();
  if (open !== "(") throw new SelectorError(`found '${open}' expected: '('`);
  const values = new Set<string>();
  if (reader.peek() === ")") {
    reader.next();
    return values.add("");
  }
  if (!reader.peekIsWord() && reader.peek() !== ",") {
    throw new SelectorError(`found '${reader.peek()}', expected: ',', ')' or identifier`);
  }
  for (;;) {
    // A comma without a value before or after it stands for the empty value.
    if (reader.peekIsWord()) values.add(reader.next());
    else values.add("");
    const separator = reader.next();
    if (separator === ")") return values;
    if (separator !== ",") throw new SelectorError(`found '${separator}', expected: ',' or ')'`);
  }
}

function checked(key: string, value: string): void {
  const bad = checkValue(key, value);
  if (bad !== undefined) throw new SelectorError(bad);
}

function checkKey(key: string): string | undefined {
  if (qualifiedName.test(key)) return undefined;
  return `<nil>: Invalid value: ${JSON.stringify(key)}: name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`;
}

function checkValue(key: string, value: string): string | undefined {
  if (value.length > 63) {
    return `values[0][${key}]: Invalid value: ${JSON.stringify(value)}: must be no more than 63 bytes`;
  }
  if (labelValue.test(value)) return undefined;
  return `values[0][${key}]: Invalid value: ${JSON.stringify(value)}: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`;
}

/** One term of a field selector. */
export interface FieldTerm {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

/** Reads a field selector such as `metadata.name=a,status.phase!=Running`. */
export function parseFieldSelector(text: string): Result<readonly FieldTerm[], string> {
  const terms: FieldTerm[] = [];
  for (const part of text.split(/(?<!\\),/)) {
    if (part === "") continue;
    const match = /^([^=!]*)(!=|==|=)(.*)$/s.exec(part);
    if (!match) return err(`invalid selector: '${text}'; can't understand '${part}'`);
    terms.push({
      field: match[1]!,
      equal: match[2] !== "!=",
      value: match[3]!.replaceAll(/\\([\\,=])/g, "$1"),
    });
  }
  return ok(terms);
}
