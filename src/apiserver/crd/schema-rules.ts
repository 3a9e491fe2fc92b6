import { type FieldProblem, invalid } from "../../api/core/field-problem.ts";
import type { Fields } from "../../api/core/fields.ts";
import { isJsonObject, type JsonObject, member } from "../../json/value.ts";
import { hasRules, validateRules } from "./cel-rules.ts";
import type { CustomRules } from "./custom-rules.ts";
import { embeddedProblems } from "./embedded-resources.ts";
import { validateListTypes, validateSchema } from "./schema-validate.ts";
import { applySchemaDefaults, pruneUnknown } from "./structural.ts";

const unchecked =
  "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";

/** A write of the status checks that alone, with messages that start below it. */
function statusProblems(body: JsonObject, before: JsonObject, schema: JsonObject): readonly FieldProblem[] {
  const status = member(member(schema, "properties"), "status");
  if (!isJsonObject(status) || body["status"] === undefined) return [];
  return validateSchema(body["status"], before["status"], status, "").map((problem) => ({
    ...problem,
    field: problem.field === "" || problem.field === "<nil>" ? "status" : `status.${problem.field}`,
  }));
}

/** Pruning, defaulting and validation by the structural schemas of a CustomResourceDefinition's versions. */
export class SchemaRules implements CustomRules {
  readonly #schemas: ReadonlyMap<string, JsonObject>;
  readonly #preserve: boolean;

  constructor(schemas: ReadonlyMap<string, JsonObject>, options: { readonly preserveUnknownFields: boolean }) {
    this.#schemas = schemas;
    this.#preserve = options.preserveUnknownFields;
  }

  prepare(object: Fields, version: string): readonly string[] {
    const schema = this.#schemas.get(version);
    if (!schema) return [];
    const pruned = this.#preserve ? [] : pruneUnknown(object, schema);
    applySchemaDefaults(object, schema);
    return pruned;
  }

  validate(
    object: JsonObject,
    old: JsonObject | undefined,
    version: string,
    subresource?: string,
  ): readonly FieldProblem[] {
    const schema = this.#schemas.get(version);
    if (!schema) return [];
    const { metadata: _metadata, ...body } = object;
    const { metadata: _oldMetadata, ...before } = old ?? {};
    const problems =
      subresource === "status"
        ? statusProblems(body, before, schema)
        : validateSchema(body, old ? before : undefined, schema, "");
    const lists = [...embeddedProblems(body, schema, ""), ...validateListTypes(body, schema, "")];
    if (problems.length > 0) return [...problems, ...lists, invalid("<nil>", null, unchecked)];
    if (lists.length > 0) return [...lists, invalid("<nil>", null, unchecked)];
    return hasRules(schema) ? validateRules(object, old, schema) : [];
  }
}
