import { decodeGoJson } from "../../json/go-decode.ts";
import { isJsonArray, isJsonObject, type JsonObject, member } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import { goOn, stop } from "../answer.ts";
import { eventTypesParam, refuseEventType } from "../event-types.ts";
import type { GoStruct } from "../go-struct.ts";
import { headerValue } from "../header.ts";
import {
  Code,
  type CoreInterceptor,
  type Evidence,
  type InterceptorEnvironment,
  type InterceptorRequest,
  type InterceptorResponse,
} from "../interceptor.ts";
import { decodeParams } from "../params.ts";
import { readSecret, type SecretRef, secretRefOf, secretRefParam } from "../secret-ref.ts";
import { verifyHexSignature, verifyPrefixedSignature } from "../signature.ts";
import { likelyCause, type SignatureCheck, signedBytes } from "../signed-body.ts";

/** How the gitea interceptor decodes its params. */
export const giteaParamsType: GoStruct = {
  kind: "struct",
  name: "gitea.InterceptorParams",
  fields: {
    secretRef: secretRefParam,
    secretRefs: { kind: "list", name: "[]v1beta1.SecretRef", element: secretRefParam },
    eventTypes: eventTypesParam,
    addChangedFiles: { kind: "struct", name: "gitea.AddChangedFiles", fields: { enabled: { kind: "bool" } } },
  },
};

/** Where the kind of the event is read, first found wins. Forgejo and Gogs send their own name beside Gitea's. */
const eventHeaders = ["X-Gitea-Event", "X-Forgejo-Event", "X-Gogs-Event"];

/** Headers with bare hex digits of an HMAC-SHA256 of the body. */
const hexSignatureHeaders = ["X-Gitea-Signature", "X-Forgejo-Signature", "X-Gogs-Signature"];

/** The GitHub-style header that Gitea and Forgejo send beside them: `sha256=<hex>`. */
const prefixedSignatureHeader = "X-Hub-Signature-256";

/**
 * Gitea, Forgejo and Gogs webhooks, which Tekton has no interceptor for. Params:
 *
 * - `secretRef: {secretName, secretKey}`: the webhook's secret. One of the signature headers must then be the
 *   HMAC-SHA256 of exactly the bytes received: `X-Gitea-Signature`, `X-Forgejo-Signature`, `X-Gogs-Signature` (hex),
 *   else `X-Hub-Signature-256` (`sha256=` and hex). The first one present decides.
 * - `secretRefs: [{secretName, secretKey}, ...]`: further secrets, for rotation; the signature of any of them will do.
 *   One that does not exist is passed over as long as another one exists.
 * - `eventTypes: [push, create, ...]`: what `X-Gitea-Event` (`X-Forgejo-Event`, `X-Gogs-Event`) must be one of.
 * - `addChangedFiles: {enabled: true}`: for a push, adds the extension `changed_files`: the names of the files that
 *   its commits added, modified and removed, joined by commas. They come from the payload, no request is made.
 *
 * Codes: 3 for params of a wrong shape, 9 for everything else.
 */
export const giteaInterceptor: CoreInterceptor = async (request, environment) => {
  const params = decodeParams(request.interceptorParams, giteaParamsType);
  if (!params.ok) return stop(Code.invalidArgument, params.error, { cause: "configuration" });
  const header = eventHeaders.find((name) => headerValue(request.header, name) !== "") ?? "X-Gitea-Event";
  const event = headerValue(request.header, header);
  const refused = refuseEventType(params.value, event, header);
  if (refused) return refused;

  const refs = secretRefsOf(params.value);
  if (refs.length > 0) {
    const forged = await refuseForgery(refs, request, environment);
    if (forged) return forged;
  }
  if (event !== "push" || member(params.value["addChangedFiles"], "enabled") !== true) return goOn();
  const files = changedFiles(request.body);
  if (!files.ok) return stop(Code.failedPrecondition, `error parsing body: ${files.error}`);
  return goOn({ changed_files: files.value.join(",") });
};

function secretRefsOf(params: JsonObject): readonly SecretRef[] {
  const more = params["secretRefs"];
  const values = [params["secretRef"], ...(isJsonArray(more) ? more : [])];
  return values.flatMap((value) => secretRefOf(value) ?? []);
}

async function refuseForgery(
  refs: readonly SecretRef[],
  request: InterceptorRequest,
  environment: InterceptorEnvironment,
): Promise<InterceptorResponse | undefined> {
  if (refs.some((ref) => ref.secretKey === "")) {
    const message = "gitea interceptor secretRef.secretKey is empty";
    return stop(Code.failedPrecondition, message, { cause: "configuration" });
  }
  const signature = signatureOf(request);
  if (signature === undefined) {
    return stop(Code.failedPrecondition, "no X-Gitea-Signature header set", { cause: "verification" });
  }
  let failure: InterceptorResponse | undefined;
  let anySecret = false;
  const evidence: Evidence[] = [];
  let message = "payload signature check failed";
  for (const ref of refs) {
    const secret = await readSecret(ref, request, environment, { prefix: "error getting secret: " });
    if (!secret.ok) {
      failure ??= secret.error;
      continue;
    }
    anySecret = true;
    const checked = signature.check(secret.value);
    if (checked.ok) return undefined;
    message = checked.error;
    evidence.push(...likelyCause(signature.check, secret.value));
  }
  // A secret that could not be asked for just now might be the right one: then trying again may help.
  if (failure !== undefined && (!anySecret || failure.stopCause === "unavailable")) return failure;
  return stop(Code.failedPrecondition, message, {
    cause: "verification",
    evidence: [{ subject: signature.header, error: message }, ...evidence],
  });
}

function signatureOf(
  request: InterceptorRequest,
): { readonly header: string; readonly check: SignatureCheck } | undefined {
  const body = signedBytes(request);
  for (const header of hexSignatureHeaders) {
    const signature = headerValue(request.header, header);
    if (signature !== "") return { header, check: (secret) => verifyHexSignature(signature, body, secret) };
  }
  const signature = headerValue(request.header, prefixedSignatureHeader);
  if (signature === "") return undefined;
  if (!signature.startsWith("sha256=")) {
    return { header: prefixedSignatureHeader, check: () => err("X-Hub-Signature-256 does not begin with sha256=") };
  }
  const check: SignatureCheck = (secret) => verifyPrefixedSignature(signature, body, secret);
  return { header: prefixedSignatureHeader, check };
}

/** Names of the files of all commits of a push: added, modified, removed, in payload order. */
function changedFiles(body: string): Result<readonly string[], string> {
  const decoded = decodeGoJson(body);
  if (!decoded.ok) return decoded;
  if (!isJsonObject(decoded.value)) return err("the payload is not a JSON object");
  const commits = member(decoded.value, "commits");
  const names: string[] = [];
  for (const commit of isJsonArray(commits) ? commits : []) {
    for (const list of ["added", "modified", "removed"]) {
      const files = member(commit, list);
      if (isJsonArray(files)) names.push(...files.filter((file) => typeof file === "string"));
    }
  }
  return ok(names);
}
