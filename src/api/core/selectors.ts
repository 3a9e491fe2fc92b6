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

/** Compiles a label selector such as `app=a,tier in (x,y),!old` (spec: kube-api, section 4). */
export function parseLabelSelector(text: string): Result<LabelMatcher, string> {
  const list = tokens(text);
  if (!list) return err(`unable to parse requirement: ${text}`);
  const matchers: LabelMatcher[] = [];
  let at = 0;
  const peek = (): string | undefined => list[at]?.text;
  while (at < list.length) {
    const negated = peek() === "!";
    if (negated) at++;
    const keyToken = list[at++];
    if (keyToken?.kind !== "word") {
      return err(`unable to parse requirement: found '${keyToken?.text ?? ""}', expected: identifier`);
    }
    const key = keyToken.text;
    const checked = checkKey(key);
    if (checked) return err(`unable to parse requirement: ${checked}`);
    const operator = peek();
    if (operator === undefined || operator === ",") {
      matchers.push(
        negated ? (labels) => matchOf(labels, key) === undefined : (labels) => matchOf(labels, key) !== undefined,
      );
    } else if (negated) {
      return err(`unable to parse requirement: found '${operator}', expected: ',' or 'end of string'`);
    } else if (operator === "in" || operator === "notin") {
      at++;
      if (list[at++]?.text !== "(")
        return err(`unable to parse requirement: found '${list[at - 1]?.text ?? ""}', expected: '('`);
      const values = new Set<string>();
      let last: string | undefined;
      while (at < list.length && peek() !== ")") {
        const token = list[at++]!;
        if (token.text === ",") {
          if (last === undefined || last === ",") values.add("");
        } else if (token.kind === "word") values.add(token.text);
        else return err(`unable to parse requirement: found '${token.text}', expected: ',', or ')'`);
        last = token.text;
      }
      if (list[at++]?.text !== ")") return err("unable to parse requirement: found '', expected: ',', or ')'");
      if (last === ",") values.add("");
      for (const value of values) {
        const bad = checkValue(key, value);
        if (bad) return err(`unable to parse requirement: ${bad}`);
      }
      matchers.push(
        operator === "in"
          ? (labels) => {
              const value = matchOf(labels, key);
              return value !== undefined && values.has(value);
            }
          : (labels) => {
              const value = matchOf(labels, key);
              return value === undefined || !values.has(value);
            },
      );
    } else if (operator === "=" || operator === "==" || operator === "!=" || operator === ">" || operator === "<") {
      at++;
      const next = list[at];
      const want = next?.kind === "word" ? next.text : "";
      if (next?.kind === "word") at++;
      else if (next && next.text !== ",") {
        return err(`unable to parse requirement: found '${next.text}', expected: identifier`);
      }
      const bad = checkValue(key, want);
      if (bad) return err(`unable to parse requirement: ${bad}`);
      if (operator === ">" || operator === "<") {
        if (!/^-?\d+$/.test(want)) {
          return err(
            `unable to parse requirement: values[0][${key}]: Invalid value: ${JSON.stringify(want)}: for 'Gt', 'Lt' operators, the value must be an integer`,
          );
        }
        const bound = BigInt(want);
        matchers.push((labels) => {
          const value = matchOf(labels, key);
          if (value === undefined || !/^-?\d+$/.test(value)) return false;
          return operator === ">" ? BigInt(value) > bound : BigInt(value) < bound;
        });
      } else if (operator === "!=") matchers.push((labels) => matchOf(labels, key) !== want);
      else matchers.push((labels) => matchOf(labels, key) === want);
    } else {
      return err(`unable to parse requirement: found '${operator}', expected: in, notin, =, ==, !=, gt, lt`);
    }
    if (at < list.length) {
      if (peek() !== ",")
        return err(`unable to parse requirement: found '${peek()}', expected: ',' or 'end of string'`);
      at++;
      if (at === list.length) return err("unable to parse requirement: found '', expected: identifier after ','");
    }
  }
  return ok((labels) => matchers.every((matcher) => matcher(labels)));
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
