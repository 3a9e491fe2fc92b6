import type { K8sObject } from "../api/object.ts";
import { isSecretHeader } from "../interceptors/secret-header.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../json/value.ts";
import { yamlText } from "../offline/yaml-text.ts";

const hidden = "(hidden)";
/** A copy of the object by `kubectl apply`. */
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** An object for people to read: without bookkeeping, and without what is secret. */
export function objectYaml(object: K8sObject): string {
  const { apiVersion, kind, metadata: given, ...rest } = object;
  const { managedFields: _fields, annotations, ...metadata } = given;
  const others = Object.entries(annotations ?? {}).filter(([name]) => name !== lastApplied);
  const kept = others.length === 0 ? {} : { annotations: Object.fromEntries(others) };
  return partYaml({ apiVersion, kind, metadata: { ...metadata, ...kept }, ...rest } as unknown as JsonObject);
}

/** A part of an object. */
export function partYaml(value: JsonValue): string {
  return yamlText(withoutSecrets(value));
}

/** Data of Secrets that a template would create, and headers by which one proves who one is. */
function withoutSecrets(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return value.map(withoutSecrets);
  if (!isJsonObject(value)) return value;
  const isSecret = value["kind"] === "Secret";
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (isSecret && (key === "data" || key === "stringData")) return [key, hiddenValues(inner)];
      if (key === "header" && isJsonArray(inner)) return [key, inner.map(withoutSecretHeader)];
      return [key, withoutSecrets(inner)];
    }),
  );
}

function hiddenValues(data: JsonValue): JsonValue {
  if (!isJsonObject(data)) return hidden;
  return Object.fromEntries(Object.keys(data).map((key) => [key, hidden]));
}

function withoutSecretHeader(header: JsonValue): JsonValue {
  if (!isJsonObject(header) || typeof header["name"] !== "string") return withoutSecrets(header);
  return isSecretHeader(header["name"]) ? { ...header, value: hidden } : withoutSecrets(header);
}
