import { utf8Bytes } from "../../json/utf8-bytes.ts";
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

const alphabet = /^[A-Za-z0-9+/]$/;

/** Where base64 text goes wrong, as an index into its bytes; undefined when it is well formed. */
function wrongAt(bytes: Uint8Array, padded: boolean): number | undefined {
  let digits = 0;
  for (let i = 0; i < bytes.length; i++) {
    const char = String.fromCharCode(bytes[i] ?? 0);
    if (char === "\r" || char === "\n") continue;
    if (alphabet.test(char)) {
      digits++;
      continue;
    }
    if (char !== "=" || !padded || digits % 4 < 2) return i;
    return wrongPadding(bytes, i, digits % 4);
  }
  if (digits % 4 === 0) return undefined;
  if (padded) return lastQuantum(bytes, digits % 4);
  return digits % 4 === 1 ? lastQuantum(bytes, 1) : undefined;
}

/** After the first `=`: a second one where two digits came before, then nothing but line ends. */
function wrongPadding(bytes: Uint8Array, first: number, digits: number): number | undefined {
  let i = first + 1;
  const skipLineEnds = (): void => {
    while (bytes[i] === 0x0a || bytes[i] === 0x0d) i++;
  };
  skipLineEnds();
  if (digits === 2) {
    if (i >= bytes.length) return bytes.length;
    if (bytes[i] !== 0x3d) return i;
    i++;
  }
  skipLineEnds();
  return i < bytes.length ? i : undefined;
}

/** Where the incomplete last group of digits starts. */
function lastQuantum(bytes: Uint8Array, digits: number): number {
  return bytes.length - digits;
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
  const bytes = utf8Bytes(text);
  if (wrongAt(bytes, true) !== undefined) {
    // What is wrong is said of the text as one without padding.
    const wrong = wrongAt(bytes, false);
    if (wrong !== undefined) return new CelFailure(`illegal base64 data at input byte ${wrong}`);
  }
  return Uint8Array.from(Buffer.from(text, "base64"));
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
