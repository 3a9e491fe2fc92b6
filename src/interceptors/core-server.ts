import { coreInterceptors } from "./core-interceptors.ts";
import type { InterceptorEnvironment } from "./interceptor.ts";
import { decodeInterceptorRequest, encodeInterceptorResponse } from "./wire.ts";

/** An answer of the core interceptors server. */
export interface CoreServerResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Why an interceptor could not do its work just now, which may pass: the answer to give is a stop all the same. */
  readonly unavailable?: string;
}

const plainText = "text/plain; charset=utf-8";

/**
 * The HTTP face of the core interceptors, without the socket: `POST /<name>` (any method) with an InterceptorRequest
 * (spec: event processing, section 7; controller, section 7). `path` is without query.
 */
export async function answerCoreRequest(
  path: string,
  body: string,
  environment: InterceptorEnvironment,
): Promise<CoreServerResponse> {
  const name = path.toLowerCase().replace(/^\//, "");
  const interceptor = coreInterceptors.get(name);
  if (interceptor === undefined) return badRequest("path did not match any interceptors");
  const request = decodeInterceptorRequest(body);
  if (!request.ok) return badRequest(`failed to parse body as InterceptorRequest: ${request.error}`);
  const response = await interceptor(request.value, environment);
  return {
    ...{ status: 200, contentType: "application/json", body: encodeInterceptorResponse(response) },
    ...(response.stopCause === "unavailable" && { unavailable: response.status.message }),
  };
}

function badRequest(message: string): CoreServerResponse {
  return { status: 400, contentType: plainText, body: `${message}\n` };
}
