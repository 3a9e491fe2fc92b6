import { parseObject } from "../json/object-text.ts";
import { isJsonObject, type JsonObject } from "../json/value.ts";

const start = '"metadata":{';

/**
 * The metadata in the text of an object, without parsing the rest. Undefined when it does not come first, after kind
 * and apiVersion, as it does in the text of kinds that have a type.
 */
export function metadataOfText(text: string): JsonObject | undefined {
  const at = text.indexOf(start);
  if (at < 0 || !/^\{(?:"(?:kind|apiVersion)":"[^"\\]*",)*$/.test(text.slice(0, at))) return undefined;
  const open = at + start.length - 1;
  let depth = 0;
  for (let index = open; index < text.length; index++) {
    const char = text.charCodeAt(index);
    if (char === 0x22) {
      for (index++; text.charCodeAt(index) !== 0x22; index++) if (text.charCodeAt(index) === 0x5c) index++;
    } else if (char === 0x7b) depth++;
    else if (char === 0x7d && --depth === 0) {
      const metadata = parseObject(text.slice(open, index + 1));
      return isJsonObject(metadata) ? metadata : undefined;
    }
  }
  return undefined;
}
