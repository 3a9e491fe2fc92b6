import { ok, type Result } from "../../result.ts";
import { stop } from "../answer.ts";
import {
  Code,
  type InterceptorEnvironment,
  type InterceptorRequest,
  type InterceptorResponse,
} from "../interceptor.ts";
import { readSecret, type SecretRef } from "../secret-ref.ts";

/** How the messages about a token that cannot be read begin, and what they call the param that names it. */
interface TokenWords {
  readonly prefix: string;
  readonly param: string;
}

/** The access token that a feature is to use, empty when it names none; else the answer to stop with. */
export async function readAccessToken(
  ref: SecretRef | undefined,
  request: InterceptorRequest,
  environment: InterceptorEnvironment,
  { prefix, param }: TokenWords,
): Promise<Result<string, InterceptorResponse>> {
  if (ref === undefined) return ok("");
  if (ref.secretKey === "") {
    const message = `${prefix}github interceptor ${param}.secretKey is empty`;
    return { ok: false, error: stop(Code.failedPrecondition, message, { cause: "configuration" }) };
  }
  return readSecret(ref, request, environment, { prefix, allowEmpty: true });
}
