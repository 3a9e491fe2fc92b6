import { goOn, stop } from "../answer.ts";
import { eventTypesParam, refuseEventType } from "../event-types.ts";
import type { GoStruct } from "../go-struct.ts";
import { headerValue } from "../header.ts";
import { Code, type CoreInterceptor } from "../interceptor.ts";
import { decodeParams } from "../params.ts";
import { readSecret, secretRefOf, secretRefParam } from "../secret-ref.ts";
import { verifyPrefixedSignature } from "../signature.ts";
import { refuseSignature, signedBytes } from "../signed-body.ts";

/** How the bitbucket interceptor decodes its params. */
export const bitbucketParamsType: GoStruct = {
  kind: "struct",
  name: "bitbucket.InterceptorParams",
  fields: { secretRef: secretRefParam, eventTypes: eventTypesParam },
};

/**
 * Bitbucket Server and Cloud webhooks: filters by `X-Event-Key` (spelled exactly so), verifies `X-Hub-Signature`
 * (spec: event processing, section 7).
 */
export const bitbucketInterceptor: CoreInterceptor = async (request, environment) => {
  const params = decodeParams(request.interceptorParams, bitbucketParamsType);
  if (!params.ok) return stop(Code.invalidArgument, params.error, { cause: "configuration" });
  const event = Object.hasOwn(request.header, "X-Event-Key") ? (request.header["X-Event-Key"]?.[0] ?? "") : "";
  const refused = refuseEventType(params.value, event, "X-Event-Key");
  if (refused) return refused;

  const ref = secretRefOf(params.value["secretRef"]);
  if (ref === undefined) return goOn();
  if (ref.secretKey === "") {
    const message = "bitbucket interceptor secretRef.secretKey is empty";
    return stop(Code.failedPrecondition, message, { cause: "configuration" });
  }
  const signature = headerValue(request.header, "X-Hub-Signature");
  if (signature === "") return stop(Code.invalidArgument, "no X-Hub-Signature header set", { cause: "verification" });
  const secret = await readSecret(ref, request, environment, { prefix: "error getting secret: " });
  if (!secret.ok) return secret.error;
  const body = signedBytes(request);
  const check = (key: string) => verifyPrefixedSignature(signature, body, key);
  const options = { header: "X-Hub-Signature", prefix: "error validating signature: " };
  return refuseSignature(check, secret.value, options) ?? goOn();
};
