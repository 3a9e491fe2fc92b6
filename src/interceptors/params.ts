import { sortKeys } from "../json/sort-keys.ts";
import type { JsonObject } from "../json/value.ts";
import { err, type Result } from "../result.ts";
import { fitGoType, type GoStruct } from "./go-struct.ts";

/** Decoded once for each use of an interceptor, as every event asks for them. */
const known = new WeakMap<GoStruct, WeakMap<JsonObject, Result<JsonObject, string>>>();

const noParams: JsonObject = {};

/**
 * Decodes an interceptor's params. The error is the message of the answer with code 3
 * (spec: event processing, section 7).
 */
export function decodeParams(params: JsonObject = noParams, type: GoStruct): Result<JsonObject, string> {
  let ofType = known.get(type);
  if (ofType === undefined) {
    ofType = new WeakMap();
    known.set(type, ofType);
  }
  let decoded = ofType.get(params);
  if (decoded === undefined) {
    decoded = decode(params, type);
    ofType.set(params, decoded);
  }
  return decoded;
}

function decode(params: JsonObject, type: GoStruct): Result<JsonObject, string> {
  // Tekton prints the params as JSON first, which sorts the keys: the first wrong one in that order is reported.
  const fitted = fitGoType(sortKeys(params), type);
  if (!fitted.ok) return err(`failed to parse interceptor params: invalid json: ${fitted.error}`);
  return fitted as Result<JsonObject, string>;
}
