import { type CelValue, kindOf, typeName } from "./values.ts";

/**
 * Why a value cannot become a Go value of that type, in the incumbent's words, which differ from type to type. `to` is
 * the Go type as it prints, such as `string` or `[]string`.
 */
export function nativeConversionError(value: CelValue, to: string): string {
  const kind = kindOf(value);
  switch (kind) {
    case "string":
      return `unsupported native conversion from string to '${to}'`;
    case "int":
    case "uint":
      return `unsupported type conversion from '${kind}' to ${to}`;
    case "bool":
    case "list":
    case "map":
      return `type conversion error from ${kind} to '${to}'`;
    case "double":
      return `type conversion error from Double to '${to}'`;
    case "bytes":
      return `type conversion error from Bytes to '${to}'`;
    case "timestamp":
      return `type conversion error from 'Timestamp' to '${to}'`;
    case "duration":
      return `type conversion error from 'Duration' to '${to}'`;
    case "null":
      return `type conversion error from 'null_type' to '${to}'`;
    case "type":
      return "type conversion not supported for 'type'";
    case "opaque":
      return `type conversion error from ${typeName(value)} to '${to}'`;
    default:
      return kind satisfies never;
  }
}
