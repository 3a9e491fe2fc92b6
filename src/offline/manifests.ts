import { type Document, isMap, isNode, isScalar, LineCounter, parseAllDocuments, visit } from "yaml";
import type { K8sObject } from "../api/object.ts";
import { goYamlTags } from "../json/go-yaml-tags.ts";
import { isJsonObject, type JsonValue, member } from "../json/value.ts";
import { readWithLooseLines } from "../json/yaml-continuation.ts";
import { err, ok, type Result } from "../result.ts";

/** An object of a manifest file, and where in it it stands. */
export interface Manifest {
  readonly object: K8sObject;
  /** File name, URL, or `stdin`. */
  readonly file: string;
  /** 1-based. */
  readonly document: number;
  /** Line of the document's beginning, 1-based. */
  readonly line: number;
  /** The line of a field such as `spec.triggers[0].template`, or of the nearest field around it. */
  lineOf(fieldPath: string): number;
  /** The line of the first key of this name, however deep; undefined when there is none. */
  lineOfKey(name: string): number | undefined;
}

/** Reads the objects of one text: YAML 1.1 as kubectl reads it (`yes` is true), several documents, `kind: List`. */
export function parseManifests(file: string, text: string): Result<readonly Manifest[], string> {
  const { documents, lines } = readWithLooseLines(text, readDocuments, (read) =>
    read.documents.every(({ errors }) => errors.length === 0),
  );
  const manifests: Manifest[] = [];
  for (const [index, document] of documents.entries()) {
    const number = index + 1;
    const problem = document.errors[0];
    if (problem !== undefined) {
      const { line, col } = lines.linePos(problem.pos[0]);
      return err(`${file}: document ${number}, line ${line}, column ${col}: ${problem.message}`);
    }
    const line = lines.linePos(document.contents?.range?.[0] ?? 0).line;
    const where = `${file}: document ${number}, line ${line}`;
    const read = documentValue(document);
    if (!read.ok) return err(`${where}: ${read.error}`);
    const { value } = read;
    if (value === null || value === undefined) continue;
    for (const object of isList(value) ? (member(value, "items") as readonly JsonValue[]) : [value]) {
      const problemText = missingField(object);
      if (problemText !== undefined) return err(`${where}: ${problemText}`);
      manifests.push({
        object: object as unknown as K8sObject,
        file,
        document: number,
        line,
        lineOf: (fieldPath) => lineOfField(document, lines, fieldPath) ?? line,
        lineOfKey: (name) => lineOfFirstKey(document, lines, name),
      });
    }
  }
  return ok(manifests);
}

function readDocuments(text: string): { readonly documents: readonly Document[]; readonly lines: LineCounter } {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: "1.1",
    intAsBigInt: true,
    lineCounter: lines,
    prettyErrors: false,
    customTags: goYamlTags,
  });
  return { documents: documents as Document[], lines };
}

function isList(value: JsonValue): boolean {
  const kind = member(value, "kind");
  return typeof kind === "string" && kind.endsWith("List") && Array.isArray(member(value, "items"));
}

function missingField(object: JsonValue): string | undefined {
  if (!isJsonObject(object))
    return "a Kubernetes object was expected here: a mapping with apiVersion, kind and metadata";
  for (const field of ["apiVersion", "kind"]) {
    if (typeof member(object, field) !== "string" || member(object, field) === "") {
      return `${field} is missing: every object says its apiVersion and kind`;
    }
  }
  const metadata = member(object, "metadata");
  if (metadata !== undefined && !isJsonObject(metadata)) return "metadata must be a mapping";
  const name = member(metadata, "name") ?? member(metadata, "generateName");
  if (name === undefined) return `metadata.name is missing in this ${String(member(object, "kind"))}`;
  if (typeof name !== "string") return `metadata.name must be text: write it in quotes`;
  return undefined;
}

/** How many copies aliases may make: more is an attack, or a mistake. */
const maxAliasCount = 1000;

/** A document's value. The library throws for aliases and merges that cannot be followed. */
function documentValue(document: Document): Result<JsonValue, string> {
  try {
    return ok(plain(document.toJS({ maxAliasCount })));
  } catch (error) {
    if (error instanceof RangeError) return err("the document is nested too deeply, or an anchor contains itself");
    const message = error instanceof Error ? error.message : String(error);
    if (!message.startsWith("Excessive alias count")) return err(message);
    return err(`the aliases in this document make more than ${maxAliasCount} copies: write the values out`);
  }
}

/** bigint becomes number where a double holds it; other values as they are. */
function plain(value: unknown): JsonValue {
  if (typeof value === "bigint") {
    return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
  }
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Map || value instanceof Set) return plain(Object.fromEntries(value.entries()));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  }
  return (value ?? null) as JsonValue;
}

/** The key of a field, whose value may begin lines below it, or an item of a list; undefined when it is not there. */
function keyOrItem(document: Document, path: readonly (string | number)[]): unknown {
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  const name = path.at(-1);
  if (!isMap(parent)) return document.getIn(path, true);
  return parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(name))?.key;
}

function lineOfField(document: Document, lines: LineCounter, fieldPath: string): number | undefined {
  const path = [...fieldPath.matchAll(/[^.[\]]+/g)].map(([part]) => (/^\d+$/.test(part) ? Number(part) : part));
  for (let length = path.length; length > 0; length--) {
    const node = keyOrItem(document, path.slice(0, length));
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

function lineOfFirstKey(document: Document, lines: LineCounter, name: string): number | undefined {
  let line: number | undefined;
  visit(document, {
    Pair: (_key, { key }) => {
      if (!isScalar(key) || String(key.value) !== name || !key.range) return undefined;
      line = lines.linePos(key.range[0]).line;
      return visit.BREAK;
    },
  });
  return line;
}
