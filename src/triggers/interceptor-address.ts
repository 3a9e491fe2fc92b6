import { interceptorUrl as configuredUrl } from "../api/triggers/interceptor-address.ts";
import type { InterceptorObject } from "../api/triggers/objects.ts";
import type { Result } from "../result.ts";

/** Where an interceptor is asked: the address in its status, else what its spec says (spec: event processing, section 3). */
export function interceptorUrl({ spec, status }: InterceptorObject): Result<string, string> {
  const address = status?.["address"] as { readonly url?: string } | undefined;
  return address?.url ? { ok: true, value: address.url } : configuredUrl(spec?.clientConfig ?? {});
}
