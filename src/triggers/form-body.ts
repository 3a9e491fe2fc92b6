import { formMediaType } from "../interceptors/header.ts";
import { encodeGoJson } from "../json/go-encode.ts";
import { EventBody, type EventHeader } from "./trigger-event.ts";

/** How forms are taken. */
export interface FormOptions {
  /** Also a form of one field, and a media type with parameters such as a charset; Tekton passes those over. */
  readonly isLenient?: boolean;
}

/** How many fields a form may have; the body's size bounds it too. */
const maxFields = 10_000;

/**
 * Turns the body of an HTML form into JSON: each field's list of values. Undefined when the body is to stay as it is
 * (spec: event processing, section 3).
 */
export function formAsJson(header: EventHeader, body: EventBody, options: FormOptions = {}): EventBody | undefined {
  const mediaType = header["Content-Type"]?.[0] ?? "";
  const isForm = options.isLenient === true ? mediaType.split(";")[0]?.trim().toLowerCase() : mediaType;
  if (isForm !== formMediaType) return undefined;
  const fields = parseForm(body.text);
  if (fields === undefined || fields.size < (options.isLenient === true ? 1 : 2)) return undefined;
  // A lenient form must look like one: JSON sent with the wrong media type has no field with an equals sign.
  if (options.isLenient === true && fields.size === 1 && !body.text.includes("=")) return undefined;
  const object: Record<string, readonly string[]> = Object.create(null);
  for (const [name, values] of fields) object[name] = values;
  return new EventBody(encodeGoJson(object));
}

/** The fields of a form; pairs with a bad escape or a semicolon are dropped, as Go's parser does. */
function parseForm(text: string): ReadonlyMap<string, readonly string[]> | undefined {
  const fields = new Map<string, string[]>();
  for (const pair of text.split("&")) {
    if (pair === "" || pair.includes(";")) continue;
    const equals = pair.indexOf("=");
    const name = unescapeForm(equals < 0 ? pair : pair.slice(0, equals));
    const value = unescapeForm(equals < 0 ? "" : pair.slice(equals + 1));
    if (name === undefined || value === undefined) continue;
    const values = fields.get(name);
    if (values) values.push(value);
    else if (fields.size >= maxFields) return undefined;
    else fields.set(name, [value]);
  }
  return fields;
}

/** Undefined when a percent sign is not followed by two hex digits. Bytes that are no UTF-8 become U+FFFD. */
function unescapeForm(text: string): string | undefined {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  if (!spaced.includes("%")) return spaced;
  if (/%(?![0-9a-fA-F]{2})/.test(spaced)) return undefined;
  try {
    return decodeURIComponent(spaced);
  } catch {
    const parts = spaced.split(/(%[0-9a-fA-F]{2})/);
    const bytes = parts.map((part) => (part.startsWith("%") ? Buffer.from(part.slice(1), "hex") : Buffer.from(part)));
    return Buffer.concat(bytes).toString("utf8");
  }
}
