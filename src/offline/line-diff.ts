/** More lines than this on a side are compared as one block: the table of the comparison stays small. */
const maxLines = 2000;

/** The lines of two texts side by side: `- ` only in the first, `+ ` only in the second, two spaces in both. */
export function lineDiff(expected: string, actual: string): readonly string[] {
  const a = linesOf(expected);
  const b = linesOf(actual);
  if (a.length > maxLines || b.length > maxLines) {
    return [...a.map((line) => `- ${line}`), ...b.map((line) => `+ ${line}`)];
  }
  const width = b.length + 1;
  // At i, j: the length of the longest common part of a from i on and b from j on.
  const common = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const diff: string[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      diff.push(`  ${a[i]}`);
      i++;
      j++;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) diff.push(`- ${a[i++]}`);
    else diff.push(`+ ${b[j++]}`);
  }
  return diff;
}

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}
