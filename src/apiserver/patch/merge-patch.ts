import { isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";

/** Applies an RFC 7386 merge patch; neither argument is changed. */
export function applyMergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const out: Record<string, JsonValue> = {};
  const base: JsonObject = isJsonObject(target) ? target : {};
  const put = (key: string, value: JsonValue): void => {
    Object.defineProperty(out, key, { value, enumerable: true, writable: true, configurable: true });
  };
  for (const key of Object.keys(base)) put(key, base[key]!);
  for (const key of Object.keys(patch)) {
    const value = patch[key]!;
    if (value === null) delete out[key];
    else put(key, applyMergePatch(Object.hasOwn(out, key) ? out[key] : undefined, value));
  }
  return out;
}
