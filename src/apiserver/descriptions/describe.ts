import { coreDescriptions } from "./core.ts";
import { extensionDescriptions } from "./extension.ts";
import { metaDescriptions } from "./meta.ts";
import { pipelineDescriptions } from "./pipelines.ts";
import { podDescriptions } from "./pods.ts";
import { triggerDescriptions } from "./triggers.ts";
import { workloadDescriptions } from "./workloads.ts";

interface StructDescription {
  readonly text: string | undefined;
  readonly fields: ReadonlyMap<string, string>;
}

/** Of fields that mean the same wherever they are. */
const everywhere = "*";
const ownWords: ReadonlyMap<string, string> = new Map([["EphemeralContainer", "Container"]]);

let parsed: ReadonlyMap<string, StructDescription> | undefined;

/**
 * Reads descriptions: a line `Type: text` for a type (without text where only one field is of that type), below it, indented, a line `field: text` for each field that has
 * something to say.
 */
function parse(table: string): ReadonlyMap<string, StructDescription> {
  const structs = new Map<string, StructDescription>();
  let fields = new Map<string, string>();
  for (const line of table.split("\n")) {
    if (line === "") continue;
    const colon = line.indexOf(": ");
    const name = (colon < 0 ? line : line.slice(0, colon)).trim();
    const text = colon < 0 ? undefined : line.slice(colon + 2);
    if (line.startsWith(" ")) fields.set(name, text ?? "");
    else {
      fields = new Map();
      structs.set(name, { text, fields });
    }
  }
  return structs;
}

function descriptions(): ReadonlyMap<string, StructDescription> {
  parsed ??= parse(
    [
      metaDescriptions,
      coreDescriptions,
      podDescriptions,
      workloadDescriptions,
      extensionDescriptions,
      triggerDescriptions,
      pipelineDescriptions,
    ].join(""),
  );
  return parsed;
}

/** What a type is, for `kubectl explain`; undefined for types that nobody described. The name is without package. */
export function describeType(type: string): string | undefined {
  return descriptions().get(type)?.text;
}

/** What a field of a type means. */
export function describeField(type: string, field: string): string | undefined {
  const own = descriptions()
    .get(ownWords.get(type) ?? type)
    ?.fields.get(field);
  return own ?? descriptions().get(everywhere)?.fields.get(field);
}
