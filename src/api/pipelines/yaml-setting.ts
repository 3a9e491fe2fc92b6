import { parse } from "yaml";

/** The object that a setting's YAML describes; undefined when it is empty or describes none. */
export function objectSetting(yaml: string): object | undefined {
  if (yaml.trim() === "") return undefined;
  try {
    const value: unknown = parse(yaml);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
