import type { IncomingMessage } from "node:http";
import type { Status } from "../api/object.ts";
import { decodeGoJsonObject } from "../json/go-decode.ts";
import type { JsonObject } from "../json/value.ts";
import { clientFailure } from "../kube/status.ts";
import { err, ok, type Result } from "../result.ts";

/** The cookies of a request; the first of a name counts. */
export function cookiesOf(request: IncomingMessage): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const entry of (request.headers.cookie ?? "").split(";")) {
    const at = entry.indexOf("=");
    const name = entry.slice(0, at).trim();
    if (at > 0 && !cookies.has(name)) cookies.set(name, entry.slice(at + 1).trim());
  }
  return cookies;
}

/**
 * Whether a `Host` is one that a page of another site cannot take over by changing its DNS (DNS rebinding): an address
 * in numbers, `localhost`, or a name that the operator gave.
 */
export function isTrustedHost(header: string | undefined, names: ReadonlySet<string>): boolean {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:[\]/@\s]+)(?::\d{1,5})?$/.exec(header ?? "");
  const host = match?.[1]?.toLowerCase();
  if (host === undefined) return false;
  return host.startsWith("[") || /^\d{1,3}(\.\d{1,3}){3}$/.test(host) || host === "localhost" || names.has(host);
}

/** Whether a changing request comes from our own page, as far as the browser says. */
export function isSameOrigin(request: IncomingMessage): boolean {
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** An event's body of the largest size, as text in JSON, and the manifests around it. */
const maxBodyBytes = 64 * 1024 * 1024;
/** Of somebody who has not signed in. */
const maxSignInBytes = 64 * 1024;

/** The JSON object that a POST carries; no body is an empty object. */
export async function readJsonBody(
  request: IncomingMessage,
  { isSignedIn }: { readonly isSignedIn: boolean },
): Promise<Result<JsonObject, Status>> {
  const limit = isSignedIn ? maxBodyBytes : maxSignInBytes;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > limit)
      return err(clientFailure(413, "RequestEntityTooLarge", `the body is larger than ${limit} bytes`));
    chunks.push(chunk as Buffer);
  }
  if (bytes === 0) return ok({});
  const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    return err(clientFailure(415, "UnsupportedMediaType", "the body must be application/json"));
  }
  const decoded = decodeGoJsonObject(Buffer.concat(chunks));
  if (!decoded.ok) return err(clientFailure(400, "BadRequest", `the body is no JSON object: ${decoded.error}`));
  return ok(decoded.value ?? {});
}
