import { html, type Markup } from "./html.ts";

const names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

interface Style {
  readonly color: string | undefined;
  readonly isBold: boolean;
  readonly isFaint: boolean;
}

const plain: Style = { color: undefined, isBold: false, isFaint: false };

/** ANSI control sequences (ECMA-48): CSI with its parameters and final byte, OSC to its end, two-character ones. */
const sequence = /\u001b(?:\[([0-9:;<=>?]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;

/**
 * A line of output with its colours as classes: the 16 colours, bold and faint. Other sequences are left out; a
 * carriage return starts the line anew, as progress bars mean it.
 */
export function ansiLine(line: string): Markup {
  const text = line.slice(line.lastIndexOf("\r") + 1);
  const parts: Markup[] = [];
  let style = plain;
  let at = 0;
  const put = (until: number) => {
    if (until > at) parts.push(styled(text.slice(at, until), style));
  };
  for (const match of text.matchAll(sequence)) {
    put(match.index);
    at = match.index + match[0].length;
    if (match[2] === "m") style = next(style, match[1] ?? "");
  }
  put(text.length);
  return html`${parts}`;
}

function styled(text: string, { color, isBold, isFaint }: Style): Markup {
  const classes = [color, isBold ? "bold" : undefined, isFaint ? "faint" : undefined].filter(
    (name) => name !== undefined,
  );
  return classes.length === 0 ? html`${text}` : html`<span class="${classes.join(" ")}">${text}</span>`;
}

function next(style: Style, parameters: string): Style {
  let result = style;
  const codes = parameters.split(/[;:]/).map(Number);
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] ?? 0;
    if (code === 0) result = plain;
    else if (code === 1) result = { ...result, isBold: true };
    else if (code === 2) result = { ...result, isFaint: true };
    else if (code === 22) result = { ...result, isBold: false, isFaint: false };
    else if (code === 39) result = { ...result, color: undefined };
    else if (code >= 30 && code <= 37) result = { ...result, color: `ansi-${names[code - 30]}` };
    else if (code >= 90 && code <= 97) result = { ...result, color: `ansi-${names[code - 90]}` };
    // 256 colours and true colours take further parameters, which must not be read as codes.
    else if (code === 38 || code === 48) index += codes[index + 1] === 5 ? 2 : 4;
  }
  return result;
}
