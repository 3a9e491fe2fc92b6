import { decodeGoBase64 } from "../../json/go-base64.ts";
import type { Evaluation } from "../evaluation.ts";
import { declare, type FunctionRow } from "../function-table.ts";
import { toProtoJsonText } from "../to-json.ts";
import { CelFailure, type CelValue, type Outcome } from "../values.ts";

/**
 * `base64.encode(bytes) -> string`
 *
 * - `base64.encode(b'hello')` is `'aGVsbG8='`
 */
function encode(bytes: Uint8Array, evaluation: Evaluation): Outcome {
  evaluation.chargeText(bytes.length * 2);
  return Buffer.from(bytes).toString("base64");
}

/**
 * `base64.decode(string) -> bytes`: the standard alphabet; padding may be missing, line ends are ignored.
 *
 * - `base64.decode('aGVsbG8=')` is `b'hello'`
 * - `base64.decode('aGVsbG8')` is `b'hello'`
 * - `base64.decode('_-8=')` fails with `illegal base64 data at input byte 0`
 */
function decode(text: string, evaluation: Evaluation): Outcome {
  evaluation.chargeText(text.length);
  const padded = decodeGoBase64(text);
  // What is wrong is said of the text as one without padding.
  const decoded = padded.ok ? padded : decodeGoBase64(text, { padding: false });
  return decoded.ok ? Uint8Array.from(decoded.value) : new CelFailure(decoded.error);
}

/**
 * `json.encode(dyn) -> string`: integers beyond 2^53 become strings, bytes base64.
 *
 * - `json.encode({'a': [1, null]})` is `'{"a":[1,null]}'`
 * - `json.encode('<&>')` is `'"<&>"'`
 * - `json.encode(9007199254740993)` is `'"9007199254740993"'`
 */
function encodeJson(value: CelValue, evaluation: Evaluation): Outcome {
  const text = toProtoJsonText(value);
  if (!text.ok) return new CelFailure(text.error);
  evaluation.chargeText(text.value.length);
  return text.value;
}

const rows: readonly FunctionRow[] = [
  ["base64.encode(bytes) -> string", encode],
  ["base64.decode(string) -> bytes", decode],
  ["json.encode(dyn) -> string", encodeJson],
];

/** The encoders library. */
export const encoders = declare(rows, { isGuarded: true });
