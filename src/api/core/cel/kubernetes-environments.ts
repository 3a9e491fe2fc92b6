import type { Environment } from "../../../cel/checker.ts";
import { kubernetesFunctions } from "../../../cel/environments.ts";
import { mergeDeclarations } from "../../../cel/function-table.ts";
import { mutationMessage, mutations } from "../../../cel/functions/mutations.ts";
import { dynType } from "../../../cel/types.ts";
import { addressFunctions } from "./address-functions.ts";
import { formatFunctions } from "./format-functions.ts";
import { quantityFunctions } from "./quantity-functions.ts";
import { semverFunctions } from "./semver-functions.ts";
import { urlFunctions } from "./url-functions.ts";

const libraries = [
  ...kubernetesFunctions,
  quantityFunctions,
  urlFunctions,
  addressFunctions,
  semverFunctions,
  formatFunctions,
];

/** Expressions of Kubernetes: rules of CustomResourceDefinitions, admission policies, conditions of webhooks. */
export function kubernetesEnvironment(variables: readonly string[]): Environment {
  return {
    variables: new Map(variables.map((name) => [name, dynType])),
    functions: mergeDeclarations(libraries),
    hasOptionals: true,
  };
}

/** Expressions of Kubernetes that make changes: they construct objects and patches. */
export function mutationEnvironment(variables: readonly string[]): Environment {
  return {
    ...kubernetesEnvironment(variables),
    functions: mergeDeclarations([...libraries, mutations]),
    messages: mutationMessage,
  };
}
