import { valueText } from "./value-text.ts";
import { CelFailure, CelUint, type CelValue, isList, isMap, mapFind, type Outcome, typeName } from "./values.ts";

/** The position that a list index names, or why it names none. Whole doubles and uints are positions too. */
function listPosition(index: CelValue): bigint | CelFailure {
  if (typeof index === "bigint") return index;
  if (index instanceof CelUint) return index.value;
  if (typeof index !== "number") return new CelFailure(`unsupported index type '${typeName(index)}' in list`);
  if (!Number.isInteger(index)) return new CelFailure(`unsupported index value ${valueText(index)} in list`);
  return BigInt(index);
}

/** `value[key]`. What is neither a list nor a map has no key. */
export function valueAt(value: CelValue, key: CelValue): Outcome {
  if (isList(value)) {
    const position = listPosition(key);
    if (position instanceof CelFailure) return position;
    if (position < 0n || position >= value.length) return new CelFailure(`index out of bounds: ${valueText(key)}`);
    return value[Number(position)] ?? null;
  }
  const found = isMap(value) ? mapFind(value, key) : undefined;
  return found === undefined ? new CelFailure(`no such key: ${valueText(key)}`) : found;
}

/** `value.field`. */
export function selectField(value: CelValue, field: string): Outcome {
  if (isList(value)) return new CelFailure("unsupported index type 'string' in list");
  const found = isMap(value) ? mapFind(value, field) : undefined;
  return found === undefined ? new CelFailure(`no such key: ${field}`) : found;
}
