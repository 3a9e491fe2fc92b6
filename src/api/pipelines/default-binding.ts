import { parse } from "yaml";
import type { WorkspaceBinding } from "./runs.ts";

/** The binding that `default-task-run-workspace-binding` describes; undefined when there is none or it is no YAML. */
export function resolvableWorkspaceBinding(yaml: string): Omit<WorkspaceBinding, "name"> | undefined {
  if (yaml.trim() === "") return undefined;
  try {
    const value: unknown = parse(yaml);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
