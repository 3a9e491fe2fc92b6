const words: ReadonlyMap<string, boolean> = new Map([
  ...["1", "t", "T", "true", "TRUE", "True"].map((text) => [text, true] as const),
  ...["0", "f", "F", "false", "FALSE", "False"].map((text) => [text, false] as const),
]);

/** What a text means to Go's `strconv.ParseBool`; undefined when it means neither. */
export function parseGoBool(text: string): boolean | undefined {
  return words.get(text);
}
