import { locateSyntaxError } from "../json/go-syntax.ts";

/** How much is shown on each side, in bytes. */
const span = 40;

/** What stands around the place where a text stops being JSON, which `>>>` marks; undefined when it is JSON. */
export function excerptOfBrokenJson(text: string): string | undefined {
  const bytes = Buffer.from(text);
  const broken = locateSyntaxError(bytes);
  if (broken === undefined) return undefined;
  const { at } = broken;
  const [start, end] = [boundary(bytes, at - span), boundary(bytes, at + span)];
  const [before, after] = [bytes.subarray(start, boundary(bytes, at)), bytes.subarray(boundary(bytes, at), end)];
  return `${start > 0 ? "…" : ""}${before.toString()}>>>${after.toString()}${end < bytes.length ? "…" : ""}`;
}

/** The beginning of the character that the byte belongs to. */
function boundary(bytes: Uint8Array, index: number): number {
  let at = Math.max(0, Math.min(index, bytes.length));
  while (at > 0 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at--;
  return at;
}
