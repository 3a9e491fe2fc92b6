import { goOn, stop } from "../answer.ts";
import { eventTypesParam, refuseEventType } from "../event-types.ts";
import type { GoStruct } from "../go-struct.ts";
import { headerValue } from "../header.ts";
import { Code, type CoreInterceptor } from "../interceptor.ts";
import { decodeParams } from "../params.ts";
import { hashSecretValue } from "../secret-header.ts";
import { readSecret, secretRefOf, secretRefParam } from "../secret-ref.ts";
import { isSameSecret } from "../signature.ts";

/** How the gitlab interceptor decodes its params. */
export const gitlabParamsType: GoStruct = {
  kind: "struct",
  name: "gitlab.InterceptorParams",
  fields: { secretRef: secretRefParam, eventTypes: eventTypesParam },
};

/** GitLab webhooks: filters by `X-Gitlab-Event`, compares `X-Gitlab-Token` (spec: event processing, section 7). */
export const gitlabInterceptor: CoreInterceptor = async (request, environment) => {
  const params = decodeParams(request.interceptorParams, gitlabParamsType);
  if (!params.ok) return stop(Code.invalidArgument, params.error, { cause: "configuration" });
  const refused = refuseEventType(params.value, headerValue(request.header, "X-Gitlab-Event"), "X-Gitlab-Event");
  if (refused) return refused;

  const ref = secretRefOf(params.value["secretRef"]);
  if (ref === undefined) return goOn();
  if (ref.secretKey === "") {
    const message = "gitlab interceptor secretRef.secretKey is empty";
    return stop(Code.failedPrecondition, message, { cause: "configuration" });
  }
  const token = headerValue(request.header, "X-Gitlab-Token");
  if (token === "") return stop(Code.invalidArgument, "no X-Gitlab-Token header set", { cause: "verification" });
  const secret = await readSecret(ref, request, environment, { prefix: "error getting secret: " });
  if (!secret.ok) return secret.error;
  const expected = request.hasHashedSecrets === true ? hashSecretValue(secret.value) : secret.value;
  if (isSameSecret(token, expected)) return goOn();
  return stop(Code.invalidArgument, "Invalid X-GitLab-Token", { cause: "verification" });
};
