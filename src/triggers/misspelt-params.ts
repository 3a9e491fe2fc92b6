import type { JsonValue } from "../json/value.ts";

/**
 * What stands in a resource template as if it were a param and is none, such as `$(tt.param.x)`, `$( tt.params.x )` or
 * one without its end: it stays in the objects as it is. Each text once. `$$(` is what authors write to keep such a text.
 */
export function misspeltParams(template: JsonValue | undefined): readonly string[] {
  if (template === undefined) return [];
  // In the template's JSON a text ends at a quote or a backslash.
  const found = JSON.stringify(template).match(/(?<!\$)\$\(\s*tt\s*[.[][^)"\\]*\)?/gi) ?? [];
  return [...new Set(found)].filter((text) => !/^\$\(tt\.params\.[\w.-]+\)$/.test(text));
}
