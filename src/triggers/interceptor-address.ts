import { interceptorUrl as configuredUrl } from "../api/triggers/interceptor-address.ts";
import type { InterceptorObject } from "../api/triggers/objects.ts";
import type { Result } from "../result.ts";

/** Worked out once for each object, as every event asks for it. */
const known = new WeakMap<InterceptorObject, Result<string, string>>();

/** Where an interceptor is asked: the address in its status, else what its spec says (spec: event processing, section 3). */
export function interceptorUrl(interceptor: InterceptorObject): Result<string, string> {
  let url = known.get(interceptor);
  if (url === undefined) {
    const { spec, status } = interceptor;
    const address = status?.["address"] as { readonly url?: string } | undefined;
    url = address?.url ? { ok: true, value: address.url } : configuredUrl(spec?.clientConfig ?? {});
    known.set(interceptor, url);
  }
  return url;
}
