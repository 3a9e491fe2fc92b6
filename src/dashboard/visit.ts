import type { IncomingMessage } from "node:http";
import type { Messages } from "./messages/en.ts";
import type { Language } from "./messages/language.ts";
import type { Session } from "./sessions.ts";

/** A request that has passed the checks which all requests have to pass. */
export interface Visit {
  readonly method: "GET" | "POST";
  readonly path: readonly string[];
  readonly url: URL;
  /** The namespace that is looked at; undefined for all. */
  readonly namespace: string | undefined;
  readonly language: Language;
  readonly messages: Messages;
  readonly isReadOnly: boolean;
  readonly nowMs: number;
  /** Base URL of the shared webhook address, where the dashboard knows one. */
  readonly webhooks: string | undefined;
}

/** A visit of somebody who has signed in. */
export interface SignedInVisit extends Visit {
  readonly session: Session;
}

/** A text parameter of the query; undefined when it is empty or absent. */
export function queryText(visit: Visit, name: string): string | undefined {
  const value = visit.url.searchParams.get(name)?.trim();
  return value === undefined || value === "" ? undefined : value;
}

/** A path of ours, with the namespace that is looked at and further parameters. */
export function linkTo(
  visit: Visit,
  path: readonly string[],
  parameters: Readonly<Record<string, string | undefined>> = {},
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ namespace: visit.namespace, ...parameters })) {
    if (value !== undefined && value !== "") query.set(name, value);
  }
  const text = query.toString();
  return `/${path.map(encodeURIComponent).join("/")}${text === "" ? "" : `?${text}`}`;
}

/** The path's segments, decoded; undefined when it is malformed. */
export function pathSegments(pathname: string): readonly string[] | undefined {
  try {
    return pathname
      .split("/")
      .slice(1)
      .map(decodeURIComponent)
      .filter((segment, index, all) => segment !== "" || index < all.length - 1);
  } catch {
    return undefined;
  }
}

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

const maxFormBytes = 64 * 1024;

/** The fields of a posted form; undefined when it is too large or no form. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > maxFormBytes) return undefined;
    chunks.push(chunk as Buffer);
  }
  const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (bytes > 0 && type !== "application/x-www-form-urlencoded") return undefined;
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}
