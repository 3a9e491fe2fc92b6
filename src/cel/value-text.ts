import { formatGoFloat } from "../json/go-print.ts";
import { isValidText, utf8Text } from "../json/utf8-bytes.ts";
import { formatDuration, formatTimestamp } from "./time.ts";
import {
  CelDuration,
  CelFailure,
  CelOpaque,
  CelTimestamp,
  CelType,
  CelUint,
  type CelValue,
  isList,
  isMap,
  mapEntries,
} from "./values.ts";

/** A value inside an error text, such as the key in `no such key: 1.5`. */
export function valueText(value: CelValue): string {
  if (isList(value)) return `[${value.map(valueText).join(", ")}]`;
  if (isMap(value)) {
    return `{${mapEntries(value)
      .map((entry) => `${valueText(entry.key)}: ${valueText(entry.value)}`)
      .join(", ")}}`;
  }
  if (value === null) return "NULL_VALUE";
  if (value instanceof Uint8Array) return `[${value.join(" ")}]`;
  const text = toText(value);
  return text instanceof CelFailure ? "" : text;
}

/** What `string(value)` gives: the text that Go prints. Lists, maps, null and types have none. */
export function toText(value: CelValue): string | CelFailure {
  switch (typeof value) {
    case "string":
      return value;
    case "boolean":
    case "bigint":
      return String(value);
    case "number":
      return formatGoFloat(value);
    default:
      break;
  }
  if (value instanceof CelUint) return String(value.value);
  if (value instanceof CelTimestamp) return formatTimestamp(value);
  if (value instanceof CelDuration) return formatDuration(value.nanos);
  if (value instanceof CelType) return value.name;
  const text = value instanceof CelOpaque ? value.text() : undefined;
  if (text !== undefined) return text;
  if (value instanceof Uint8Array) {
    const text = utf8Text(value);
    return isValidText(text) ? text : new CelFailure("invalid UTF-8 in bytes, cannot convert to string");
  }
  return new CelFailure("no such overload: string");
}
