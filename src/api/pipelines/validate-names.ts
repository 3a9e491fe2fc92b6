import { quoteGo } from "../../json/go-print.ts";
import { type FieldErrors, fieldError } from "../field-error.ts";

const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const dnsSubdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const resultName = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const plainParamName = /^[_a-zA-Z][_a-zA-Z0-9.-]*$/;
const objectParamName = /^[_a-zA-Z][_a-zA-Z0-9-]*$/;

const maxNameLength = 63;

export function isDnsLabel(name: string): boolean {
  return dnsLabel.test(name);
}

export function isResultName(name: string): boolean {
  return resultName.test(name);
}

/** Names of string and array params. */
export function isPlainParamName(name: string): boolean {
  return plainParamName.test(name);
}

/** Names of object params and of their keys: no dots. */
export function isObjectParamName(name: string): boolean {
  return objectParamName.test(name);
}

/** The name of a Tekton object, when it has one already. */
export function validateObjectName(name: string | undefined): FieldErrors {
  if (name === undefined || name === "") return [];
  if (name.length > 253 || !dnsSubdomain.test(name)) {
    return fieldError(`invalid resource name ${quoteGo(name)}: must be a valid DNS label`, "metadata.name");
  }
  if (name.length > maxNameLength) {
    return fieldError("Invalid resource name: length must be no more than 63 characters", "metadata.name");
  }
  return [];
}
