/** HTML that may go into a page as it is: only {@link html} makes it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes: markup as it is, everything else escaped; nothing for undefined, null and false. */
export type Content = Markup | string | number | undefined | null | false | readonly Content[];

/**
 * HTML from a template. Every value is escaped unless it is markup itself, so text from events, objects and logs
 * cannot become markup. Attribute values are always written between double quotes.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let text = parts[0] ?? "";
  values.forEach((value, index) => {
    text += render(value) + (parts[index + 1] ?? "");
  });
  return new Markup(text);
}

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function render(value: Content): string {
  if (value === undefined || value === null || value === false) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(render).join("");
  // A NUL or another control character has no meaning in HTML; browsers show a replacement for it too.
  return String(value)
    .replace(/[&<>"']/g, (character) => escapes[character] ?? "")
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "\ufffd");
}
