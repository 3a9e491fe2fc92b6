import {
  anyType,
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listOf,
  mapOf,
  messageType,
  stringType,
  type Type,
  timestampType,
  uintType,
  wrapperOf,
} from "./types.ts";
import { CelDuration, CelFailure, CelMap, CelTimestamp, CelUint, type CelValue, type Outcome } from "./values.ts";

/** A message type that expressions can construct, and that stands for a value; the well-known ones of protobuf are. */
export interface MessageDeclaration {
  readonly type: Type;
  readonly fields: Pick<ReadonlyMap<string, Type>, "get">;
  /** The value that the message stands for. */
  construct(fields: ReadonlyMap<string, CelValue>): Outcome;
}

function message(
  type: Type,
  fields: Readonly<Record<string, Type>>,
  construct: (fields: ReadonlyMap<string, CelValue>) => Outcome,
): MessageDeclaration {
  return { type, fields: new Map(Object.entries(fields)), construct };
}

/** A wrapper: the value of its only field as that field keeps it, or the field's default. */
function wrapper(
  type: Type,
  initial: CelValue,
  kept: (value: CelValue) => Outcome = (value) => value,
): MessageDeclaration {
  return message(wrapperOf(type), { value: type }, (fields) => kept(fields.get("value") ?? initial));
}

function outOfRange(field: string, cause: string): CelFailure {
  return new CelFailure(`field type conversion error for google.protobuf.${field} value type: ${cause}`);
}

function int32(value: CelValue, field: string): Outcome {
  return typeof value === "bigint" && BigInt.asIntN(32, value) !== value
    ? outOfRange(field, "integer overflow")
    : value;
}

function uint32(value: CelValue, field: string): Outcome {
  const isTooLarge = value instanceof CelUint && BigInt.asUintN(32, value.value) !== value.value;
  return isTooLarge ? outOfRange(field, "unsigned integer overflow") : value;
}

function float32(value: CelValue): Outcome {
  return typeof value === "number" ? Math.fround(value) : value;
}

function int(fields: ReadonlyMap<string, CelValue>, name: string): bigint {
  const value = fields.get(name);
  return typeof value === "bigint" ? value : 0n;
}

const kindFields = ["null_value", "number_value", "string_value", "bool_value", "struct_value", "list_value"];

const messages: ReadonlyMap<string, MessageDeclaration> = new Map([
  [
    "Timestamp",
    message(timestampType, { seconds: intType, nanos: intType }, (fields) => {
      const nanos = int32(int(fields, "nanos"), "Timestamp.nanos");
      return nanos instanceof CelFailure ? nanos : new CelTimestamp(int(fields, "seconds"), Number(nanos));
    }),
  ],
  [
    "Duration",
    message(durationType, { seconds: intType, nanos: intType }, (fields) => {
      const nanos = int32(int(fields, "nanos"), "Duration.nanos");
      if (nanos instanceof CelFailure) return nanos;
      return new CelDuration(int(fields, "seconds") * 1_000_000_000n + (nanos as bigint));
    }),
  ],
  ["Int32Value", wrapper(intType, 0n, (value) => int32(value, "Int32Value.value"))],
  ["Int64Value", wrapper(intType, 0n)],
  ["UInt32Value", wrapper(uintType, new CelUint(0n), (value) => uint32(value, "UInt32Value.value"))],
  ["UInt64Value", wrapper(uintType, new CelUint(0n))],
  ["FloatValue", wrapper(doubleType, 0, float32)],
  ["DoubleValue", wrapper(doubleType, 0)],
  ["BoolValue", wrapper(boolType, false)],
  ["StringValue", wrapper(stringType, "")],
  ["BytesValue", wrapper(bytesType, new Uint8Array())],
  [
    "Struct",
    message(mapOf(stringType, dynType), { fields: mapOf(stringType, dynType) }, (fields) => {
      return fields.get("fields") ?? new CelMap();
    }),
  ],
  ["ListValue", message(listOf(dynType), { values: listOf(dynType) }, (fields) => fields.get("values") ?? [])],
  [
    "Value",
    message(
      dynType,
      {
        null_value: intType,
        number_value: doubleType,
        string_value: stringType,
        bool_value: boolType,
        struct_value: mapOf(stringType, dynType),
        list_value: listOf(dynType),
      },
      (fields) => {
        const last = kindFields.filter((name) => fields.has(name)).at(-1);
        return last === undefined || last === "null_value" ? null : (fields.get(last) ?? null);
      },
    ),
  ],
  [
    "Any",
    message(
      anyType,
      { type_url: stringType, value: bytesType },
      () => new CelFailure("conversion error: got invalid Any message"),
    ),
  ],
  ["Empty", message(messageType("google.protobuf.Empty"), {}, () => new CelMap())],
]);

const prefix = "google.protobuf.";

/** The message of that full name, or undefined. */
export function findMessage(name: string): MessageDeclaration | undefined {
  return name.startsWith(prefix) ? messages.get(name.slice(prefix.length)) : undefined;
}

/** The enum values that every environment knows. */
export const enumConstants: Readonly<Record<string, bigint>> = { "google.protobuf.NullValue.NULL_VALUE": 0n };
