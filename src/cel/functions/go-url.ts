import { quoteGo } from "../../json/go-print.ts";
import { err, ok, type Result } from "../../result.ts";
import { utf8Bytes, utf8Text } from "../utf8.ts";

/** A URL as Go's net/url reads it. */
export interface GoUrl {
  /** Lower case. */
  readonly scheme: string;
  readonly user?: { readonly username: string; readonly password: string };
  /** As written, with the port. */
  readonly host: string;
  /** Decoded. */
  readonly path: string;
  /** As written. */
  readonly rawQuery: string;
  /** Decoded. */
  readonly fragment: string;
}

/** What part of a URL is decoded: each has other rules. */
type Mode = "path" | "host" | "zone" | "user" | "query" | "fragment";

/** Decodes %-escapes. The error is the cause alone, such as `invalid URL escape "%zz"`. */
function decodeEscapes(text: string, mode: Mode): Result<string, string> {
  const bytes = utf8Bytes(text);
  const out: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    const char = String.fromCharCode(byte);
    if (byte === 0x25) {
      const escaped = utf8Text(bytes.subarray(i, i + 3));
      const hex = String.fromCharCode(bytes[i + 1] ?? 0, bytes[i + 2] ?? 0);
      if (!/^[0-9a-fA-F]{2}$/.test(hex)) return err(`invalid URL escape ${quoteGo(escaped)}`);
      const value = Number.parseInt(hex, 16);
      // A host may only escape what is no ASCII; a zone may also escape %25 and what cannot be written.
      if (mode === "host" && value < 0x80 && hex !== "25") return err(`invalid URL escape ${quoteGo(escaped)}`);
      if (mode === "zone" && hex !== "25" && value < 0x80 && value !== 0x20 && mayStandInHost(value)) {
        return err(`invalid URL escape ${quoteGo(escaped)}`);
      }
      out.push(value);
      i += 2;
    } else if (char === "+" && mode === "query") out.push(0x20);
    else {
      if ((mode === "host" || mode === "zone") && byte < 0x80 && !mayStandInHost(byte)) {
        return err(`invalid character ${quoteGo(char)} in host name`);
      }
      out.push(byte);
    }
  }
  return ok(utf8Text(Uint8Array.from(out)));
}

function mayStandInHost(byte: number): boolean {
  return /[A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"]/.test(String.fromCharCode(byte));
}

/** The scheme and what follows it. */
function splitScheme(url: string): Result<readonly [string, string], string> {
  for (let i = 0; i < url.length; i++) {
    const char = url[i] ?? "";
    if (/[A-Za-z]/.test(char)) continue;
    if (/[0-9+\-.]/.test(char)) {
      if (i === 0) return ok(["", url]);
      continue;
    }
    if (char !== ":") return ok(["", url]);
    return i === 0 ? err("missing protocol scheme") : ok([url.slice(0, i), url.slice(i + 1)]);
  }
  return ok(["", url]);
}

function isValidPort(text: string): boolean {
  return /^(?::\d*)?$/.test(text);
}

function parseHost(host: string): Result<string, string> {
  const bracket = host.lastIndexOf("[");
  if (bracket > 0) return err("invalid IP-literal");
  if (bracket === 0) {
    const end = host.lastIndexOf("]");
    if (end < 0) return err("missing ']' in host");
    const port = host.slice(end + 1);
    if (!isValidPort(port)) return err(`invalid port ${quoteGo(port)} after host`);
    const literal = host.slice(0, end + 1);
    const zone = literal.indexOf("%25");
    if (zone < 0) {
      const decoded = decodeEscapes(host, "host");
      if (!decoded.ok) return decoded;
      return isIpv6(literal.slice(1, -1)) ? decoded : invalidIpv6(literal.slice(1, -1));
    }
    const before = decodeEscapes(host.slice(0, zone), "host");
    if (!before.ok) return before;
    const inside = decodeEscapes(host.slice(zone, end), "zone");
    if (!inside.ok) return inside;
    const after = decodeEscapes(host.slice(end), "host");
    return after.ok ? ok(before.value + inside.value + after.value) : after;
  }
  const colon = host.lastIndexOf(":");
  if (colon >= 0 && !isValidPort(host.slice(colon))) {
    return err(`invalid port ${quoteGo(host.slice(colon))} after host`);
  }
  return decodeEscapes(host, "host");
}

function isIpv6(text: string): boolean {
  return /^[0-9a-fA-F:]*:[0-9a-fA-F:.]*$/.test(text) && URL.canParse(`http://[${text}]/`);
}

function invalidIpv6(text: string): Result<string, string> {
  return err(`invalid host: ParseAddr(${quoteGo(text)}): unable to parse IP`);
}

type Authority = { readonly host: string; readonly user?: { readonly username: string; readonly password: string } };

function parseAuthority(authority: string): Result<Authority, string> {
  const at = authority.lastIndexOf("@");
  const host = parseHost(authority.slice(at + 1));
  if (!host.ok) return host;
  if (at < 0) return ok({ host: host.value });
  const userInfo = authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(userInfo)) return err("net/url: invalid userinfo");
  const colon = userInfo.indexOf(":");
  const username = decodeEscapes(colon < 0 ? userInfo : userInfo.slice(0, colon), "user");
  if (!username.ok) return username;
  const password = decodeEscapes(colon < 0 ? "" : userInfo.slice(colon + 1), "user");
  if (!password.ok) return password;
  return ok({ host: host.value, user: { username: username.value, password: password.value } });
}

/** The URL without its fragment. */
function parseWithoutFragment(url: string): Result<Omit<GoUrl, "fragment">, string> {
  if (/[\x00-\x1f\x7f]/.test(url)) return err("net/url: invalid control character in URL");
  const empty = { scheme: "", host: "", path: "", rawQuery: "" };
  if (url === "") return ok(empty);
  if (url === "*") return ok({ ...empty, path: "*" });
  const split = splitScheme(url);
  if (!split.ok) return split;
  const scheme = split.value[0].toLowerCase();
  let rest = split.value[1];
  const question = rest.indexOf("?");
  const rawQuery = question < 0 ? "" : rest.slice(question + 1);
  if (question >= 0) rest = rest.slice(0, question);
  if (!rest.startsWith("/")) {
    // What follows a scheme without a slash is opaque: it has neither host nor path.
    if (scheme !== "") return ok({ ...empty, scheme, rawQuery });
    const segment = rest.split("/", 1)[0] ?? "";
    if (segment.includes(":")) return err("first path segment in URL cannot contain colon");
  }
  let authority: Authority = { host: "" };
  if ((scheme !== "" || !rest.startsWith("///")) && rest.startsWith("//")) {
    const slash = rest.indexOf("/", 2);
    const parsed = parseAuthority(slash < 0 ? rest.slice(2) : rest.slice(2, slash));
    if (!parsed.ok) return parsed;
    authority = parsed.value;
    rest = slash < 0 ? "" : rest.slice(slash);
  }
  const path = decodeEscapes(rest, "path");
  return path.ok ? ok({ scheme, ...authority, path: path.value, rawQuery }) : path;
}

/** Reads a URL as Go's url.Parse does; the error is Go's: `parse "http://[::1": missing ']' in host`. */
export function parseGoUrl(text: string): Result<GoUrl, string> {
  const hash = text.indexOf("#");
  const url = hash < 0 ? text : text.slice(0, hash);
  const parsed = parseWithoutFragment(url);
  if (!parsed.ok) return err(`parse ${quoteGo(url)}: ${parsed.error}`);
  const fragment = decodeEscapes(hash < 0 ? "" : text.slice(hash + 1), "fragment");
  if (!fragment.ok) return err(`parse ${quoteGo(text)}: ${fragment.error}`);
  return ok({ ...parsed.value, fragment: fragment.value });
}

/** The values of a query by name, in the order of their first appearance; pairs that are malformed are left out. */
export function parseGoQuery(query: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const pair of query.split("&")) {
    if (pair === "" || pair.includes(";")) continue;
    const equals = pair.indexOf("=");
    const name = decodeEscapes(equals < 0 ? pair : pair.slice(0, equals), "query");
    const value = decodeEscapes(equals < 0 ? "" : pair.slice(equals + 1), "query");
    if (!name.ok || !value.ok) continue;
    const known = values.get(name.value);
    if (known) known.push(value.value);
    else values.set(name.value, [value.value]);
  }
  return values;
}
