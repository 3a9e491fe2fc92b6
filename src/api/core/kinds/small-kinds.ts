import { isDeepStrictEqual } from "node:util";
import { findSyntaxError } from "../../../json/go-syntax.ts";
import type { JsonObject } from "../../../json/value.ts";
import { type FieldProblem, forbidden, invalid, required, tooLong } from "../field-problem.ts";
import { child, ensureChild, type Fields, number, strings, text } from "../fields.ts";
import type { KindStrategy } from "../kind-strategy.ts";

/** Namespace: its label, finalizer and phase. */
export const namespaceStrategy: KindStrategy = {
  nameRule: "label",
  generation: false,
  default: (object) => {
    const metadata = ensureChild(object, "metadata");
    const name = text(metadata, "name");
    if (name !== "") metadata["labels"] = { ...child(metadata, "labels"), "kubernetes.io/metadata.name": name };
  },
  prepareForCreate: (object) => {
    const spec = ensureChild(object, "spec");
    const finalizers = strings(spec, "finalizers");
    if (!finalizers.includes("kubernetes")) spec["finalizers"] = [...finalizers, "kubernetes"];
    const metadata = ensureChild(object, "metadata");
    metadata["labels"] = { ...child(metadata, "labels"), "kubernetes.io/metadata.name": text(metadata, "name") };
    object["status"] = { phase: "Active" };
  },
  prepareForUpdate: (object, old) => {
    object["spec"] = old["spec"]!;
    const metadata = ensureChild(object, "metadata");
    metadata["labels"] = { ...child(metadata, "labels"), "kubernetes.io/metadata.name": text(metadata, "name") };
  },
  // The namespace controller takes its finalizer off when nothing is left inside.
  subresources: {
    finalize: {
      prepareForUpdate: (object, old) => {
        if (old["status"] !== undefined) object["status"] = old["status"];
      },
    },
  },
  fieldLabels: (object) => ({
    "status.phase": text(child(object, "status"), "phase"),
    name: text(child(object, "metadata"), "name"),
  }),
};

const maxDataBytes = 1024 * 1024;
const dataKey = /^[-._a-zA-Z0-9]+$/;

function keyProblems(field: string, key: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (key.length > 253) problems.push(invalid(`${field}[${key}]`, key, "must be no more than 253 characters"));
  if (!dataKey.test(key)) {
    problems.push(
      invalid(
        `${field}[${key}]`,
        key,
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      ),
    );
  }
  if (key === "." || key === "..") problems.push(invalid(`${field}[${key}]`, key, `must not be '${key}'`));
  else if (key.startsWith("..")) problems.push(invalid(`${field}[${key}]`, key, "must not start with '..'"));
  return problems;
}

function decodedLength(base64: string): number {
  return Math.floor((base64.replaceAll(/[=\s]/g, "").length * 3) / 4);
}

function immutableContent(object: JsonObject, old: JsonObject, fields: readonly string[]): readonly FieldProblem[] {
  if (old["immutable"] !== true) return [];
  const problems: FieldProblem[] = [];
  const text = "field is immutable when `immutable` is set";
  if (object["immutable"] !== true) problems.push(forbidden("immutable", text));
  for (const field of fields) {
    if (!isDeepStrictEqual(object[field] ?? {}, old[field] ?? {})) problems.push(forbidden(field, text));
  }
  return problems;
}

/** ConfigMap: keys, size and immutability. */
export const configMapStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: false,
  validate: (object) => {
    const problems: FieldProblem[] = [];
    const data = child(object, "data") ?? {};
    const binary = child(object, "binaryData") ?? {};
    let size = 0;
    for (const key of Object.keys(data)) {
      problems.push(...keyProblems("data", key));
      if (Object.hasOwn(binary, key))
        problems.push(invalid(`data[${key}]`, key, "duplicate of key present in binaryData"));
      size += Buffer.byteLength(String(data[key]));
    }
    for (const key of Object.keys(binary)) {
      problems.push(...keyProblems("binaryData", key));
      size += decodedLength(String(binary[key]));
    }
    if (size > maxDataBytes) problems.push(tooLong("[]", maxDataBytes));
    return problems;
  },
  validateUpdate: (object, old) => immutableContent(object, old, ["data", "binaryData"]),
};

/** Secret: stringData, typed contents, immutability. */
export const secretStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: false,
  default: (object) => {
    const given = child(object, "stringData");
    if (given) {
      const data: Fields = { ...child(object, "data") };
      for (const key of Object.keys(given)) data[key] = Buffer.from(String(given[key])).toString("base64");
      if (Object.keys(data).length > 0) object["data"] = data;
      delete object["stringData"];
    }
    const { type } = object;
    delete object["type"];
    object["type"] = type === undefined || type === "" ? "Opaque" : type;
  },
  validate: (object) => {
    const problems: FieldProblem[] = [];
    const data = child(object, "data") ?? {};
    let size = 0;
    for (const key of Object.keys(data)) {
      problems.push(...keyProblems("data", key));
      size += decodedLength(String(data[key]));
    }
    if (size > maxDataBytes) problems.push(tooLong("data", maxDataBytes));
    problems.push(...typedSecretProblems(object, data));
    return problems;
  },
  validateUpdate: (object, old) => [
    ...(text(object, "type") === text(old, "type")
      ? []
      : [invalid("type", text(object, "type"), "field is immutable")]),
    ...immutableContent(object, old, ["data"]),
  ],
  fieldLabels: (object) => ({ type: text(object, "type") }),
};

function typedSecretProblems(object: JsonObject, data: JsonObject): readonly FieldProblem[] {
  const needs = (...keys: readonly string[]): readonly FieldProblem[] =>
    keys.filter((key) => !Object.hasOwn(data, key)).map((key) => required(`data[${key}]`));
  switch (text(object, "type")) {
    case "kubernetes.io/tls":
      return needs("tls.crt", "tls.key");
    case "kubernetes.io/basic-auth":
      return Object.hasOwn(data, "username") || Object.hasOwn(data, "password") ? [] : needs("username", "password");
    case "kubernetes.io/ssh-auth":
      return text(data, "ssh-privatekey") === "" ? [required("data[ssh-privatekey]")] : [];
    case "kubernetes.io/dockercfg":
      return dockerProblems(data, ".dockercfg");
    case "kubernetes.io/dockerconfigjson":
      return dockerProblems(data, ".dockerconfigjson");
    case "kubernetes.io/service-account-token": {
      const key = "kubernetes.io/service-account.name";
      const annotations = child(child(object, "metadata"), "annotations");
      return text(annotations, key) === "" ? [required(`metadata.annotations[${key}]`)] : [];
    }
    default:
      return [];
  }
}

function dockerProblems(data: JsonObject, key: string): readonly FieldProblem[] {
  if (!Object.hasOwn(data, key)) return [required(`data[${key}]`)];
  const detail = findSyntaxError(Buffer.from(text(data, key), "base64"));
  return detail === undefined ? [] : [invalid(`data[${key}]`, "<secret contents redacted>", detail)];
}

/** ServiceAccount. */
export const serviceAccountStrategy: KindStrategy = { nameRule: "subdomain", generation: false, answersDeleted: true };

/** Lease: durations are positive. */
export const leaseStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: false,
  createOnUpdate: true,
  conditionalUpdate: true,
  validate: (object) => {
    const spec = child(object, "spec");
    const problems: FieldProblem[] = [];
    const duration = number(spec, "leaseDurationSeconds");
    if (duration !== undefined && duration <= 0)
      problems.push(invalid("spec.leaseDurationSeconds", duration, "must be greater than 0"));
    const transitions = number(spec, "leaseTransitions");
    if (transitions !== undefined && transitions < 0)
      problems.push(invalid("spec.leaseTransitions", transitions, "must be greater than or equal to 0"));
    return problems;
  },
};
