import { type FieldErrors, multipleOneOf } from "../field-error.ts";

/** A list whose entries must have different names: one problem for each repetition. */
export function validateUnique(names: readonly string[], field: string, key: string): FieldErrors {
  const seen = new Set<string>();
  return names.flatMap((name, index) => {
    if (seen.has(name)) return multipleOneOf(`${field}[${index}].${key}`);
    seen.add(name);
    return [];
  });
}
