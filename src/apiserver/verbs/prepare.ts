import type { FieldProblem } from "../../api/core/field-problem.ts";
import type { Fields } from "../../api/core/fields.ts";
import { validateObjectMeta } from "../../api/core/object-meta.ts";
import type { Status } from "../../api/object.ts";
import type { JsonObject } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ResourceDefinition } from "../resource-definition.ts";
import { type DecodedBody, unhandled } from "../wire/decode-body.ts";
import type { WriteOptions } from "../wire/write-options.ts";

/** Fills in defaults (and prunes custom objects); gives what strict validation has to say in all. */
export function applyDefaults(
  decoded: DecodedBody,
  definition: ResourceDefinition,
  version: string,
): readonly string[] {
  if (!definition.custom) {
    definition.strategy.default?.(decoded.object);
    return decoded.strictProblems;
  }
  const pruned = definition.rules?.prepare(decoded.object, version) ?? [];
  return [...decoded.strictProblems, ...pruned.map((path) => `unknown field ${JSON.stringify(path)}`)];
}

/** Turns strict problems into an error or warnings, as `fieldValidation` asks. */
export function judgeStrictness(
  problems: readonly string[],
  options: Pick<WriteOptions, "fieldValidation">,
  refuse: (message: string) => Status,
): Result<readonly string[], Status> {
  if (problems.length === 0 || options.fieldValidation === "Ignore") return ok([]);
  if (options.fieldValidation === "Warn") return ok(problems);
  return err(refuse(`strict decoding error: ${problems.join(", ")}`));
}

/** The refusal of a body with unknown or duplicate fields. */
export function strictRefusal(definition: ResourceDefinition, version: string): (message: string) => Status {
  return (message) => unhandled(definition.kind, version, definition, message);
}

/** Groups whose own kinds take finalizers as custom resources do. */
const bareFinalizers: ReadonlySet<string> = new Set(["apiextensions.k8s.io", "admissionregistration.k8s.io"]);

/** All problems of an object that is about to be stored. */
export function validateObject(
  object: JsonObject,
  old: JsonObject | undefined,
  definition: ResourceDefinition,
  version: string,
  subresource?: string,
): readonly FieldProblem[] {
  const metadata = object["metadata"] as JsonObject;
  const meta = validateObjectMeta(metadata, {
    namespaced: definition.namespaced,
    nameRule: definition.strategy.nameRule,
    slashInFinalizers: !definition.custom && !bareFinalizers.has(definition.group),
  });
  if (definition.custom) return [...meta, ...(definition.rules?.validate(object, old, version, subresource) ?? [])];
  return [...meta, ...(definition.strategy.validate?.(object) ?? [])];
}

/** The object's metadata, for writing. */
export function metadataOf(object: Fields): Fields {
  return object["metadata"] as Fields;
}
