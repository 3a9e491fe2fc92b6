import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, member } from "../../json/value.ts";

/** How kubectl before 1.27 asks for `/openapi/v2`; it has no other way. */
export const openApiProtobufAccept = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
export const openApiProtobufType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

/**
 * An OpenAPI v2 document as a protobuf message (openapi.v2.Document of the gnostic project): title, all definitions with
 * what clients read of schemas, and of the paths the query parameters of PATCH, by which `kubectl diff` learns whether
 * a kind can be tried without being stored.
 */
export function encodeOpenApi(document: JsonObject): Uint8Array {
  const info = member(document, "info");
  const definitions = member(document, "definitions");
  const paths = member(document, "paths");
  return message(
    textField(1, member(document, "swagger")),
    bytesField(2, message(textField(1, member(info, "title")), textField(2, member(info, "version")))),
    bytesField(8, isJsonObject(paths) ? patchPaths(paths) : message()),
    bytesField(9, isJsonObject(definitions) ? namedSchemas(definitions) : message()),
  );
}

function patchPaths(paths: JsonObject): Uint8Array {
  return message(
    ...Object.entries(paths).flatMap(([path, item]) => {
      const patch = member(item, "patch");
      if (!isJsonObject(patch)) return [];
      return [bytesField(2, message(textField(1, path), bytesField(2, bytesField(8, encodeOperation(patch)))))];
    }),
  );
}

function encodeOperation(operation: JsonObject): Uint8Array {
  const kind = "x-kubernetes-group-version-kind";
  return message(
    ...list(operation["parameters"])
      .filter((parameter) => member(parameter, "in") === "query")
      .map((parameter) => {
        const query = message(textField(2, "query"), textField(4, member(parameter, "name")));
        return bytesField(8, bytesField(1, bytesField(2, bytesField(3, query))));
      }),
    bytesField(13, message(textField(1, kind), bytesField(2, anyOf(operation[kind] ?? null)))),
  );
}

function namedSchemas(schemas: JsonObject): Uint8Array {
  return message(
    ...Object.entries(schemas).map(([name, schema]) =>
      bytesField(1, message(textField(1, name), bytesField(2, encodeSchema(schema)))),
    ),
  );
}

function encodeSchema(schema: JsonValue): Uint8Array {
  const { items, additionalProperties, properties, type, required, allOf } = isJsonObject(schema) ? schema : {};
  const extensions = Object.entries(isJsonObject(schema) ? schema : {}).filter(([key]) => key.startsWith("x-"));
  return message(
    textField(1, member(schema, "$ref")),
    textField(2, member(schema, "format")),
    textField(3, member(schema, "title")),
    textField(4, member(schema, "description")),
    ...list(required).map((name) => textField(19, name)),
    ...(additionalProperties === undefined ? [] : [bytesField(21, additionalItem(additionalProperties))]),
    ...(type === undefined ? [] : [bytesField(22, message(...[type].flat().map((name) => textField(1, name))))]),
    ...(items === undefined ? [] : [bytesField(23, message(bytesField(1, encodeSchema(items))))]),
    ...list(allOf).map((part) => bytesField(24, encodeSchema(part))),
    ...(isJsonObject(properties) ? [bytesField(25, namedSchemas(properties))] : []),
    ...extensions.map(([name, value]) => bytesField(31, message(textField(1, name), bytesField(2, anyOf(value))))),
  );
}

function additionalItem(value: JsonValue): Uint8Array {
  return typeof value === "boolean"
    ? message(Buffer.from([2 << 3, value ? 1 : 0]))
    : message(bytesField(1, encodeSchema(value)));
}

/** Any value as its YAML, of which JSON is a part. */
function anyOf(value: JsonValue): Uint8Array {
  return message(textField(2, `${JSON.stringify(value)}\n`));
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : [];
}

function message(...fields: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(fields);
}

/** Nothing for what is no text. */
function textField(number: number, value: JsonValue | undefined): Uint8Array {
  return typeof value === "string" && value !== "" ? bytesField(number, Buffer.from(value)) : Buffer.alloc(0);
}

/** A field of wire type 2: tag, length, bytes. */
function bytesField(number: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}
