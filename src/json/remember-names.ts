/** How many names are remembered, and up to which length: anybody may send any. */
const maxNames = 2_000;
const maxLength = 100;

/** The same function, which remembers what it gave for names that it was asked about before. */
export function rememberNames<T extends string | boolean>(compute: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const made = compute(name);
    if (known.size < maxNames && name.length <= maxLength) known.set(name, made);
    return made;
  };
}
