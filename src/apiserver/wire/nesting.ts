/** Objects nested more deeply than this are refused: nothing real is, and every walk over one costs stack. */
const maxNesting = 1_000;

/** What to say about JSON text that is nested too deeply; undefined when it is not. */
export function tooDeep(text: string): string | undefined {
  // Most texts have fewer brackets than that altogether, or are shorter.
  if (text.length <= maxNesting) return undefined;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x22) {
      for (at++; at < text.length && text.charCodeAt(at) !== 0x22; at++) if (text.charCodeAt(at) === 0x5c) at++;
    } else if (char === 0x7b || char === 0x5b) {
      depth++;
      if (depth > maxNesting) return `invalid character '${text[at]}' exceeded max depth`;
    } else if (char === 0x7d || char === 0x5d) depth--;
  }
  return undefined;
}
