import { err, ok, type Result } from "../result.ts";

/** Characters that a resource may have once its params are in: more than any API server takes. */
const maxRenderedLength = 16 * 1024 * 1024;

/** The text of a resource template, cut at what may be replaced. */
export interface TemplateText {
  /** Text before the first place. */
  readonly start: string;
  readonly places: readonly Place[];
}

/** One spot where replaceable text begins, with all the text up to the next one. */
type Place =
  /** `$(uid)`. */
  | { readonly kind: "uid"; readonly after: string }
  /** `$(tt.params.`; whether a param is named depends on the params. */
  | {
      readonly kind: "param";
      /** The text behind the marker. */
      readonly rest: string;
      /** What stands before the first `)` there: the name, unless names hold parentheses. Undefined without one. */
      readonly name: string | undefined;
      /** What stands behind that `)`. */
      readonly after: string;
    };

/** A param to put in: `$(tt.params.<name>)` becomes the value. */
export interface TemplateParam {
  readonly name: string;
  readonly value: string;
}

const marker = /\$\(uid\)|\$\(tt\.params\./g;

/** Cuts a resource template; do it once, when the template changes. */
export function compileTemplateText(text: string): TemplateText {
  const found = [...text.matchAll(marker)];
  const places = found.map(({ 0: mark, index }, i): Place => {
    const rest = text.slice(index + mark.length, found[i + 1]?.index ?? text.length);
    if (mark === "$(uid)") return { kind: "uid", after: rest };
    const close = rest.indexOf(")");
    if (close < 0) return { kind: "param", rest, name: undefined, after: "" };
    return { kind: "param", rest, name: rest.slice(0, close), after: rest.slice(close + 1) };
  });
  return { start: text.slice(0, found[0]?.index ?? text.length), places };
}

/** How values are put in. */
export interface SubstitutionOptions {
  /** The value of `$(uid)`: one per run of a trigger. */
  readonly uid: string;
  /** Write `"` in values as `\"`, as the annotation `triggers.tekton.dev/old-escape-quotes` asks. */
  readonly escapesQuotes: boolean;
}

/**
 * Puts params into a resource template, whose JSON it does not look at. The text is passed once: what a value brings
 * in is never taken for a place (Tekton replaces param by param). `$(` in values becomes `$$(`, so that Tekton
 * Pipelines takes it for text. Of params with the same name the first counts (spec: event processing, section 6).
 */
export function substituteTemplate(
  template: TemplateText,
  params: readonly TemplateParam[],
  { uid, escapesQuotes }: SubstitutionOptions,
): Result<string, string> {
  if (template.places.length === 0) return ok(template.start);
  const values = new Map<string, string>();
  let oddNames = false;
  for (const { name, value } of params) {
    if (values.has(name)) continue;
    values.set(name, escapeValue(value, escapesQuotes));
    oddNames ||= name.includes(")");
  }
  let text = template.start;
  for (const place of template.places) {
    if (text.length > maxRenderedLength) break;
    if (place.kind === "uid") {
      text += uid + place.after;
      continue;
    }
    // A name with a parenthesis may reach further than the first one: then the first declared param that fits counts.
    const odd = oddNames ? [...values.keys()].find((name) => place.rest.startsWith(`${name})`)) : undefined;
    if (odd !== undefined) {
      text += values.get(odd) + place.rest.slice(odd.length + 1);
      continue;
    }
    const value = place.name === undefined ? undefined : values.get(place.name);
    text += value === undefined ? `$(tt.params.${place.rest}` : value + place.after;
  }
  return text.length > maxRenderedLength
    ? err(`the resource is longer than ${maxRenderedLength} characters with its params put in`)
    : ok(text);
}

function escapeValue(value: string, escapesQuotes: boolean): string {
  const quoted = escapesQuotes ? value.replaceAll('"', '\\"') : value;
  return quoted.replaceAll("$(", () => "$$(");
}
