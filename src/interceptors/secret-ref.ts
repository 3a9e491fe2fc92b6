import { isJsonObject, type JsonValue, textMember } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";
import { stop } from "./answer.ts";
import type { GoStruct } from "./go-struct.ts";
import { Code, type InterceptorEnvironment, type InterceptorRequest, type InterceptorResponse } from "./interceptor.ts";

/** Names one value of a Secret in the trigger's namespace. */
export interface SecretRef {
  readonly secretName: string;
  readonly secretKey: string;
}

/** How Tekton decodes a `secretRef` or `personalAccessToken` param. */
export const secretRefParam: GoStruct = {
  kind: "struct",
  name: "v1beta1.SecretRef",
  fields: { secretKey: { kind: "string" }, secretName: { kind: "string" } },
};

/** The reference in a decoded param; undefined when it is absent. */
export function secretRefOf(value: JsonValue | undefined): SecretRef | undefined {
  if (!isJsonObject(value)) return undefined;
  return { secretName: textMember(value, "secretName"), secretKey: textMember(value, "secretKey") };
}

/** The namespace in `namespaces/<ns>/triggers/<name>`: the second of exactly four parts, else empty. */
export function namespaceOfTrigger(triggerId: string): string {
  const parts = triggerId.split("/");
  return parts.length === 4 ? (parts[1] ?? "") : "";
}

/** What kept a secret from being read: the answer to stop with. */
export type SecretFailure = InterceptorResponse;

/**
 * Reads a secret's value for an interceptor; `prefix` begins the message of the stop when it cannot be read. An empty
 * value is an error, unlike in Tekton: anybody can make the HMAC of an empty key.
 */
export async function readSecret(
  ref: SecretRef,
  request: InterceptorRequest,
  environment: InterceptorEnvironment,
  options: { readonly prefix: string; readonly allowEmpty?: boolean },
): Promise<Result<string, SecretFailure>> {
  if (request.context === undefined) {
    return err(stop(Code.invalidArgument, "no request context passed", { cause: "configuration" }));
  }
  const namespace = namespaceOfTrigger(request.context.triggerId);
  const read = await environment.secrets.read({ namespace, name: ref.secretName, key: ref.secretKey });
  if (!read.ok) {
    const cause = causeOfUnreadSecret(read.error);
    return err(stop(Code.failedPrecondition, `${options.prefix}${read.error}`, { cause }));
  }
  if (read.value === "" && options.allowEmpty !== true) {
    const message = `${options.prefix}the value of key ${ref.secretKey} in secret ${namespace}/${ref.secretName} is empty`;
    return err(stop(Code.failedPrecondition, message, { cause: "configuration" }));
  }
  return ok(read.value);
}

/** What a reader's error means: there is no such secret or key, or the API server could not be asked, which may pass. */
export function causeOfUnreadSecret(error: string): "configuration" | "unavailable" {
  const isMissing = error.endsWith(" not found") || error.startsWith("cannot find ");
  return isMissing ? "configuration" : "unavailable";
}
