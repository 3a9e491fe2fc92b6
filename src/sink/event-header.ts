import { canonicalHeaderName } from "../json/go-header-name.ts";
import { decodeGoUtf8 } from "../json/go-utf8.ts";
import { rememberNames } from "../json/remember-names.ts";
import type { EventHeader } from "../triggers/trigger-event.ts";

/** Headers that Go's server keeps for itself. */
const hidden: ReadonlySet<string> = new Set(["Host", "Transfer-Encoding", "Trailer"]);

const canonical = rememberNames(canonicalHeaderName);

/** The headers of a request as Go's server shows them: canonical names, a list of values each. */
export function eventHeader(rawHeaders: readonly string[]): EventHeader {
  const header: Record<string, string[]> = Object.create(null);
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = canonical(rawHeaders[at] ?? "");
    if (hidden.has(name)) continue;
    const value = textOfHeader(rawHeaders[at + 1] ?? "");
    const values = header[name];
    if (values) values.push(value);
    else header[name] = [value];
  }
  return header;
}

/** Node reads each byte of a header as a character; Go takes them for UTF-8. */
function textOfHeader(value: string): string {
  return beyondAscii.test(value) ? decodeGoUtf8(Buffer.from(value, "latin1")) : value;
}

/** The reverse of what `eventHeader` does to values, for headers that go out. */
export function headerOfText(value: string): string {
  return beyondAscii.test(value) ? Buffer.from(value, "utf8").toString("latin1") : value;
}

const beyondAscii = /[^\x00-\x7f]/;
