import { admitPipelinesObject } from "../api/pipelines/admission.ts";
import { pipelinesResources } from "../api/pipelines/resources.ts";
import { type AdmissionRequest, admitTriggersObject, mutateTriggersObject } from "../api/triggers/admission.ts";
import type { ConfigMaps } from "../api/triggers/configuration.ts";
import { decodeStruct } from "../api/triggers/go-decode.ts";
import { parsedJson } from "../api/triggers/json-source.ts";
import { findServedKind } from "../api/triggers/kinds.ts";
import { type TriggersObject, validateTriggersObject } from "../api/triggers/validation.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";
import type { ConfigMapData } from "./admit-planned.ts";
import type { Manifest } from "./manifests.ts";
import { findWrongType } from "./wrong-type.ts";

/**
 * What the API server would store of an object of `triggers.tekton.dev`: defaulted, and found valid. The errors name
 * file, document, line and field, one each.
 */
export function admitManifest(
  manifest: Manifest,
  object: JsonObject,
  configMaps: ConfigMaps,
): Result<JsonObject, readonly string[]> {
  const { apiVersion, kind } = manifest.object;
  const request = { operation: "CREATE", apiVersion, kind, object, configMaps };
  const admitted = admitTriggersObject(request);
  if (admitted.ok) return ok(admitted.value ?? object);
  const { message, stage } = admitted.error;
  if (stage === "validate") {
    const broken = brokenRules(manifest, request);
    if (broken.length > 0) return err(broken);
  }
  const field = /json: unknown field "(.*)"$/.exec(message)?.[1];
  const path = field === undefined ? undefined : pathOfKey(object, field);
  const reason = message.replace(
    /^(?:mutation|decoding request|validation) failed: (?:cannot decode incoming new object: )?/,
    "",
  );
  return err([path === undefined ? placeOfType(manifest, reason) : place(manifest, path, reason)]);
}

const pipelinesGroups: ReadonlySet<string> = new Set(pipelinesResources.map(({ group }) => group));

/** Why the API server would refuse an object of Tekton Pipelines; nothing for other objects. */
export function refusePipelinesManifest(manifest: Manifest, configMaps: ConfigMapData): readonly string[] {
  const { object } = manifest;
  if (!pipelinesGroups.has(object.apiVersion.replace(/\/.*$/, ""))) return [];
  const { generateName = "", name = `${generateName}00000` } = object.metadata;
  const named = { ...object, metadata: { ...object.metadata, name } };
  const admitted = admitPipelinesObject({ operation: "CREATE", object: named, configMaps });
  if (admitted.ok) return [];
  const reason = admitted.error.message.replace(/^admission webhook ".*" denied the request: /, "");
  if (!reason.startsWith("validation failed: ")) {
    return [placeOfType(manifest, reason.replace(/^mutation failed: cannot decode incoming new object: /, ""))];
  }
  // One rule on a line: `message: path, path`.
  return reason
    .slice("validation failed: ".length)
    .split("\n")
    .map((line) => {
      const [, message = line, paths = ""] = /^(.*): ((?:metadata|spec)[^\s,]*(?:, [^\s,]+)*)$/.exec(line) ?? [];
      return place(manifest, paths === "" ? "" : paths.split(", "), message);
    });
}

/** With the place of the value whose type is wrong, if the message is about one. */
function placeOfType(manifest: Manifest, message: string): string {
  const wrong = findWrongType(manifest.object as unknown as JsonValue, message);
  if (wrong === undefined) return place(manifest, "", message);
  return place(manifest, wrong.path, wrong.hint === "" ? message : `${message} (${wrong.hint})`);
}

/** `FILE: document N, line L: KIND NAME: FIELD: message`; a rule may be about several fields. */
export function place(manifest: Manifest, path: string | readonly string[], message: string): string {
  const paths = typeof path === "string" ? [path] : path;
  const [first = ""] = paths;
  const line = first === "" ? manifest.line : manifest.lineOf(first);
  const { kind, metadata } = manifest.object;
  const what = `${kind} ${metadata.name ?? metadata.generateName ?? ""}`;
  const fields = first === "" ? "" : `${paths.join(", ")}: `;
  return `${manifest.file}: document ${manifest.document}, line ${line}: ${what}: ${fields}${message}`;
}

/** The rules that validation finds broken, each with its place. */
function brokenRules(manifest: Manifest, request: AdmissionRequest): readonly string[] {
  const served = findServedKind(request.apiVersion, request.kind);
  const mutated = mutateTriggersObject(request);
  if (served === undefined || !mutated.ok || mutated.value === undefined) return [];
  const decoded = decodeStruct(served.struct, mutated.value, parsedJson, { strict: false });
  if (!decoded.ok) return [];
  const errors = validateTriggersObject({ kind: served.kind, object: decoded.value } as TriggersObject, served.version);
  return errors.map(({ message, details, paths }) => {
    const text = details === "" ? message : `${message} (${details})`;
    return place(manifest, paths, text);
  });
}

/** The path of the first field of that name outside of the metadata. */
function pathOfKey(object: JsonObject, key: string): string | undefined {
  const search = (value: JsonValue, path: string): string | undefined => {
    if (isJsonArray(value)) return firstOf(value.entries(), ([i, item]) => search(item, `${path}[${i}]`));
    if (!isJsonObject(value)) return undefined;
    return firstOf(Object.entries(value), ([name, item]) => {
      const at = path === "" ? name : `${path}.${name}`;
      return name === key ? at : at === "metadata" ? undefined : search(item, at);
    });
  };
  return search(object, "");
}

function firstOf<T, R>(items: Iterable<T>, find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
