import { sameJson } from "../json/same-json.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../json/value.ts";

/** One step of a JSON Patch (RFC 6902). */
export type PatchOperation =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: JsonValue }
  | { readonly op: "remove"; readonly path: string };

/**
 * The steps that turn one value into the other. Lists of another length are replaced as a whole; what is equal is not
 * touched, so that numbers in it stay as they were written.
 */
export function jsonPatchBetween(before: JsonValue, after: JsonValue, path = ""): readonly PatchOperation[] {
  if (sameJson(before, after)) return [];
  if (isJsonObject(before) && isJsonObject(after)) {
    const at = (key: string): string => `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    return [
      ...Object.keys(before)
        .filter((key) => !Object.hasOwn(after, key))
        .map((key): PatchOperation => ({ op: "remove", path: at(key) })),
      ...Object.entries(after).flatMap(([key, value]): readonly PatchOperation[] =>
        Object.hasOwn(before, key)
          ? jsonPatchBetween(before[key] as JsonValue, value, at(key))
          : [{ op: "add", path: at(key), value }],
      ),
    ];
  }
  if (isJsonArray(before) && isJsonArray(after) && before.length === after.length) {
    return after.flatMap((item, index) => jsonPatchBetween(before[index] as JsonValue, item, `${path}/${index}`));
  }
  return [{ op: "replace", path, value: after }];
}
