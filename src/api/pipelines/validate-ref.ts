import { type FieldErrors, fieldError, invalidValue, missingField, multipleOneOf } from "../field-error.ts";
import type { Ref } from "./task.ts";
import { validateGivenParams } from "./validate-params.ts";

const looksLikeUrl = /[\w-]+:\/\/*/;
const qualifiedName = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)$/;

/** A taskRef, pipelineRef or step ref: a name, or a resolver with params; paths relative to it. */
export function validateRef(ref: Ref): FieldErrors {
  const { name = "", resolver = "", params = [] } = ref;
  if (resolver !== "" || params.length > 0) {
    const errors: FieldErrors[number][] = [];
    if (params.length > 0) {
      if (name !== "") errors.push(...multipleOneOf("name", "params"));
      if (resolver === "") errors.push(...missingField("resolver"));
      errors.push(...validateGivenParams(params));
    }
    if (resolver !== "" && name !== "") {
      errors.push(...(looksLikeUrl.test(name) ? conciseSyntax : invalidValue("invalid URI for request", "name")));
    }
    return errors;
  }
  if (name === "") return missingField("name");
  if (looksLikeUrl.test(name)) return [...conciseSyntax, ...missingField("resolver")];
  // A name that holds a variable is known when it is filled in.
  if (name.includes("$(") || qualifiedName.test(name.slice(name.indexOf("/") + 1))) return [];
  return invalidValue(
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    "name",
  );
}

/** Names that are URLs need a syntax of resolvers that is not offered. */
const conciseSyntax: FieldErrors = fieldError(
  "feature flag enable-concise-resolver-syntax should be set to true to use concise resolver syntax",
  "",
);
