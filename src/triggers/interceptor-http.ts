import type { Result } from "../result.ts";
import type { EventHeader } from "./trigger-event.ts";

/** A POST to an interceptor or a legacy webhook. */
export interface InterceptorPost {
  readonly url: string;
  readonly header: EventHeader;
  readonly body: Uint8Array | string;
  /** For the whole exchange; without it only its phases are limited. */
  readonly timeoutMs?: number;
}

export interface InterceptorPostAnswer {
  readonly status: number;
  /** With the number: `403 Forbidden`. */
  readonly statusText: string;
  /** Canonical names. */
  readonly header: EventHeader;
  readonly body: Uint8Array;
}

/** The way out to interceptors, with the limits and the trust that the implementation keeps. */
export interface InterceptorHttp {
  /** The error is the cause alone, worded as Go does: `dial tcp: lookup h.svc: no such host`. */
  post(post: InterceptorPost): Promise<Result<InterceptorPostAnswer, string>>;
}
