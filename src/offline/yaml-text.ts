import { Document, isScalar, visit } from "yaml";
import { printedYamlTags } from "../json/go-yaml-tags.ts";
import type { JsonValue } from "../json/value.ts";

/** Line breaks in YAML 1.1, though not in JavaScript's or YAML 1.2's eyes, and the byte order mark. */
const breaks = /[\u0085\u2028\u2029\ufeff]/;

/**
 * A value as YAML that every reader takes for the same value: a text from an event cannot begin a line of its own in
 * it.
 */
export function yamlText(value: JsonValue): string {
  const document = new Document(value, { version: "1.1", aliasDuplicateObjects: false, customTags: printedYamlTags });
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === "string" && breaks.test(node.value)) node.type = "QUOTE_DOUBLE";
    },
    Pair: (_key, { key }) => {
      if (isScalar(key) && typeof key.value === "string" && breaks.test(key.value)) key.type = "QUOTE_DOUBLE";
    },
  });
  return document.toString({ lineWidth: 0 }).replace(new RegExp(breaks, "g"), escaped);
}

/** A line for people, without what would move a terminal's cursor, or begin another line. */
export function visibleLine(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g,
    escaped,
  );
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
