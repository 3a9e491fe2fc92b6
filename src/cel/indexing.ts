import { valueText } from "./value-text.ts";
import {
  CelFailure,
  CelOptional,
  CelUint,
  type CelValue,
  goTypeName,
  isList,
  isMap,
  mapFind,
  maxInt,
  type Outcome,
  typeName,
} from "./values.ts";

/** The position that a list index names, or why it names none. Whole doubles and uints are positions if int64 holds them. */
function listPosition(index: CelValue): bigint | CelFailure {
  if (typeof index === "bigint") return index;
  if (index instanceof CelUint && index.value <= maxInt) return index.value;
  if (typeof index === "number" && Number.isInteger(index) && Math.abs(index) < 2 ** 63) return BigInt(index);
  const isNumber = typeof index === "number" || index instanceof CelUint;
  const wrong = isNumber ? `value ${valueText(index)}` : `type '${typeName(index)}'`;
  return new CelFailure(`unsupported index ${wrong} in list`);
}

/** How the incumbent prints the type of a value that came from a JSON document as it was decoded. */
function decodedTypeName(value: CelValue): string {
  if (value === null) return "<nil>";
  return isList(value) ? "[]interface {}" : "map[string]interface {}";
}

/**
 * Why a value cannot stand between the brackets of an index; undefined when it can. `isDecoded` says that the value is
 * a part of the event's JSON, which the incumbent names by other types.
 */
export function wrongIndex(key: CelValue, isDecoded: boolean): CelFailure | undefined {
  switch (typeof key) {
    case "string":
    case "bigint":
    case "number":
    case "boolean":
      return undefined;
    default:
      break;
  }
  if (key instanceof CelUint) return undefined;
  const isPart = isDecoded && (key === null || isList(key) || isMap(key));
  return new CelFailure(`invalid qualifier type: ${isPart ? decodedTypeName(key) : goTypeName(key)}`);
}

/** What is found by a look into what an optional value holds, or into a plain value: empty when there is nothing. */
function within(value: CelValue, look: (value: CelValue) => Outcome): Outcome {
  const held = value instanceof CelOptional ? value.value : value;
  if (held === undefined) return value;
  const found = look(held);
  if (!(found instanceof CelFailure)) return new CelOptional(found);
  const isMissing = found.message.startsWith("no such key") || found.message.startsWith("index out of bounds");
  return isMissing && (isList(held) || isMap(held)) ? new CelOptional(undefined) : found;
}

/** `value[?key]`: an optional value, empty when there is no such key or position. */
export function optionalAt(value: CelValue, key: CelValue): Outcome {
  return within(value, (held) => valueAt(held, key));
}

/** `value.?field`: an optional value, empty when there is no such field. */
export function optionalField(value: CelValue, field: string): Outcome {
  return within(value, (held) => selectField(held, field));
}

/** `value[key]`. What is neither a list nor a map has no key. */
export function valueAt(value: CelValue, key: CelValue): Outcome {
  if (isList(value)) {
    const position = listPosition(key);
    if (position instanceof CelFailure) return position;
    if (position < 0n || position >= value.length) return new CelFailure(`index out of bounds: ${valueText(key)}`);
    return value[Number(position)] ?? null;
  }
  if (value instanceof CelOptional) return optionalAt(value, key);
  const found = isMap(value) ? mapFind(value, key) : undefined;
  return found === undefined ? new CelFailure(`no such key: ${valueText(key)}`) : found;
}

/** `value.field`. */
export function selectField(value: CelValue, field: string): Outcome {
  if (isList(value)) return new CelFailure("unsupported index type 'string' in list");
  if (value instanceof CelOptional) return optionalField(value, field);
  const found = isMap(value) ? mapFind(value, field) : undefined;
  return found === undefined ? new CelFailure(`no such key: ${field}`) : found;
}
