import { decodeGoJson } from "../json/go-decode.ts";
import { sortedKeys } from "../json/go-encode.ts";
import { formatGoValue, quoteGo } from "../json/go-print.ts";
import { isJsonObject, type JsonObject, type JsonValue, member } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";

/** What the labels of a created object tell. */
export interface TriggerLabels {
  readonly eventListener: string;
  /** May be empty. */
  readonly trigger: string;
  readonly eventId: string;
}

/**
 * The object with the labels that say which event and trigger made it; they replace labels of the same name. An object
 * whose `metadata` is null stays without (spec: event processing, section 6). Errors are Kubernetes' texts.
 *
 * @param text the JSON that the object was read from: errors tell integers and floats apart
 */
export function withTriggerLabels(
  object: JsonObject,
  text: string,
  { eventListener, trigger, eventId }: TriggerLabels,
): Result<JsonObject, string> {
  const metadata = member(object, "metadata");
  if (metadata === null) return ok(object);
  if (metadata !== undefined && !isJsonObject(metadata)) return err(wrongType(text, ["metadata"]));
  const labels = member(metadata, "labels");
  if (labels !== undefined) {
    if (!isJsonObject(labels)) return err(wrongType(text, ["metadata", "labels"]));
    const bad = sortedKeys(labels).find((key) => typeof labels[key] !== "string");
    if (bad !== undefined) {
      const { print, type } = describe(text, ["metadata", "labels", bad]);
      return err(
        `.metadata.labels accessor error: contains non-string value in the map under key ${quoteGo(bad)}: ${print} is of the type ${type}, expected string`,
      );
    }
  }
  return ok({
    ...object,
    metadata: {
      ...metadata,
      labels: {
        ...labels,
        "triggers.tekton.dev/eventlistener": eventListener,
        "triggers.tekton.dev/trigger": trigger,
        "triggers.tekton.dev/triggers-eventid": eventId,
      },
    },
  });
}

function wrongType(text: string, path: readonly string[]): string {
  const { print, type } = describe(text, path);
  return `.metadata.labels accessor error: ${print} is of the type ${type}, expected map[string]interface{}`;
}

/** How Go prints the value at the path of the JSON text, and its type there. */
function describe(text: string, path: readonly string[]): { readonly print: string; readonly type: string } {
  const decoded = decodeGoJson(text, { integers: "bigint" });
  let value: JsonValue = decoded.ok ? decoded.value : null;
  for (const key of path) value = member(value, key) ?? null;
  return { print: formatGoValue(value), type: goType(value) };
}

function goType(value: JsonValue): string {
  switch (typeof value) {
    case "string":
      return "string";
    case "boolean":
      return "bool";
    case "bigint":
      return "int64";
    case "number":
      return "float64";
    default:
      if (value === null) return "<nil>";
      return Array.isArray(value) ? "[]interface {}" : "map[string]interface {}";
  }
}
