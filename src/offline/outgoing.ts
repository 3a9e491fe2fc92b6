import type { CodeHostClient } from "../interceptors/interceptor.ts";
import { err } from "../result.ts";
import { HttpCodeHostClient } from "../sink/code-host-client.ts";
import { InterceptorClient } from "../sink/interceptor-client.ts";
import type { InterceptorHttp } from "../triggers/interceptor-http.ts";

/** The ways out of the engine: interceptors that run elsewhere, and the APIs of code hosts. */
export interface Outgoing {
  readonly http: InterceptorHttp;
  readonly codeHost: CodeHostClient;
}

/** Calls nobody: what would be asked is told as an error. */
export const offline: Outgoing = {
  http: { post: async () => err("not called offline: --call-remote does") },
  codeHost: { get: async () => err("not called offline: --call-remote does") },
};

/** Calls interceptors and api.github.com as a listener does. `trustedCas`: certificates (PEM) of interceptors. */
export function calling(trustedCas: readonly string[]): Outgoing {
  return {
    http: new InterceptorClient({ trustedCas: () => trustedCas }),
    codeHost: new HttpCodeHostClient({ allowedHosts: new Set(["api.github.com"]) }),
  };
}
