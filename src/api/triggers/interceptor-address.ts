import { goUrl, printGoUrl } from "../../json/go-url.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ClientConfig } from "./objects.ts";

/** Where an interceptor answers; the error is the one that its reconcile reports (spec: controller, section 6). */
export function interceptorUrl({ url, service, caBundle }: ClientConfig): Result<string, string> {
  if (url !== undefined) return ok(url);
  if (service === undefined) return err("interceptor URL was nil");
  const secure = caBundle !== undefined && caBundle !== "";
  const { name = "", namespace = "", path = "", port = secure ? 8443 : 80 } = service;
  return ok(
    printGoUrl(
      goUrl({
        scheme: secure ? "https" : "http",
        host: `${name}.${namespace}.svc:${port}`,
        path: path === "" || path.startsWith("/") ? path : `/${path}`,
      }),
    ),
  );
}
