import { createHmac } from "node:crypto";
import { decodeGoJson } from "../../json/go-decode.ts";
import { compareUtf8 } from "../../json/go-utf8.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { goOn, stop } from "../answer.ts";
import { fitGoType, type GoStruct, type GoType } from "../go-struct.ts";
import { formMediaType, headerValue } from "../header.ts";
import {
  Code,
  type CoreInterceptor,
  type InterceptorEnvironment,
  type InterceptorRequest,
  type InterceptorResponse,
} from "../interceptor.ts";
import { decodeParams } from "../params.ts";
import { readSecret, secretRefOf, secretRefParam } from "../secret-ref.ts";
import { isSameSecret } from "../signature.ts";

/** How the slack interceptor decodes its params. */
export const slackParamsType: GoStruct = {
  kind: "struct",
  name: "slack.InterceptorParams",
  fields: {
    requestedFields: { kind: "list", name: "[]string", element: { kind: "string" } },
    secretRef: secretRefParam,
  },
};

/** A form as the sink turns it into JSON: each field's values. */
const payloadType: GoType = {
  kind: "map",
  name: "map[string][]string",
  value: { kind: "list", name: "[]string", element: { kind: "string" } },
};

/** Older signed requests are taken for replays (Slack: "Verifying requests from Slack"). */
const maxSignatureAgeMs = 5 * 60 * 1000;

/**
 * Slack slash commands: copies `requestedFields` of the form to the extensions, each as a list
 * (spec: event processing, section 7).
 *
 * Beyond Tekton, which never verifies the signature, the optional param `secretRef` names the app's signing secret;
 * then `X-Slack-Signature` must sign the received bytes and `X-Slack-Request-Timestamp` may be five minutes old at most.
 */
export const slackInterceptor: CoreInterceptor = async (request, environment) => {
  const signature = headerValue(request.header, "X-Slack-Signature");
  if (headerValue(request.header, "Content-Type") !== formMediaType || signature === "") {
    return stop(Code.invalidArgument, `missing header in payload: ContentType ${formMediaType}`);
  }
  const payload = decodePayload(request.body);
  if (!payload.ok) {
    return stop(Code.invalidArgument, `failed to unmarshl slack payload: ${payload.error}`, { cause: "failure" });
  }
  const params = decodeParams(request.interceptorParams, slackParamsType);
  if (!params.ok) return stop(Code.invalidArgument, params.error, { cause: "configuration" });
  const forged = await refuseForgery(params.value, signature, request, environment);
  if (forged) return forged;

  const requested = params.value["requestedFields"];
  if (!isJsonArray(requested)) {
    return stop(Code.notFound, "missing requested field definition", { cause: "configuration" });
  }
  const extensions: Record<string, JsonValue> = Object.create(null);
  for (const field of requested as readonly string[]) {
    const values = Object.hasOwn(payload.value, field) ? payload.value[field] : undefined;
    if (values === undefined) {
      const message = `requested field does not exists in payload ${printPayload(payload.value)}`;
      return stop(Code.notFound, message, { cause: "failure" });
    }
    extensions[field] = values;
  }
  return goOn(extensions);
};

function decodePayload(body: string) {
  const decoded = decodeGoJson(body);
  if (!decoded.ok) return decoded;
  const fitted = fitGoType(decoded.value, payloadType);
  if (!fitted.ok) return fitted;
  return { ok: true, value: isJsonObject(fitted.value) ? fitted.value : ({} as JsonObject) } as const;
}

async function refuseForgery(
  params: JsonObject,
  signature: string,
  request: InterceptorRequest,
  environment: InterceptorEnvironment,
): Promise<InterceptorResponse | undefined> {
  const ref = secretRefOf(params["secretRef"]);
  if (ref === undefined) return undefined;
  if (ref.secretKey === "") {
    const message = "slack interceptor secretRef.secretKey is empty";
    return stop(Code.failedPrecondition, message, { cause: "configuration" });
  }
  const secret = await readSecret(ref, request, environment, { prefix: "error getting secret: " });
  if (!secret.ok) return secret.error;
  const refuse = (message: string) => stop(Code.failedPrecondition, message, { cause: "verification" });
  if (request.rawBody === undefined || environment.nowMs === undefined) {
    return refuse("the received bytes are not at hand, so that X-Slack-Signature cannot be verified here");
  }
  const timestamp = headerValue(request.header, "X-Slack-Request-Timestamp");
  if (!/^\d{1,12}$/.test(timestamp)) return refuse("no X-Slack-Request-Timestamp header set");
  // An event that is run again from the journal is older; nobody sends that one.
  const isFresh = Math.abs(environment.nowMs() - Number(timestamp) * 1000) <= maxSignatureAgeMs;
  if (!isFresh && request.hasHashedSecrets !== true) {
    return refuse("X-Slack-Request-Timestamp is more than five minutes off");
  }
  const mac = createHmac("sha256", secret.value).update(`v0:${timestamp}:`).update(request.rawBody).digest("hex");
  return isSameSecret(signature, `v0=${mac}`) ? undefined : refuse("payload signature check failed");
}

/** Prints a form as Go's `%v` prints a map of lists. */
function printPayload(payload: JsonObject): string {
  const fields = Object.keys(payload).sort(compareUtf8);
  const printed = fields.map((field) => {
    const values = payload[field];
    return `${field}:[${isJsonArray(values) ? values.join(" ") : ""}]`;
  });
  return `map[${printed.join(" ")}]`;
}
