import {
  isAlias,
  isScalar,
  isSeq,
  isMap as isYamlMap,
  type Node,
  type Pair,
  parseAllDocuments,
  type Scalar,
} from "yaml";
import { formatGoFloat } from "../../json/go-print.ts";
import { err, ok, type Result } from "../../result.ts";
import type { Evaluation } from "../evaluation.ts";
import { utf8Text } from "../utf8.ts";
import type { CelValue, JsonMap } from "../values.ts";
import { parseGoFloat } from "./conversions.ts";
import { goYamlError } from "./go-yaml-errors.ts";

/** A document that cannot be read; caught at the door. */
class YamlError extends Error {}

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

type Primitive = null | boolean | number | bigint | string;

function scalarValue(node: Scalar): Primitive {
  // Bytes that are no UTF-8 do not survive JSON.
  if (node.value instanceof Uint8Array) return utf8Text(node.value).toWellFormed();
  const text = typeof node.value === "string" ? node.value : String(node.value ?? "");
  const tag = node.tag;
  if (tag === undefined || tag === "?")
    return node.type === "PLAIN" || node.type === undefined ? plainValue(text) : text;
  switch (tag) {
    case "tag:yaml.org,2002:str":
    case "!":
      return text;
    case "tag:yaml.org,2002:binary":
      return utf8Text(Uint8Array.from(Buffer.from(text, "base64"))).toWellFormed();
    case "tag:yaml.org,2002:float": {
      const value = plainValue(text);
      return typeof value === "bigint" ? Number(value) : value;
    }
    case "tag:yaml.org,2002:int":
    case "tag:yaml.org,2002:bool":
    case "tag:yaml.org,2002:null":
      return plainValue(text);
    default:
      return node.type === "PLAIN" ? plainValue(text) : text;
  }
}

/** A key as JSON has it: always text. */
function keyText(value: CelValue | Primitive): string {
  switch (typeof value) {
    case "string":
      return value;
    case "boolean":
    case "bigint":
      return String(value);
    case "number":
      return Number.isFinite(value)
        ? formatGoFloat(value)
        : Number.isNaN(value)
          ? ".nan"
          : value > 0
            ? ".inf"
            : "-.inf";
    default:
      throw new YamlError("error converting YAML to JSON: unsupported map key of type: %!s(<nil>), key: <nil>");
  }
}

class Converter {
  readonly #anchors = new Map<string, Node>();
  readonly #evaluation: Evaluation;
  #depth = 0;

  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation;
  }

  /** The value of a node; aliases are expanded, which the budget bounds. */
  value(node: Node | null | undefined): CelValue {
    this.#evaluation.charge(1);
    if (++this.#depth > 1000) throw new YamlError("error converting YAML to JSON: yaml: exceeded max depth of 1000");
    const value = this.#value(node);
    this.#depth--;
    return value;
  }

  #value(node: Node | null | undefined): CelValue {
    if (node === null || node === undefined) return null;
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (!target)
        throw new YamlError(`error converting YAML to JSON: yaml: unknown anchor '${node.source}' referenced`);
      return this.value(target);
    }
    if ("anchor" in node && node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isScalar(node)) {
      const value = scalarValue(node);
      if (typeof value === "number" && !Number.isFinite(value)) {
        const shown = Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        throw new YamlError(`error converting YAML to JSON: json: unsupported value: ${shown}`);
      }
      // The document goes through JSON, where every number is a double.
      return typeof value === "bigint" ? Number(value) : value;
    }
    if (isSeq(node)) return node.items.map((item) => this.value(item as Node));
    return isYamlMap(node) ? this.#map(node.items as readonly Pair<Node, Node | null>[]) : null;
  }

  #map(pairs: readonly Pair<Node, Node | null>[]): JsonMap {
    const map: Record<string, CelValue> = Object.create(null);
    const merges: (Node | null)[] = [];
    for (const { key, value } of pairs) {
      if (isScalar(key) && key.value === "<<" && key.type === "PLAIN") merges.push(value);
      else map[this.#key(key)] = this.value(value);
    }
    for (const merge of merges) this.#merge(map, merge);
    return map;
  }

  #key(key: Node | null): string {
    if (isAlias(key)) return this.#key(this.#anchors.get(key.source) ?? null);
    if (!isScalar(key)) throw new YamlError("error converting YAML to JSON: yaml: invalid map key");
    if (key.anchor !== undefined) this.#anchors.set(key.anchor, key);
    return keyText(scalarValue(key));
  }

  /** `<<`: what the map does not have itself comes from the merged ones, the first of them first. */
  #merge(map: Record<string, CelValue>, merge: Node | null): void {
    const merged = this.value(merge);
    const sources = Array.isArray(merged) ? (merged as readonly CelValue[]) : [merged];
    for (const source of sources) {
      if (typeof source !== "object" || source === null || Array.isArray(source)) {
        throw new YamlError(
          "error converting YAML to JSON: yaml: map merge requires map or sequence of maps as the value",
        );
      }
      for (const [key, value] of Object.entries(source as JsonMap)) if (!Object.hasOwn(map, key)) map[key] = value;
    }
  }
}

/**
 * Reads the first YAML document as Go's YAML-to-JSON reader does: YAML 1.1 words and numbers, the last of repeated
 * keys, keys turned to text, every number a double (spec: event processing, section 8). An object or null is wanted.
 */
export function parseGoYaml(text: string, evaluation: Evaluation): Result<JsonMap, string> {
  evaluation.charge(text.length);
  try {
    const [document] = parseAllDocuments(text, {
      schema: "failsafe",
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: "silent",
      strict: false,
    }) as readonly ReturnType<typeof parseAllDocuments>[number][];
    if (document === undefined || !("contents" in document)) return ok(Object.create(null) as JsonMap);
    if (document.errors.length > 0) {
      return err(`error converting YAML to JSON: ${goYamlError(text, document.errors)}`);
    }
    const value = new Converter(evaluation).value(document.contents as Node | null);
    if (value === null) return ok(Object.create(null) as JsonMap);
    if (typeof value === "object" && !Array.isArray(value)) return ok(value as JsonMap);
    const kind = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
    return err(
      `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`,
    );
  } catch (error) {
    if (error instanceof YamlError) return err(error.message);
    if (error instanceof RangeError) return err("error converting YAML to JSON: yaml: exceeded max depth of 10000");
    throw error;
  }
}
