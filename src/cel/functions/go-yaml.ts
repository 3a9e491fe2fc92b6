import {
  isAlias,
  isCollection,
  isScalar,
  isSeq,
  isMap as isYamlMap,
  type Node,
  type Pair,
  parseAllDocuments,
} from "yaml";
import { formatGoFloat, formatGoSyntax } from "../../json/go-print.ts";
import type { JsonValue } from "../../json/value.ts";
import { readWithLooseLines } from "../../json/yaml-continuation.ts";
import { err, ok, type Result } from "../../result.ts";
import type { Evaluation } from "../evaluation.ts";
import type { CelValue, JsonMap } from "../values.ts";
import { goYamlError, unconverted, YamlError, type YamlProblem } from "./go-yaml-errors.ts";
import { type Primitive, scalarValue } from "./go-yaml-scalar.ts";

/** A key as JSON has it: always text. `value` is shown when the key is none. */
function keyText(key: Primitive, value: CelValue): string {
  switch (typeof key) {
    case "string":
      return key;
    case "boolean":
      return String(key);
    case "bigint":
      if (key < 2n ** 63n) return String(key);
      throw new YamlError(
        `${unconverted} unsupported map key of type: uint64, key: 0x${key.toString(16)}, value: ${formatGoSyntax(value as JsonValue)}`,
      );
    case "number":
      return floatKey(Math.fround(key));
    default:
      throw new YamlError(
        `${unconverted} unsupported map key of type: %!s(<nil>), key: <nil>, value: ${formatGoSyntax(value as JsonValue)}`,
      );
  }
}

const specialFloats: ReadonlyMap<string, string> = new Map([
  ["NaN", ".nan"],
  ["Infinity", ".inf"],
  ["-Infinity", "-.inf"],
]);

/** A number of single precision with the fewest digits that tell it, as Go prints keys. */
function floatKey(single: number): string {
  for (let digits = 1; digits <= 9 && single !== 0 && Number.isFinite(single); digits++) {
    const rounded = Number(single.toPrecision(digits));
    if (Math.fround(rounded) === single) return formatGoFloat(rounded);
  }
  return specialFloats.get(String(single)) ?? formatGoFloat(single);
}

class Converter {
  readonly #anchors = new Map<string, Node>();
  readonly #text: string;
  readonly #evaluation: Evaluation;
  #depth = 0;

  constructor(text: string, evaluation: Evaluation) {
    this.#text = text;
    this.#evaluation = evaluation;
  }

  /** The value of a node; aliases are expanded, which the budget bounds. */
  value(node: Node | null | undefined): CelValue {
    this.#evaluation.charge(1);
    if (++this.#depth > 1000) throw new YamlError(`${unconverted} yaml: exceeded max depth of 1000`);
    const value = this.#value(node);
    this.#depth--;
    return value;
  }

  #value(node: Node | null | undefined): CelValue {
    if (node === null || node === undefined) return null;
    if (isAlias(node)) {
      return this.value(this.#anchored(node.source));
    }
    if ("anchor" in node && node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isScalar(node)) {
      const value = scalarValue(node, this.#text);
      if (typeof value === "number" && !Number.isFinite(value)) {
        const shown = Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        throw new YamlError(`${unconverted} json: unsupported value: ${shown}`);
      }
      // The document goes through JSON, where every number is a double.
      return typeof value === "bigint" ? Number(value) : value;
    }
    if (isSeq(node)) return node.items.map((item) => this.value(item as Node));
    return isYamlMap(node) ? this.#map(node.items as readonly Pair<Node, Node | null>[]) : null;
  }

  #map(pairs: readonly Pair<Node, Node | null>[]): JsonMap {
    const map: Record<string, CelValue> = Object.create(null);
    for (const { key, value } of pairs) {
      if (isScalar(key) && key.value === "<<" && key.type === "PLAIN") this.#merge(map, value);
      else {
        const keyValue = this.#key(key);
        const member = this.value(value);
        map[keyText(keyValue, member)] = member;
      }
    }
    return map;
  }

  #key(key: Node | null): Primitive {
    if (isAlias(key)) return this.#key(this.#anchored(key.source));
    if (key === null) return null;
    if (!isScalar(key))
      throw new YamlError(`${unconverted} yaml: invalid map key: ${formatGoSyntax(this.value(key) as JsonValue)}`);
    if (key.anchor !== undefined) this.#anchors.set(key.anchor, key);
    return scalarValue(key, this.#text);
  }

  #anchored(name: string): Node {
    if (!/^[\w-]+$/.test(name)) {
      throw new YamlError(`${unconverted} yaml: did not find expected alphabetic or numeric character`);
    }
    const target = this.#anchors.get(name);
    if (target === undefined) throw new YamlError(`${unconverted} yaml: unknown anchor '${name}' referenced`);
    return target;
  }

  /** `<<`: what is merged replaces what stands before it, and of several maps the first wins. */
  #merge(map: Record<string, CelValue>, merge: Node | null): void {
    const merged = this.value(merge);
    const sources = Array.isArray(merged) ? (merged as readonly CelValue[]) : [merged];
    for (const source of sources.toReversed()) {
      if (typeof source !== "object" || source === null || Array.isArray(source)) {
        throw new YamlError(`${unconverted} yaml: map merge requires map or sequence of maps as the value`);
      }
      for (const [key, value] of Object.entries(source as JsonMap)) map[key] = value;
    }
  }
}

/**
 * Whether something stands behind the document, which Go does not read: after a root in brackets or quotes, and where a
 * line is less indented than the root.
 */
function isBehind(text: string, root: Node | null, offset: number): boolean {
  const [start, end] = root?.range ?? [];
  if (start === undefined || end === undefined || offset < end) return false;
  if (isScalar(root)) return root.type === "QUOTE_DOUBLE" || root.type === "QUOTE_SINGLE";
  if (isCollection(root) && root.flow === true) return text[end - 1] === "]" || text[end - 1] === "}";
  const column = (at: number): number => at - (text.lastIndexOf("\n", at - 1) + 1);
  return column(offset) < column(start);
}

const refusedCharacter = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** What Go's reader does not take although it is YAML 1.2: most control characters, and directives but `%YAML 1.1`. */
function whatGoRefuses(text: string): string | undefined {
  if (refusedCharacter.test(text)) return "control characters are not allowed";
  const directives = /^(?:[ \t]*(?:#.*)?\n)*((?:%.*\n)+)---/.exec(text)?.[1] ?? "";
  for (const [, name, value] of directives.matchAll(/^%(\w+)[ \t]*(\S*)/gm)) {
    if (name === "YAML" && value !== "1.1") return "found incompatible YAML document";
    if (name !== "YAML" && name !== "TAG") return "found unknown directive name";
  }
  return undefined;
}

interface FirstDocument {
  /** The text that was read. */
  readonly source: string;
  readonly contents: Node | null;
  /** What Go finds wrong with it. */
  readonly errors: readonly YamlProblem[];
}

function firstDocument(source: string): FirstDocument {
  const documents = parseAllDocuments(source, {
    schema: "failsafe",
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "silent",
    strict: false,
    resolveKnownTags: false,
  });
  const document = "empty" in documents ? undefined : documents[0];
  if (document === undefined) return { source, contents: null, errors: [] };
  const contents = document.contents as Node | null;
  const [first] = document.errors;
  const isWrong = first !== undefined && !isBehind(source, contents, first.pos[0]);
  return { source, contents, errors: isWrong ? document.errors : [] };
}

/**
 * Reads the first YAML document as Go's YAML-to-JSON reader does: YAML 1.1 words and numbers, the last of repeated
 * keys, keys turned to text, every number a double (spec: event processing, section 8). An object or null is wanted.
 */
export function parseGoYaml(text: string, evaluation: Evaluation): Result<JsonMap, string> {
  // Reading takes some microseconds for each character.
  evaluation.charge(20 * text.length);
  const wrong = whatGoRefuses(text);
  if (wrong !== undefined) return err(`${unconverted} yaml: ${wrong}`);
  try {
    const { source, contents, errors } = readWithLooseLines(text, firstDocument, (read) => read.errors.length === 0);
    if (errors.length > 0) return err(`${unconverted} ${goYamlError(source, errors)}`);
    const value = new Converter(source, evaluation).value(contents);
    if (value === null) return ok(Object.create(null) as JsonMap);
    if (typeof value === "object" && !Array.isArray(value)) return ok(value as JsonMap);
    const kind = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
    return err(
      `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`,
    );
  } catch (error) {
    if (error instanceof YamlError) return err(error.message);
    if (error instanceof RangeError) return err(`${unconverted} yaml: exceeded max depth of 10000`);
    throw error;
  }
}
