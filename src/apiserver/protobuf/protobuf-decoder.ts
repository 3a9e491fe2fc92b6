import { decodeGoJson } from "../../json/go-decode.ts";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ProtobufDecoder } from "../pipeline.ts";
import { type FieldType, messageOf, messageTables, type Scalar } from "./message-tables.ts";
import { MalformedMessage, readFields, type WireField } from "./wire-reader.ts";

/** What every body begins with. */
const magic = Buffer.from("k8s\0");

/** How deep messages may nest; no built-in kind comes near. */
const maxDepth = 32;

/**
 * Reads the protobuf bodies that kubectl sends for built-in kinds (spec: kube-api, section 2). Like the encoder's, its
 * empty strings and zeros stand for what is not there; the typed decoding that follows drops them.
 */
export class KubernetesProtobufDecoder implements ProtobufDecoder {
  decode(bytes: Uint8Array): Result<JsonObject, string> | undefined {
    if (bytes.length < magic.length || !magic.equals(bytes.subarray(0, magic.length)))
      return err("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
    try {
      const { apiVersion, kind, raw } = readEnvelope(bytes.subarray(magic.length));
      const name = messageOf(apiVersion, kind);
      if (name === undefined) return undefined;
      return ok({ kind, apiVersion, ...this.#message(name, raw, 0) });
    } catch (error) {
      if (error instanceof MalformedMessage) return err(error.message);
      throw error;
    }
  }

  #message(name: string, bytes: Uint8Array, depth: number): JsonObject {
    if (depth > maxDepth) throw new MalformedMessage("nested too deeply");
    const table = messageTables().get(name);
    if (table === undefined) throw new Error(`no table for message ${name}`);
    const object: Record<string, JsonValue> = {};
    for (const wire of readFields(bytes)) {
      const field = table.get(wire.number);
      if (field === undefined) continue;
      const { type } = field;
      switch (type.kind) {
        case "inline":
          Object.assign(object, this.#message(type.name, contents(wire), depth + 1));
          break;
        case "list":
          for (const item of this.#items(type.items, wire, depth))
            object[field.name] = [...((object[field.name] as readonly JsonValue[] | undefined) ?? []), item];
          break;
        case "map": {
          const map = (object[field.name] ?? Object.create(null)) as Record<string, JsonValue>;
          const [key, value] = this.#entry(type.values, contents(wire), depth);
          map[key] = value;
          object[field.name] = map;
          break;
        }
        default:
          object[field.name] = this.#value(type, wire, depth);
      }
    }
    return object;
  }

  /** The items that one occurrence of a repeated field holds: several when numbers are packed. */
  #items(type: FieldType, wire: WireField, depth: number): readonly JsonValue[] {
    if (type.kind !== "scalar" || type.scalar !== "int" || wire.kind !== "bytes")
      return [this.#value(type, wire, depth)];
    const packed: JsonValue[] = [];
    for (let rest = wire.value; rest.length > 0; ) {
      const end = rest.findIndex((byte) => byte < 0x80) + 1;
      if (end === 0) throw new MalformedMessage("unexpected EOF");
      const [field] = readFields(Buffer.concat([Buffer.from([8]), rest.subarray(0, end)]));
      if (field !== undefined) packed.push(number(field));
      rest = rest.subarray(end);
    }
    return packed;
  }

  #entry(type: FieldType, bytes: Uint8Array, depth: number): readonly [string, JsonValue] {
    let key = "";
    let value: JsonValue | undefined;
    for (const wire of readFields(bytes))
      if (wire.number === 1) key = utf8(contents(wire));
      else if (wire.number === 2) value = this.#value(type, wire, depth);
    return [key, value ?? emptyValue(type)];
  }

  #value(type: FieldType, wire: WireField, depth: number): JsonValue {
    if (type.kind === "scalar") return scalar(type.scalar, wire);
    if (type.kind === "message") return this.#message(type.name, contents(wire), depth + 1);
    throw new Error(`a ${type.kind} cannot be a single value`);
  }
}

function readEnvelope(bytes: Uint8Array): { apiVersion: string; kind: string; raw: Uint8Array } {
  let apiVersion = "";
  let kind = "";
  let raw: Uint8Array = new Uint8Array();
  for (const field of readFields(bytes)) {
    if (field.number === 2) raw = contents(field);
    if (field.number !== 1) continue;
    for (const meta of readFields(contents(field)))
      if (meta.number === 1) apiVersion = utf8(contents(meta));
      else if (meta.number === 2) kind = utf8(contents(meta));
  }
  return { apiVersion, kind, raw };
}

function contents(wire: WireField): Uint8Array {
  if (wire.kind !== "bytes") throw new MalformedMessage(`wrong wireType for field ${wire.number}`);
  return wire.value;
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
}

function number(wire: WireField): number | bigint {
  if (wire.kind !== "varint") throw new MalformedMessage(`wrong wireType for field ${wire.number}`);
  const value = BigInt.asIntN(64, wire.value);
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

function emptyValue(type: FieldType): JsonValue {
  return type.kind === "scalar" && type.scalar === "quantity" ? "0" : "";
}

function scalar(kind: Scalar, wire: WireField): JsonValue {
  switch (kind) {
    case "string":
      return utf8(contents(wire));
    case "int":
      return number(wire);
    case "bool":
      return number(wire) !== 0;
    case "bytes":
      return Buffer.from(contents(wire)).toString("base64");
    case "time":
      return timestamp(contents(wire), 0);
    case "microtime":
      return timestamp(contents(wire), 6);
    case "quantity": {
      const [text] = readFields(contents(wire));
      return text === undefined ? "0" : utf8(contents(text));
    }
    case "intstr":
      return intOrString(contents(wire));
    case "json": {
      const [text] = readFields(contents(wire));
      const parsed = decodeGoJson(text === undefined ? "null" : contents(text));
      if (!parsed.ok) throw new MalformedMessage("a raw value is no JSON");
      return parsed.value;
    }
    case "items":
      return [...readFields(contents(wire))].map((item) => utf8(contents(item)));
    default:
      return kind satisfies never;
  }
}

/** RFC 3339 of `{seconds = 1, nanos = 2}`; an empty message is the zero time, null in JSON. */
function timestamp(bytes: Uint8Array, digits: 0 | 6): JsonValue {
  let seconds: number | undefined;
  let nanos = 0;
  for (const wire of readFields(bytes))
    if (wire.number === 1) seconds = Number(number(wire));
    else if (wire.number === 2) nanos = Number(number(wire));
  if (seconds === undefined) return null;
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) throw new MalformedMessage("time out of range");
  const text = date.toISOString().slice(0, 19);
  return digits === 0 ? `${text}Z` : `${text}.${String(Math.floor(nanos / 1000)).padStart(6, "0")}Z`;
}

/** `{type = 1, intVal = 2, strVal = 3}`; type 1 is the string. */
function intOrString(bytes: Uint8Array): JsonValue {
  let isString = false;
  let int: number | bigint = 0;
  let string = "";
  for (const wire of readFields(bytes))
    if (wire.number === 1) isString = number(wire) === 1;
    else if (wire.number === 2) int = number(wire);
    else if (wire.number === 3) string = utf8(contents(wire));
  return isString ? string : int;
}
