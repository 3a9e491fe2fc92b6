import type { Environment } from "../../../cel/checker.ts";
import { kubernetesFunctions } from "../../../cel/environments.ts";
import { mergeDeclarations } from "../../../cel/function-table.ts";
import { mutationMessage, mutations } from "../../../cel/functions/mutations.ts";
import { dynType } from "../../../cel/types.ts";
import { addressFunctions } from "./address-functions.ts";
import { authorizerFunctions, authorizerTypes } from "./authorizer-functions.ts";
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
  authorizerFunctions,
];

/** As `kubernetesEnvironment`, for expressions about requests: they can ask what their senders may do. */
export function admissionEnvironment(variables: readonly string[]): Environment {
  return withAuthorizer(kubernetesEnvironment(variables));
}

function withAuthorizer(environment: Environment): Environment {
  return { ...environment, variables: new Map([...environment.variables, ...authorizerTypes]) };
}

/** Expressions of Kubernetes; by itself for rules of CustomResourceDefinitions. */
export function kubernetesEnvironment(variables: readonly string[]): Environment {
  return {
    variables: new Map(variables.map((name) => [name, dynType])),
    functions: mergeDeclarations(libraries),
    hasOptionals: true,
  };
}

/** As `admissionEnvironment`, for expressions that make changes: they construct objects and patches. */
export function mutationEnvironment(variables: readonly string[]): Environment {
  return {
    ...admissionEnvironment(variables),
    functions: mergeDeclarations([...libraries, mutations]),
    messages: mutationMessage,
  };
}
