import { goOn, stop } from "../answer.ts";
import { refuseEventType } from "../event-types.ts";
import { formMediaType, headerValue } from "../header.ts";
import {
  Code,
  type CoreInterceptor,
  type InterceptorEnvironment,
  type InterceptorRequest,
  type InterceptorResponse,
} from "../interceptor.ts";
import { decodeParams } from "../params.ts";
import { readSecret, type SecretRef, secretRefOf } from "../secret-ref.ts";
import { verifyPrefixedSignature } from "../signature.ts";
import { refuseSignature, signedBytes } from "../signed-body.ts";
import { addChangedFiles } from "./changed-files.ts";
import { addChangedFilesOf, githubParamsType, ownersOf } from "./github-params.ts";
import { refuseStranger } from "./owners.ts";

/**
 * GitHub webhooks: filters by `X-GitHub-Event`, verifies `X-Hub-Signature-256`, adds changed files, lets only owners'
 * pull requests and comments pass (spec: event processing, section 7).
 *
 * Unlike Tekton, `githubOwners` is evaluated when `addChangedFiles` is enabled too, and an access token only goes to
 * hosts that the operator listed.
 */
export const githubInterceptor: CoreInterceptor = async (request, environment) => {
  if (headerValue(request.header, "Content-Type") === formMediaType) {
    const message = "form parameter encoding not supported, please change the hook to send JSON payloads";
    return stop(Code.invalidArgument, message, { cause: "failure" });
  }
  const params = decodeParams(request.interceptorParams, githubParamsType);
  if (!params.ok) return stop(Code.invalidArgument, params.error, { cause: "configuration" });
  const event = headerValue(request.header, "X-Github-Event");
  const refused = refuseEventType(params.value, event, "X-GitHub-Event");
  if (refused) return refused;

  const ref = secretRefOf(params.value["secretRef"]);
  const forged = ref === undefined ? undefined : await refuseForgery(ref, request, environment);
  if (forged) return forged;

  const changes = addChangedFilesOf(params.value);
  const added = changes.enabled ? await addChangedFiles(changes, event, request, environment) : undefined;
  if (added && !added.ok) return added.error;
  const owners = ownersOf(params.value);
  const stranger = owners.enabled ? await refuseStranger(owners, event, request, environment) : undefined;
  if (stranger) return stranger;
  return added && Object.keys(added.value).length > 0 ? goOn(added.value) : goOn();
};

async function refuseForgery(
  ref: SecretRef,
  request: InterceptorRequest,
  environment: InterceptorEnvironment,
): Promise<InterceptorResponse | undefined> {
  if (ref.secretKey === "") {
    const message = "github interceptor secretRef.secretKey is empty";
    return stop(Code.failedPrecondition, message, { cause: "configuration" });
  }
  const signature = headerValue(request.header, "X-Hub-Signature-256");
  if (signature === "") {
    return stop(Code.failedPrecondition, "no X-Hub-Signature-256 header set", { cause: "verification" });
  }
  const secret = await readSecret(ref, request, environment, { prefix: "error getting secret: " });
  if (!secret.ok) return secret.error;
  const body = signedBytes(request);
  const check = (key: string) => verifyPrefixedSignature(signature, body, key);
  return refuseSignature(check, secret.value, { header: "X-Hub-Signature-256" });
}
