/** How a field's value is read. */
export type FieldType =
  | { readonly kind: "scalar"; readonly scalar: Scalar }
  | { readonly kind: "message"; readonly name: string }
  /** A message whose fields appear in JSON beside those of the message that holds it. */
  | { readonly kind: "inline"; readonly name: string }
  | { readonly kind: "list"; readonly items: FieldType }
  | { readonly kind: "map"; readonly values: FieldType };

export type Scalar =
  | "string"
  | "int"
  | "bool"
  | "bytes"
  | "time"
  | "microtime"
  | "quantity"
  | "intstr"
  | "json"
  | "items";

interface MessageField {
  /** The name in JSON. */
  readonly name: string;
  readonly type: FieldType;
}

/** The fields of one message by number. */
export type MessageTable = ReadonlyMap<number, MessageField>;

const scalars: ReadonlySet<string> = new Set([
  "string",
  "int",
  "bool",
  "bytes",
  "time",
  "microtime",
  "quantity",
  "intstr",
  "json",
  "items",
]);

/**
 * Reads tables of one message a paragraph: its name, then `NUMBER field TYPE` a line. A type is a scalar, a message,
 * `[]TYPE`, `{}TYPE` (a map by strings) or `..MESSAGE` (inline).
 */
export function parseTables(text: string): ReadonlyMap<string, MessageTable> {
  const tables = new Map<string, MessageTable>();
  for (const paragraph of text.trim().split(/\n\s*\n/)) {
    const [head = "", ...lines] = paragraph.split("\n").map((line) => line.trim());
    const fields = lines.map((line): readonly [number, MessageField] => {
      const [number = "", name = "", type = ""] = line.split(" ");
      return [Number(number), { name, type: parseType(type) }];
    });
    for (const name of head.split(" ")) tables.set(name, new Map(fields));
  }
  return tables;
}

function parseType(text: string): FieldType {
  if (text.startsWith("[]")) return { kind: "list", items: parseType(text.slice(2)) };
  if (text.startsWith("{}")) return { kind: "map", values: parseType(text.slice(2)) };
  if (text.startsWith("..")) return { kind: "inline", name: text.slice(2) };
  if (scalars.has(text)) return { kind: "scalar", scalar: text as Scalar };
  return { kind: "message", name: text };
}
