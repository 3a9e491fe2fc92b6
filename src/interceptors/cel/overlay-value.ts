import { nativeConversionError } from "../../cel/native-error.ts";
import { toJson, unencodable } from "../../cel/to-json.ts";
import { valueText } from "../../cel/value-text.ts";
import { type CelValue, kindOf } from "../../cel/values.ts";
import { encodeGoJson } from "../../json/go-encode.ts";
import { decodeGoUtf8 } from "../../json/go-utf8.ts";
import { err, ok, type Result } from "../../result.ts";

/** What becomes of an overlay's value. */
export type OverlayText =
  | { readonly kind: "text"; readonly text: string }
  /** A number or text within a list or map that JSON cannot hold: noticed only when all overlays are joined. */
  | { readonly kind: "unencodable" };

function refused(message: string): Result<OverlayText, string> {
  return err(`failed to convert overlay result to type: ${message}`);
}

/**
 * An overlay's value as JSON text (spec: event processing, section 8, "Overlay value"). Values that only exist within
 * expressions - null, uint, times, types - are refused at the top, where the incumbent has no conversion for them.
 */
export function overlayText(value: CelValue): Result<OverlayText, string> {
  const kind = kindOf(value);
  switch (kind) {
    case "uint":
    case "null":
    case "timestamp":
    case "duration":
    case "type":
    case "opaque":
      return refused(nativeConversionError(value, "[]uint8"));
    case "bool":
    case "int":
    case "double":
    case "string":
    case "bytes":
    case "list":
    case "map": {
      const json = toJson(value);
      if (!json.ok) return refused(json.error);
      const wrong = unencodable(json.value);
      if (wrong === undefined) return ok({ kind: "text", text: encodeGoJson(json.value) });
      return kind === "list" || kind === "map" ? ok({ kind: "unencodable" }) : refused(wrong);
    }
    default:
      return kind satisfies never;
  }
}

/** The value as Go's `%s` shows it in the error about an overlay's key. */
export function overlayValueText(value: CelValue): string {
  const text = valueText(value);
  switch (kindOf(value)) {
    case "int":
      return `%!s(types.Int=${text})`;
    case "double":
      return `%!s(types.Double=${text})`;
    case "bool":
      return `%!s(types.Bool=${text})`;
    case "bytes":
      return decodeGoUtf8(value as Uint8Array);
    default:
      return text;
  }
}
