/**
 * Reads YAML as Go's reader does where lines go on within brackets or quotes: such a line may stand anywhere, while
 * YAML 1.2 and its readers want it indented. When `read` finds the text wrong it gets it once more, with those lines
 * indented; what it says of the text as it is counts when that does not help.
 */
export function readWithLooseLines<T>(text: string, read: (text: string) => T, isRead: (result: T) => boolean): T {
  const asItIs = read(text);
  if (isRead(asItIs)) return asItIs;
  const indented = indentContinuations(text);
  if (indented === text) return asItIs;
  const again = read(indented);
  return isRead(again) ? again : asItIs;
}

/** What is open where a line ends. */
interface Open {
  /** How many brackets. */
  readonly depth: number;
  /** The quote of a text that goes on, or nothing. */
  readonly quote: string;
  /** Column of the outermost bracket or quote. */
  readonly column: number;
}

const nothingOpen: Open = { depth: 0, quote: "", column: 0 };

/** Spaces that indentation may add altogether; a text that needs more stays as it is. */
const maxAdded = 1_000_000;

/** The text with each line that begins within brackets or quotes indented beyond where they open. */
function indentContinuations(text: string): string {
  let open = nothingOpen;
  /** Indentation of the line whose block text the next lines are, as long as they are indented more. */
  let block = -1;
  let added = 0;
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    const isInside = open.depth > 0 || open.quote !== "";
    const indent = line.search(/[^ ]|$/);
    if (block >= 0 && (line.trim() === "" || indent > block)) {
      lines.push(line);
      continue;
    }
    const margin = isInside && line.trim() !== "" ? open.column + 1 : 0;
    added += margin;
    if (added > maxAdded) return text;
    lines.push(" ".repeat(margin) + line);
    open = scanLine(line, open);
    const goesOn = open.depth > 0 || open.quote !== "";
    block = !isInside && !goesOn && /(?:^|[\s:-])[|>][-+0-9]*\s*(?:#.*)?$/.test(line) ? indent : -1;
  }
  return lines.join("\n");
}

function scanLine(line: string, before: Open): Open {
  let { depth, quote, column } = before;
  /** The last character that is no space, and the first one of its word. */
  let last = "";
  let word = "";
  for (let i = 0; i < line.length; i++) {
    const char = line[i] as string;
    if (quote !== "") {
      if (char === "\\" && quote === '"') i++;
      else if (char === quote && quote === "'" && line[i + 1] === "'") i++;
      else if (char === quote) {
        quote = "";
        last = char;
      }
      continue;
    }
    if (char === " " || char === "\t") continue;
    const isWordStart = i === 0 || line[i - 1] === " " || line[i - 1] === "\t";
    if (char === "#" && isWordStart) break;
    const beginsNode =
      depth > 0
        ? last === "" || ",[{:?".includes(last)
        : last === "" || (isWordStart && (":-?".includes(last) || word === "!" || word === "&"));
    if (depth === 0 && beginsNode) column = i;
    if ((char === '"' || char === "'") && beginsNode) quote = char;
    else if ((char === "[" || char === "{") && (depth > 0 || beginsNode)) depth++;
    else if ((char === "]" || char === "}") && depth > 0) depth--;
    last = char;
    if (isWordStart) word = char;
  }
  return depth > 0 || quote !== "" ? { depth, quote, column } : nothingOpen;
}
