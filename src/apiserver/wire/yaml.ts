import { parseDocument, stringify, type YAMLError, type YAMLParseError } from "yaml";
import { goYamlTags, printedYamlTags } from "../../json/go-yaml-tags.ts";
import type { JsonValue } from "../../json/value.ts";
import { readWithLooseLines } from "../../json/yaml-continuation.ts";
import { err, ok, type Result } from "../../result.ts";

/** Reads one YAML 1.1 document, as Kubernetes does (`y` is a boolean). */
export function parseYaml(text: string): Result<JsonValue, string> {
  const document = readWithLooseLines(text, readDocument, ({ errors }) => errors.length === 0);
  const [error] = document.errors;
  if (error) return err(wordError(error));
  try {
    // The reader itself gives up on what is nested too deeply.
    return ok(toJson(document.toJS({ maxAliasCount: 100 }) as unknown));
  } catch (cause) {
    return err(cause instanceof Error ? cause.message : String(cause));
  }
}

function readDocument(text: string) {
  return parseDocument(text, {
    version: "1.1",
    customTags: goYamlTags,
    intAsBigInt: false,
    merge: true,
    uniqueKeys: true,
    logLevel: "silent",
  });
}

/** The commonest mistake is worded as Kubernetes words it. */
function wordError(error: YAMLParseError | YAMLError): string {
  const line = error.linePos?.[0].line ?? 1;
  if (error.message.startsWith("Flow ")) return `line ${line}: did not find expected node content`;
  return `line ${line}: ${error.message.split("\n")[0]!.replace(/ at line \d+, column \d+:?$/, "")}`;
}

function toJson(value: unknown): JsonValue {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString().replace(".000Z", "Z");
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Map) return toJson(Object.fromEntries(value as Map<string, unknown>));
  if (typeof value === "object") {
    const out: Record<string, JsonValue> = {};
    for (const [key, item] of Object.entries(value)) {
      Object.defineProperty(out, key, { value: toJson(item), enumerable: true, writable: true, configurable: true });
    }
    return out;
  }
  return value as JsonValue;
}

/** Prints YAML with sorted keys, as Kubernetes does. */
export function printYaml(value: JsonValue): string {
  return stringify(value, {
    version: "1.1",
    customTags: printedYamlTags,
    sortMapEntries: true,
    lineWidth: 0,
    aliasDuplicateObjects: false,
    indentSeq: false,
  });
}
