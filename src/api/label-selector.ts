import { isJsonArray, isJsonObject, type JsonValue } from "../json/value.ts";

/**
 * Whether labels match a metav1.LabelSelector object. An empty selector matches everything; a requirement with an
 * unknown operator matches nothing.
 */
export function matchesLabelSelector(
  selector: JsonValue | undefined,
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  if (!isJsonObject(selector)) return true;
  const labelOf = (key: string): string | undefined =>
    labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
  const wanted = selector["matchLabels"];
  if (isJsonObject(wanted) && !Object.entries(wanted).every(([key, value]) => labelOf(key) === value)) return false;
  const requirements = selector["matchExpressions"];
  return !isJsonArray(requirements) || requirements.every((requirement) => meets(requirement, labelOf));
}

function meets(requirement: JsonValue, labelOf: (key: string) => string | undefined): boolean {
  if (!isJsonObject(requirement)) return false;
  const { key, operator, values } = requirement;
  const value = typeof key === "string" ? labelOf(key) : undefined;
  const listed = isJsonArray(values) && value !== undefined && values.includes(value);
  switch (operator) {
    case "In":
      return listed;
    case "NotIn":
      return !listed;
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}
