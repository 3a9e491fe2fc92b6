import { createHash } from "node:crypto";
import { parseAllDocuments } from "yaml";
import type { K8sObject } from "../../api/object.ts";
import { admitPipelinesObject } from "../../api/pipelines/admission.ts";
import { convertPipelinesObject } from "../../api/pipelines/conversion.ts";
import { goYamlTags } from "../../json/go-yaml-tags.ts";
import { isJsonObject, type JsonValue, member } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ResolvedKind } from "./resolvers.ts";

/** Reads a resolved text as the definition that was asked for, in its storage version. */
export type ReadDefinition = (text: string, kind: ResolvedKind) => Result<K8sObject, string>;

/** A reader that checks definitions by the settings of the moment: data of Tekton's ConfigMaps, by name. */
export function definitionReader(
  settings: () => Readonly<Record<string, Readonly<Record<string, string>>>>,
): ReadDefinition {
  return (text, kind) => readDefinition(text, kind, settings());
}

/**
 * Reads the one Task, Pipeline or StepAction of a resolved text, checked as a create would check it, in its storage
 * version (spec: pipelines, section 11).
 */
function readDefinition(
  text: string,
  kind: ResolvedKind,
  configMaps: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Result<K8sObject, string> {
  let value: JsonValue;
  try {
    const documents = parseAllDocuments(text, { version: "1.1", prettyErrors: false, customTags: goYamlTags });
    const list = Array.isArray(documents) ? documents : [];
    const filled = list.filter((document) => document.contents !== null);
    if (filled.length !== 1) return err(`expected one object, found ${filled.length}`);
    const document = filled[0];
    if (document === undefined || document.errors.length > 0) {
      return err(`cannot parse the definition: ${document?.errors[0]?.message ?? "empty"}`);
    }
    value = document.toJS({ maxAliasCount: 100 }) as JsonValue;
  } catch (error) {
    return err(`cannot parse the definition: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isJsonObject(value) || typeof value["apiVersion"] !== "string" || typeof value["kind"] !== "string") {
    return err("the definition has no apiVersion or kind");
  }
  const metadata = value["metadata"] ?? {};
  const name = member(metadata, "name") ?? "";
  if (!isJsonObject(metadata) || typeof name !== "string") return err("the definition's metadata cannot be read");
  if (value["kind"] !== kind) return err(`expected a ${kind}, found a ${value["kind"]}`);
  const object: unknown = { ...value, metadata };
  const admitted = admitPipelinesObject({ operation: "CREATE", object: object as K8sObject, configMaps });
  if (!admitted.ok) return err(admitted.error.message);
  return ok(convertPipelinesObject(admitted.value, kind === "StepAction" ? "v1beta1" : "v1"));
}

/** Hex digest of a text. */
export function digestOf(algorithm: "sha256" | "sha512", content: string | Uint8Array): string {
  return createHash(algorithm).update(content).digest("hex");
}
