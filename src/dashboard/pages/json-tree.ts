import { isJsonArray, isJsonObject, type JsonValue } from "../../json/value.ts";
import { html, type Markup } from "../html.ts";

const openLevels = 2;

/**
 * A JSON value to unfold, the outer levels open. At most `maxValues` values are drawn; `isWhole` says whether that was
 * all.
 */
export function jsonTree(value: JsonValue, maxValues: number): { readonly markup: Markup; readonly isWhole: boolean } {
  const budget = { left: maxValues };
  const markup = html`<div class="json">${node(undefined, value, 0, budget)}</div>`;
  return { markup, isWhole: budget.left > 0 };
}

const maxDepth = 60;

function node(key: string | undefined, value: JsonValue, depth: number, budget: { left: number }): Markup {
  budget.left--;
  const label = key === undefined ? undefined : html`<span class="key">${key}</span>: `;
  const entries: readonly (readonly [string, JsonValue])[] | undefined = isJsonArray(value)
    ? value.map((item, index) => [String(index), item] as const)
    : isJsonObject(value)
      ? Object.entries(value)
      : undefined;
  if (entries === undefined) return html`<div class="leaf">${label}${scalar(value)}</div>`;
  const size = isJsonArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  if (entries.length === 0 || depth >= maxDepth) return html`<div class="leaf">${label}${size}</div>`;
  const children: Markup[] = [];
  for (const [name, child] of entries) {
    if (budget.left <= 0) break;
    children.push(node(name, child, depth + 1, budget));
  }
  return html`<details${depth < openLevels && html` open`}><summary>${label}<span class="muted">${size}</span></summary>${children}</details>`;
}

function scalar(value: JsonValue): Markup {
  if (typeof value === "string") return html`<span class="string">${JSON.stringify(value)}</span>`;
  return html`<span class="literal">${String(value)}</span>`;
}
