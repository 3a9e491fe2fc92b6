import { quoteGo } from "../../json/go-print.ts";

/** A list of strings as Kubernetes prints it in messages: `["a" "b"]`. */
export function goStringList(items: readonly string[]): string {
  return `[${items.map(quoteGo).join(" ")}]`;
}
