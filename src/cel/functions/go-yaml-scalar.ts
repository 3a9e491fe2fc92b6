import type { Scalar } from "yaml";
import { utf8Text } from "../../json/utf8-bytes.ts";
import { parseGoFloat } from "./conversions.ts";
import { goYamlError, unconverted, YamlError } from "./go-yaml-errors.ts";

const words: ReadonlyMap<string, null | boolean | number> = new Map<string, null | boolean | number>([
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map((word) => [word, true] as const),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map((word) => [word, false] as const),
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, Number.NaN] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...["-.inf", "-.Inf", "-.INF"].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);

/** An integer in any base that a prefix names, as Go reads base 0, within 64 bits. */
function parseInteger(text: string): bigint | undefined {
  const match = /^([+-]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/.exec(text);
  if (match === null) return undefined;
  const digits = match[2] ?? "0";
  const magnitude = /^0[0-7]+$/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits.toLowerCase());
  const value = match[1] === "-" ? -magnitude : magnitude;
  return value < -(2n ** 63n) || value >= 2n ** 64n ? undefined : value;
}

/** What an unquoted scalar stands for: YAML 1.1 words and numbers, else text. */
function plainValue(text: string): null | boolean | number | bigint | string {
  const word = words.get(text);
  if (word !== undefined) return word;
  const first = text[0] ?? "";
  if (first === ".") return parseGoFloat(text) ?? text;
  if (!/[0-9+-]/.test(first)) return text;
  const digits = text.replaceAll("_", "");
  const integer = parseInteger(digits);
  if (integer !== undefined) return integer;
  if (!/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(digits)) return text;
  return parseGoFloat(digits) ?? text;
}

export type Primitive = null | boolean | number | bigint | string;

const coreTag = "tag:yaml.org,2002:";

/** What a plain value is called when it is not what its tag says. */
function kindOfPlain(value: Primitive): string {
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "bigint":
      return "int";
    case "number":
      return "float";
    default:
      return value === null ? "null" : "str";
  }
}

/** The value of a scalar whose tag names its type. */
function taggedValue(text: string, type: string): Primitive {
  const value = plainValue(text);
  const kind = kindOfPlain(value);
  if (type === "float" && typeof value === "bigint") return Number(value);
  if (type === "timestamp" && isTimestamp(text)) return text;
  if (kind === type) return value;
  throw new YamlError(`${unconverted} yaml: cannot decode !!${kind} \`${text}\` as a !!${type}`);
}

function isTimestamp(text: string): boolean {
  return /^\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|[ \t]+)\d{1,2}:\d\d:\d\d(?:\.\d*)?(?:Z|[ \t]*[-+]\d\d?(?::\d\d)?)?)?$/.test(
    text,
  );
}

function binaryText(text: string): string {
  const digits = text.replace(/[\r\n]/g, "");
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(digits)) {
    throw new YamlError(`${unconverted} yaml: !!binary value contains invalid base64 data`);
  }
  // Bytes that are no UTF-8 do not survive JSON.
  return utf8Text(Uint8Array.from(Buffer.from(digits, "base64"))).toWellFormed();
}

/** Escapes of JSON that YAML 1.1 lacks: a slash, and halves of a surrogate pair. */
function refuseEscapes(source: string, start: number, end: number): void {
  for (const found of source.slice(start, end).matchAll(/\\(?:(\/)|u[dD][89a-fA-F]|.)/g)) {
    if (found[0].length === 2 && found[1] === undefined) continue;
    const code = found[1] === undefined ? "BAD_SURROGATE" : "BAD_DQ_ESCAPE";
    const problem = { code, message: "", pos: [start + found.index, end] } as const;
    throw new YamlError(`${unconverted} ${goYamlError(source, [problem])}`);
  }
}

/** The characters of a scalar. A block whose last line is not ended has no line break there. */
function textOf({ value, type, range }: Scalar, source: string): string {
  const text = typeof value === "string" ? value : String(value ?? "");
  if (type === "QUOTE_DOUBLE" && range) refuseEscapes(source, range[0], range[1]);
  const isBlock = type === "BLOCK_LITERAL" || type === "BLOCK_FOLDED";
  const isUnended = isBlock && !source.endsWith("\n") && (range?.[1] ?? 0) >= source.length;
  return isUnended && text.endsWith("\n") ? text.slice(0, -1) : text;
}

/**
 * What a scalar stands for to Go: YAML 1.1 words and numbers when it is plain, else text; its tag may say otherwise.
 * `source` is the text that the node was read from.
 */
export function scalarValue(node: Scalar, source: string): Primitive {
  const text = textOf(node, source);
  const { tag } = node;
  if (tag === undefined || tag === "?") {
    return node.type === "PLAIN" || node.type === undefined ? plainValue(text) : text;
  }
  const type = tag.startsWith(coreTag) ? tag.slice(coreTag.length) : "";
  switch (type) {
    case "binary":
      return binaryText(text);
    case "float":
    case "int":
    case "bool":
    case "null":
    case "timestamp":
      return taggedValue(text, type);
    default:
      return text;
  }
}
