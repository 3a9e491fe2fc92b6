import { formMediaType } from "../interceptors/header.ts";
import { encodeGoJson } from "../json/go-encode.ts";
import { parseGoQuery } from "../json/go-url.ts";
import { EventBody, type EventHeader } from "./trigger-event.ts";

/** How forms are taken. */
export interface FormOptions {
  /** Also a form of one field, and a media type with parameters such as a charset; Tekton passes those over. */
  readonly isLenient?: boolean;
}

/** How many pairs a form may have, as Go limits it; the body's size bounds it too. */
const maxPairs = 10_000;

/**
 * Turns the body of an HTML form into JSON: each field's list of values. Undefined when the body is to stay as it is
 * (spec: event processing, section 3).
 */
export function formAsJson(header: EventHeader, body: EventBody, options: FormOptions = {}): EventBody | undefined {
  const mediaType = header["Content-Type"]?.[0] ?? "";
  const isForm = options.isLenient === true ? mediaType.split(";")[0]?.trim().toLowerCase() : mediaType;
  if (isForm !== formMediaType) return undefined;
  if (hasMorePairs(body.text, maxPairs)) return undefined;
  const fields = parseGoQuery(body.text);
  if (fields.size < (options.isLenient === true ? 1 : 2)) return undefined;
  // A lenient form must look like one: JSON sent with the wrong media type has no field with an equals sign.
  if (options.isLenient === true && fields.size === 1 && !body.text.includes("=")) return undefined;
  const object: Record<string, readonly string[]> = Object.create(null);
  // JSON cannot hold bytes that are no UTF-8: each becomes U+FFFD.
  for (const [name, values] of fields) object[name.toWellFormed()] = values.map((value) => value.toWellFormed());
  return new EventBody(encodeGoJson(object));
}

function hasMorePairs(text: string, limit: number): boolean {
  let pairs = 1;
  for (let i = text.indexOf("&"); i >= 0 && pairs <= limit; i = text.indexOf("&", i + 1)) pairs++;
  return pairs > limit;
}
