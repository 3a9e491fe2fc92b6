/**
 * Paths of members that repeat a key of their object, such as `metadata.name` or `items[0].x`, in order of appearance.
 * The text must be valid JSON.
 */
export function duplicateKeys(text: string): readonly string[] {
  const found: string[] = [];
  /** For each open container: the keys seen (objects), or the index (arrays), and the path to it. */
  const stack: { keys: Set<string> | undefined; index: number; path: string }[] = [];
  let key = "";
  let expectKey = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x22) {
      const start = at;
      for (at++; text.charCodeAt(at) !== 0x22; at++) if (text.charCodeAt(at) === 0x5c) at++;
      const top = stack.at(-1);
      if (!top?.keys || !expectKey) continue;
      expectKey = false;
      const raw = text.slice(start, at + 1);
      key = raw.includes("\\") ? (JSON.parse(raw) as string) : raw.slice(1, -1);
      if (top.keys.has(key)) found.push(top.path === "" ? key : `${top.path}.${key}`);
      else top.keys.add(key);
      continue;
    }
    if (char === 0x7b || char === 0x5b) {
      const top = stack.at(-1);
      const path = !top ? "" : top.keys ? (top.path === "" ? key : `${top.path}.${key}`) : `${top.path}[${top.index}]`;
      stack.push({ keys: char === 0x7b ? new Set() : undefined, index: 0, path });
      expectKey = char === 0x7b;
    } else if (char === 0x7d || char === 0x5d) {
      stack.pop();
      expectKey = false;
    } else if (char === 0x2c) {
      const top = stack.at(-1);
      if (!top) continue;
      if (top.keys) expectKey = true;
      else top.index++;
    }
  }
  return found;
}
