import { compareUtf8 } from "../json/go-utf8.ts";

/**
 * Problems found in one object, worded as the admission webhook of Tekton Triggers words them
 * (spec: resources, section 4). An empty list means that the object is valid.
 */
export type FieldErrors = readonly FieldError[];

/** One rule that was broken, at one or several places. */
interface FieldError {
  readonly message: string;
  /** From the root that the rule looks at, such as `spec.triggers[0].name`; empty for a rule about no field. */
  readonly paths: readonly string[];
  /** A second line; empty when there is none. */
  readonly details: string;
}

function broken(message: string, paths: readonly string[], details = ""): FieldErrors {
  return [{ message, paths, details }];
}

/** A field that must be there is not. */
export function missingField(...paths: readonly string[]): FieldErrors {
  return broken("missing field(s)", paths);
}

/** Of several alternatives none is given. */
export function missingOneOf(...paths: readonly string[]): FieldErrors {
  return broken("expected exactly one, got neither", paths);
}

/** Of several alternatives more than one is given. */
export function multipleOneOf(...paths: readonly string[]): FieldErrors {
  return broken("expected exactly one, got both", paths);
}

/** Fields are set that may not be. */
export function disallowedFields(...paths: readonly string[]): FieldErrors {
  return paths.length === 0 ? [] : broken("must not set the field(s)", paths);
}

/** A value that breaks a rule; `value` is printed as it is. */
export function invalidValue(value: string, path: string, details = ""): FieldErrors {
  return broken(`invalid value: ${value}`, [path], details);
}

/** A message of its own at the given paths, possibly none. */
export function fieldError(message: string, ...paths: readonly string[]): FieldErrors {
  return broken(message, paths);
}

/**
 * Re-roots errors under a field: `under("spec", errors)`, or `under("triggers", errors, 2)` for an entry of a list.
 * Empty parts of a path vanish and an index is glued to what stands before it.
 */
export function under(field: string, errors: FieldErrors, index?: number): FieldErrors {
  const prefix = index === undefined ? [field] : [field, `[${index}]`];
  return errors.map((error) => ({ ...error, paths: error.paths.map((path) => flatten([...prefix, path])) }));
}

function flatten(parts: readonly string[]): string {
  const flat: string[] = [];
  for (const part of parts.flatMap((each) => each.split("."))) {
    if (part === "") continue;
    const last = flat.length - 1;
    if (last >= 0 && part.startsWith("[") && part.endsWith("]")) flat[last] += part;
    else flat.push(part);
  }
  return flat.join(".");
}

/** The text that a user sees: errors with equal message and details are merged, everything is sorted. */
export function printFieldErrors(errors: FieldErrors): string {
  const merged = new Map<string, { message: string; details: string; paths: Set<string> }>();
  for (const { message, details, paths } of errors) {
    const key = JSON.stringify([message, details]);
    const entry = merged.get(key) ?? { message, details, paths: new Set() };
    for (const path of paths) entry.paths.add(path);
    merged.set(key, entry);
  }
  return [...merged.values()]
    .sort((a, b) => compareUtf8(a.message, b.message) || compareUtf8(a.details, b.details))
    .map(({ message, details, paths }) => {
      const line = `${message}: ${[...paths].sort(compareUtf8).join(", ")}`;
      return details === "" ? line : `${line}\n${details}`;
    })
    .join("\n");
}
