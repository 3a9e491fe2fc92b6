import { parse } from "yaml";
import { goYamlTags } from "../../json/go-yaml-tags.ts";

/** The object that a setting's YAML describes; undefined when it is empty or describes none. */
export function objectSetting(yaml: string): object | undefined {
  if (yaml.trim() === "") return undefined;
  try {
    const value: unknown = parse(yaml, { version: "1.1", customTags: goYamlTags });
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
