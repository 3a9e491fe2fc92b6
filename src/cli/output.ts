import type { K8sObject } from "../api/object.ts";
import { encodeObject } from "../json/object-text.ts";
import type { JsonValue } from "../json/value.ts";
import { yamlText } from "../offline/yaml-text.ts";

/** The formats that `-o` takes. */
export const outputFormats = ["json", "yaml", "name", "wide"] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** An object or list in the format asked for; `name` and tables are the caller's. */
export function formatObject(value: unknown, format: "json" | "yaml"): string {
  if (format === "json") return `${encodeObject(value as JsonValue, 4)}\n`;
  return yamlText(value as JsonValue);
}

/** `pod/x`, `pipelinerun.tekton.dev/x`. */
export function formatName(object: K8sObject, resource: { readonly singular: string; readonly group: string }): string {
  return `${resource.singular}${resource.group === "" ? "" : `.${resource.group}`}/${object.metadata.name ?? ""}\n`;
}

/** Objects as a `kind: List`. */
export function listOf(items: readonly K8sObject[]): unknown {
  return { apiVersion: "v1", kind: "List", metadata: { resourceVersion: "" }, items };
}
