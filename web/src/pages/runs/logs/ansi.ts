/** How a piece of output looks: a class of the 16 colours or a CSS colour, and what else the terminal was asked for. */
export interface AnsiStyle {
  readonly color: string | undefined;
  readonly isBold: boolean;
  readonly isFaint: boolean;
  readonly isItalic: boolean;
  readonly isUnderlined: boolean;
}

export interface AnsiSpan {
  /** Where it begins in the line as it came. */
  readonly at: number;
  readonly text: string;
  readonly style: AnsiStyle;
}

export const plainStyle: AnsiStyle = {
  color: undefined,
  isBold: false,
  isFaint: false,
  isItalic: false,
  isUnderlined: false,
};

const colorNames = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

/** ANSI control sequences (ECMA-48): CSI with its parameters and final byte, OSC to its end, two-character ones. */
const sequence = /\u001b(?:\[([0-9:;<=>?]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;

/** Whether a line has control characters that are not shown as they are. */
export function hasControls(line: string): boolean {
  return line.includes("\u001b") || line.includes("\r");
}

/** What of a line is text. A carriage return starts the line anew, as progress bars mean it. */
export function plainText(line: string): string {
  if (!hasControls(line)) return line;
  return line.slice(line.lastIndexOf("\r") + 1).replace(sequence, "");
}

/**
 * A line of output in pieces of one look each, from the look that the line before has left. Sequences that are not about
 * looks are left out.
 */
export function ansiSpans(line: string, start: AnsiStyle = plainStyle): readonly AnsiSpan[] {
  const text = line.slice(line.lastIndexOf("\r") + 1);
  const spans: AnsiSpan[] = [];
  let style = start;
  let at = 0;
  const put = (until: number) => {
    if (until > at) spans.push({ at, text: text.slice(at, until), style });
  };
  for (const match of text.matchAll(sequence)) {
    put(match.index);
    at = match.index + match[0].length;
    if (match[2] === "m") style = styleAfter(style, match[1] ?? "");
  }
  put(text.length);
  return spans;
}

/** The look in which a line leaves the terminal. */
export function styleAtEnd(line: string, start: AnsiStyle): AnsiStyle {
  if (!line.includes("\u001b")) return start;
  let style = start;
  for (const match of line.matchAll(sequence)) if (match[2] === "m") style = styleAfter(style, match[1] ?? "");
  return style;
}

/** Takes the parameters of "select graphic rendition" over. */
function styleAfter(style: AnsiStyle, parameters: string): AnsiStyle {
  let result = style;
  const codes = parameters.split(/[;:]/).map(Number);
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] ?? 0;
    if (code === 38) result = { ...result, color: extendedColor(codes.slice(index + 1)) };
    // 256 colours and true colours take further parameters, which must not be read as codes.
    if (code === 38 || code === 48) index += codes[index + 1] === 5 ? 2 : 4;
    else result = afterCode(result, code);
  }
  return result;
}

function afterCode(style: AnsiStyle, code: number): AnsiStyle {
  if (code >= 30 && code <= 37) return { ...style, color: `ansi-${colorNames[code - 30]}` };
  if (code >= 90 && code <= 97) return { ...style, color: `ansi-${colorNames[code - 90]}` };
  switch (code) {
    case 0:
      return plainStyle;
    case 1:
      return { ...style, isBold: true };
    case 2:
      return { ...style, isFaint: true };
    case 3:
      return { ...style, isItalic: true };
    case 4:
      return { ...style, isUnderlined: true };
    case 22:
      return { ...style, isBold: false, isFaint: false };
    case 23:
      return { ...style, isItalic: false };
    case 24:
      return { ...style, isUnderlined: false };
    case 39:
      return { ...style, color: undefined };
    default:
      return style;
  }
}

/** `5;N` of the 256 colours or `2;R;G;B`: a class for the first 16, else a CSS colour. */
function extendedColor([mode, first = 0, second = 0, third = 0]: readonly number[]): string | undefined {
  const byte = (value: number) => Math.min(255, Math.max(0, Math.trunc(value) || 0));
  if (mode === 2) return `rgb(${byte(first)} ${byte(second)} ${byte(third)})`;
  if (mode !== 5) return undefined;
  const index = byte(first);
  if (index < 16) return `ansi-${colorNames[index % 8]}`;
  if (index >= 232) {
    const gray = 8 + (index - 232) * 10;
    return `rgb(${gray} ${gray} ${gray})`;
  }
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  const cube = index - 16;
  return `rgb(${level(Math.floor(cube / 36))} ${level(Math.floor(cube / 6) % 6)} ${level(cube % 6)})`;
}
