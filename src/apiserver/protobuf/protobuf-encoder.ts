import { encodeObject } from "../../json/object-text.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import type { ProtobufEncoder } from "../pipeline.ts";
import { type FieldType, type MessageTable, messageOf, messageTables, type Scalar } from "./message-tables.ts";

const magic = Buffer.from("k8s\0");

/** Prints objects of built-in kinds as protobuf, for clients that accept nothing else (spec: kube-api, section 2). */
export class KubernetesProtobufEncoder implements ProtobufEncoder {
  knows(apiVersion: string, kind: string): boolean {
    return messageOf(apiVersion, kind) !== undefined;
  }

  encode(object: JsonObject): Uint8Array | undefined {
    const { apiVersion, kind } = object;
    if (typeof apiVersion !== "string" || typeof kind !== "string") return undefined;
    const raw = this.#encodeKind(apiVersion, kind, object);
    if (raw === undefined) return undefined;
    const typeMeta = Buffer.concat([field(1, Buffer.from(apiVersion)), field(2, Buffer.from(kind))]);
    const none = Buffer.alloc(0);
    return Buffer.concat([magic, field(1, typeMeta), field(2, raw), field(3, none), field(4, none)]);
  }

  #encodeKind(apiVersion: string, kind: string, object: JsonObject): Buffer | undefined {
    const name = messageOf(apiVersion, kind);
    if (name !== undefined) return message(name, object);
    const item = kind.endsWith("List") ? messageOf(apiVersion, kind.slice(0, -"List".length)) : undefined;
    if (item === undefined) return undefined;
    const { metadata, items } = object;
    return Buffer.concat([
      field(1, message("ListMeta", isJsonObject(metadata) ? metadata : {})),
      ...(isJsonArray(items) ? items : []).filter(isJsonObject).map((entry) => field(2, message(item, entry))),
    ]);
  }
}

function tableOf(name: string): MessageTable {
  const table = messageTables().get(name);
  if (table === undefined) throw new Error(`no table for message ${name}`);
  return table;
}

function message(name: string, object: JsonObject): Buffer {
  const parts: Buffer[] = [];
  for (const [number, { name: key, type }] of tableOf(name)) {
    if (type.kind === "inline") {
      parts.push(field(number, message(type.name, object)));
      continue;
    }
    const value = Object.hasOwn(object, key) ? object[key] : undefined;
    if (value !== undefined && value !== null) parts.push(...fieldsOf(number, type, value));
  }
  return Buffer.concat(parts);
}

function fieldsOf(number: number, type: FieldType, value: JsonValue): readonly Buffer[] {
  switch (type.kind) {
    case "list":
      return (isJsonArray(value) ? value : []).flatMap((item) => fieldsOf(number, type.items, item));
    case "map":
      return Object.entries(isJsonObject(value) ? value : {})
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) =>
          field(number, Buffer.concat([field(1, Buffer.from(key)), ...fieldsOf(2, type.values, item)])),
        );
    case "message":
      return isJsonObject(value) ? [field(number, message(type.name, value))] : [];
    case "scalar":
      return [scalarField(number, type.scalar, value)];
    case "inline":
      throw new Error("an inlined message has no value of its own");
    default:
      return type satisfies never;
  }
}

function scalarField(number: number, scalar: Scalar, value: JsonValue): Buffer {
  switch (scalar) {
    case "string":
      return field(number, Buffer.from(String(value)));
    case "int":
      return integerField(number, integerOf(value));
    case "bool":
      return integerField(number, value === true ? 1n : 0n);
    case "bytes":
      return field(number, Buffer.from(String(value), "base64"));
    case "time":
    case "microtime":
      return field(number, timestamp(String(value)));
    case "quantity":
      return field(number, field(1, Buffer.from(String(value))));
    case "intstr":
      return field(number, intOrString(value));
    case "json":
      return field(number, field(1, Buffer.from(encodeObject(value))));
    case "items":
      return field(
        number,
        Buffer.concat((isJsonArray(value) ? value : []).map((item) => field(1, Buffer.from(String(item))))),
      );
    default:
      return scalar satisfies never;
  }
}

function integerOf(value: JsonValue): bigint {
  return typeof value === "bigint" ? value : BigInt(typeof value === "number" ? Math.trunc(value) : 0);
}

function timestamp(text: string): Buffer {
  const ms = Date.parse(text);
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? "";
  const nanos = BigInt(fraction.padEnd(9, "0").slice(0, 9));
  return Buffer.concat([integerField(1, BigInt(Math.floor(ms / 1000))), integerField(2, nanos)]);
}

function intOrString(value: JsonValue): Buffer {
  const isText = typeof value === "string";
  return Buffer.concat([
    integerField(1, isText ? 1n : 0n),
    integerField(2, isText ? 0n : integerOf(value)),
    field(3, Buffer.from(isText ? value : "")),
  ]);
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

function integerField(number: number, value: bigint): Buffer {
  return Buffer.concat([varint(BigInt(number * 8)), varint(value)]);
}

function field(number: number, contents: Uint8Array): Buffer {
  return Buffer.concat([varint(BigInt(number * 8 + 2)), varint(BigInt(contents.length)), contents]);
}
