import type { Result } from "../result.ts";
import { stop } from "./answer.ts";
import { Code, type Evidence, type InterceptorRequest, type InterceptorResponse } from "./interceptor.ts";

/** The bytes that the sender signed: those received when they are at hand, else the text's. */
export function signedBytes(request: InterceptorRequest): Uint8Array {
  return request.rawBody ?? Buffer.from(request.body);
}

/** How one signature is checked with one secret. */
export type SignatureCheck = (secret: string) => Result<void, string>;

/** Stops unless the check accepts the secret; says what would have made it pass, when that is known. */
export function refuseSignature(
  check: SignatureCheck,
  secret: string,
  options: { readonly header: string; readonly prefix?: string },
): InterceptorResponse | undefined {
  const checked = check(secret);
  if (checked.ok) return undefined;
  return stop(Code.failedPrecondition, `${options.prefix ?? ""}${checked.error}`, {
    cause: "verification",
    evidence: [{ subject: options.header, error: checked.error }, ...likelyCause(check, secret)],
  });
}

/** The commonest mistake: the secret was stored with a newline at its end. */
export function likelyCause(check: SignatureCheck, secret: string): readonly Evidence[] {
  const trimmed = secret.trim();
  if (trimmed === secret || trimmed === "" || !check(trimmed).ok) return [];
  return [
    { subject: "secret", error: "the stored secret has white space around it; without it the signature is right" },
  ];
}
