import type { JsonObject, JsonValue } from "../../json/value.ts";
import { type FieldProblem, forbidden, invalid, required, tooLong } from "./field-problem.ts";
import { items, stringMap, strings, text } from "./fields.ts";
import type { NameRule } from "./kind-strategy.ts";
import { labelValueProblems, nameProblems, qualifiedNameProblems } from "./names.ts";

const maxAnnotationBytes = 256 * 1024;
const standardFinalizers = new Set(["kubernetes", "orphan", "foregroundDeletion"]);

/**
 * Checks metadata as every write does. Finalizers of most built-in kinds need a domain and a slash; those of other kinds
 * only have to be qualified names: many controllers use the bare name of their resource.
 */
export function validateObjectMeta(
  metadata: JsonObject,
  options: { readonly namespaced: boolean; readonly nameRule: NameRule; readonly slashInFinalizers: boolean },
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const generateName = text(metadata, "generateName");
  if (generateName !== "") {
    for (const detail of nameProblems(options.nameRule, generateName, true)) {
      problems.push(invalid("metadata.generateName", generateName, detail));
    }
  }
  const name = text(metadata, "name");
  if (name === "") problems.push(required("metadata.name", "name or generateName is required"));
  else
    for (const detail of nameProblems(options.nameRule, name, false))
      problems.push(invalid("metadata.name", name, detail));
  const namespace = text(metadata, "namespace");
  if (options.namespaced) {
    if (namespace === "") problems.push(required("metadata.namespace"));
    else {
      for (const detail of nameProblems("label", namespace, false)) {
        problems.push(invalid("metadata.namespace", namespace, detail));
      }
    }
  } else if (namespace !== "") problems.push(forbidden("metadata.namespace", "not allowed on this type"));
  problems.push(...validateLabels(metadata, "metadata.labels"));
  problems.push(...validateAnnotations(metadata));
  problems.push(...validateOwners(metadata));
  problems.push(...validateFinalizers(metadata, options.slashInFinalizers));
  return problems;
}

/** Checks a map of labels; `object` holds it under the last word of `path`. */
export function validateLabels(object: JsonObject, path: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const labels = stringMap(object, path.slice(path.lastIndexOf(".") + 1));
  for (const key of Object.keys(labels).sort()) {
    for (const detail of qualifiedNameProblems(key)) problems.push(invalid(path, key, detail));
    for (const detail of labelValueProblems(labels[key]!)) problems.push(invalid(path, labels[key], detail));
  }
  return problems;
}

function validateAnnotations(metadata: JsonObject): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const annotations = stringMap(metadata, "annotations");
  let size = 0;
  for (const key of Object.keys(annotations).sort()) {
    size += Buffer.byteLength(key) + Buffer.byteLength(annotations[key]!);
    for (const detail of qualifiedNameProblems(key.toLowerCase())) {
      problems.push(invalid("metadata.annotations", key, detail));
    }
  }
  if (size > maxAnnotationBytes) problems.push(tooLong("metadata.annotations", maxAnnotationBytes));
  return problems;
}

function validateOwners(metadata: JsonObject): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  let controller: string | undefined;
  items(metadata, "ownerReferences").forEach((owner, index) => {
    const at = `metadata.ownerReferences[${index}]`;
    const apiVersion = text(owner, "apiVersion");
    if (apiVersion === "" || apiVersion.endsWith("/"))
      problems.push(invalid(`${at}.apiVersion`, apiVersion, "version must not be empty"));
    for (const field of ["kind", "name", "uid"]) {
      if (text(owner, field) === "") problems.push(invalid(`${at}.${field}`, "", "must not be empty"));
    }
    if (apiVersion === "v1" && owner["kind"] === "Event") {
      problems.push(invalid("metadata.ownerReferences", owner, "/v1, Kind=Event is disallowed from being an owner"));
    }
    if (owner["controller"] !== true) return;
    const name = text(owner, "name");
    if (controller === undefined) controller = name;
    else {
      problems.push(
        invalid(
          "metadata.ownerReferences",
          metadata["ownerReferences"],
          `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`,
        ),
      );
    }
  });
  return problems;
}

function validateFinalizers(metadata: JsonObject, needsSlash: boolean): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const finalizers = strings(metadata, "finalizers");
  finalizers.forEach((finalizer, index) => {
    const at = `metadata.finalizers[${index}]`;
    const details = qualifiedNameProblems(finalizer);
    for (const detail of details) problems.push(invalid(at, finalizer, detail));
    if (needsSlash && !finalizer.includes("/") && !standardFinalizers.has(finalizer)) {
      problems.push(invalid(at, finalizer, "name is neither a standard finalizer name nor is it fully qualified"));
    }
  });
  if (finalizers.includes("orphan") && finalizers.includes("foregroundDeletion")) {
    problems.push(
      invalid("metadata.finalizers", [...finalizers], "finalizer orphan and foregroundDeletion cannot be both set"),
    );
  }
  return problems;
}

function immutable(next: JsonObject, old: JsonObject, field: string): readonly FieldProblem[] {
  const value: JsonValue | undefined = next[field];
  if ((value ?? "") === (old[field] ?? "")) return [];
  return [invalid(`metadata.${field}`, value ?? null, "field is immutable")];
}

/** Checks what an update may not change of metadata; the rest was restored before. */
export function validateObjectMetaUpdate(next: JsonObject, old: JsonObject): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (old["deletionTimestamp"] !== undefined) {
    const before = new Set(strings(old, "finalizers"));
    const added = strings(next, "finalizers").filter((finalizer) => !before.has(finalizer));
    if (added.length > 0) {
      const list = added.map((finalizer) => JSON.stringify(finalizer)).join(", ");
      problems.push(
        forbidden(
          "metadata.finalizers",
          `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`,
        ),
      );
    }
  }
  for (const field of [
    "name",
    "namespace",
    "uid",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
  ]) {
    problems.push(...immutable(next, old, field));
  }
  return problems;
}
