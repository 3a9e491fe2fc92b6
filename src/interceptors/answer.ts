import type { JsonObject } from "../json/value.ts";
import { Code, type Evidence, type InterceptorResponse, type StopCause } from "./interceptor.ts";

/** Lets the trigger go on, with what it adds to the extensions. */
export function goOn(extensions?: JsonObject, evidence?: readonly Evidence[]): InterceptorResponse {
  return {
    continue: true,
    status: { code: Code.ok, message: "" },
    ...(extensions ? { extensions } : {}),
    ...(evidence ? { evidence } : {}),
  };
}

/** Stops the trigger. */
export function stop(
  code: number,
  message: string,
  more: { readonly cause?: StopCause; readonly evidence?: readonly Evidence[] } = {},
): InterceptorResponse {
  return {
    continue: false,
    status: { code, message },
    ...(more.cause ? { stopCause: more.cause } : {}),
    ...(more.evidence ? { evidence: more.evidence } : {}),
  };
}
