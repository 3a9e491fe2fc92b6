import type { Artifact, Artifacts, ArtifactValue } from "../api/pipelines/runs.ts";
import type { ArtifactReference } from "../api/pipelines/variable-reference.ts";
import { isJsonArray, isJsonObject, type JsonValue, member } from "../json/value.ts";

/** Reads what a step wrote to its `provenance.json`; undefined when it is no such list (spec: pipelines, section 8). */
export function parseArtifacts(text: string): Artifacts | undefined {
  let json: JsonValue;
  try {
    json = JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
  if (!isJsonObject(json)) return undefined;
  return fromJson(json);
}

/** As `parseArtifacts`, of a status that holds them. */
export function fromJson(json: JsonValue | undefined): Artifacts {
  const inputs = artifactList(member(json, "inputs"));
  const outputs = artifactList(member(json, "outputs"));
  return { ...(inputs.length === 0 ? {} : { inputs }), ...(outputs.length === 0 ? {} : { outputs }) };
}

function artifactList(list: JsonValue | undefined): readonly Artifact[] {
  return (isJsonArray(list) ? list : []).flatMap((item): readonly Artifact[] => {
    if (!isJsonObject(item)) return [];
    const name = member(item, "name");
    const buildOutput = member(item, "buildOutput");
    const values = member(item, "values");
    return [
      {
        ...(typeof name === "string" ? { name } : {}),
        ...(typeof buildOutput === "boolean" && buildOutput ? { buildOutput } : {}),
        ...(isJsonArray(values) ? { values: values.map(artifactValue) } : {}),
      },
    ];
  });
}

/** With its keys in the order in which Tekton writes them. */
function artifactValue(value: JsonValue): ArtifactValue {
  const uri = member(value, "uri");
  const digest = member(value, "digest");
  const digests = Object.entries(isJsonObject(digest) ? digest : {})
    .flatMap(([algorithm, sum]) => (typeof sum === "string" ? [[algorithm, sum] as const] : []))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...(digests.length === 0 ? {} : { digest: Object.fromEntries(digests) }),
    ...(typeof uri === "string" && uri !== "" ? { uri } : {}),
  };
}

/** All of them together: values of artifacts of one name in one list, each once. */
export function mergeArtifacts(parts: readonly Artifacts[]): Artifacts {
  const inputs = merged(parts.flatMap((part) => part.inputs ?? []));
  const outputs = merged(parts.flatMap((part) => part.outputs ?? []));
  return { ...(inputs.length === 0 ? {} : { inputs }), ...(outputs.length === 0 ? {} : { outputs }) };
}

function merged(artifacts: readonly Artifact[]): readonly Artifact[] {
  const byName = new Map<string, { readonly buildOutput: boolean; readonly values: Map<string, ArtifactValue> }>();
  for (const { name = "", buildOutput = false, values = [] } of artifacts) {
    const known = byName.get(name) ?? { buildOutput, values: new Map<string, ArtifactValue>() };
    for (const value of values) known.values.set(JSON.stringify(value), value);
    byName.set(name, { buildOutput: known.buildOutput || buildOutput, values: known.values });
  }
  return [...byName].map(([name, { buildOutput, values }]) => ({
    ...(name === "" ? {} : { name }),
    ...(buildOutput ? { buildOutput } : {}),
    values: [...values.values()],
  }));
}

/** What `$(steps.<s>.outputs.<a>)` stands for: the values as JSON; undefined when there is no such artifact. */
export function artifactText(
  artifacts: Artifacts | undefined,
  { direction, artifact }: Pick<ArtifactReference, "direction" | "artifact">,
): string | undefined {
  const found = artifacts?.[direction]?.find(({ name }) => name === artifact);
  return found === undefined ? undefined : JSON.stringify(found.values ?? []);
}
