import { err, ok, type Result } from "../result.ts";
import { quoteGo } from "./go-print.ts";
import { utf8Bytes, utf8Text } from "./utf8-bytes.ts";

/** A URL as Go's net/url splits it; strings are decoded except where the name says otherwise. */
export interface GoUrl {
  /** Lower case. */
  readonly scheme: string;
  /** Of a URL such as `mailto:a@b`, encoded. */
  readonly opaque: string;
  readonly user?: { readonly name: string; readonly password?: string };
  /** Host and port. */
  readonly host: string;
  /** A single slash after the scheme, as in `file:/etc`: there is no host, not even an empty one. */
  readonly omitHost: boolean;
  readonly path: string;
  /** The path as it was written. */
  readonly rawPath: string;
  /** A `?` with nothing after it. */
  readonly forceQuery: boolean;
  /** Encoded, without `?`. */
  readonly rawQuery: string;
  readonly fragment: string;
  readonly rawFragment: string;
}

/** What is encoded and decoded: each part has rules of its own. */
type Part = "path" | "host" | "zone" | "user" | "query" | "fragment";

const emptyUrl: GoUrl = {
  scheme: "",
  opaque: "",
  host: "",
  omitHost: false,
  path: "",
  rawPath: "",
  forceQuery: false,
  rawQuery: "",
  fragment: "",
  rawFragment: "",
};

/** Builds a URL from its decoded parts. */
export function goUrl(parts: Partial<GoUrl>): GoUrl {
  return { ...emptyUrl, ...parts };
}

/** Reads a URL or a reference as Go's `url.Parse` does; the error is Go's: `parse "http://[::1": missing ']' in host`. */
export function parseGoUrl(text: string): Result<GoUrl, string> {
  const hash = text.indexOf("#");
  const whole = hash < 0 ? text : text.slice(0, hash);
  const parsed = parseWithoutFragment(whole);
  if (!parsed.ok) return err(`parse ${quoteGo(whole)}: ${parsed.error}`);
  const encoded = hash < 0 ? "" : text.slice(hash + 1);
  if (encoded === "") return parsed;
  const fragment = percentDecode(encoded, "fragment");
  if (!fragment.ok) return err(`parse ${quoteGo(text)}: ${fragment.error}`);
  return ok({ ...parsed.value, fragment: fragment.value, rawFragment: encoded });
}

/** The values of a query by name, in the order of their first appearance; pairs that are malformed are left out. */
export function parseGoQuery(query: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const pair of query.split("&")) {
    if (pair === "" || pair.includes(";")) continue;
    const equals = pair.indexOf("=");
    const name = percentDecode(equals < 0 ? pair : pair.slice(0, equals), "query");
    const value = percentDecode(equals < 0 ? "" : pair.slice(equals + 1), "query");
    if (!name.ok || !value.ok) continue;
    const known = values.get(name.value);
    if (known) known.push(value.value);
    else values.set(name.value, [value.value]);
  }
  return values;
}

/** Prints a URL as Go's `URL.String` does. */
export function printGoUrl(url: GoUrl): string {
  const query = url.forceQuery || url.rawQuery !== "" ? `?${url.rawQuery}` : "";
  const fragment = url.fragment === "" ? "" : `#${encodedOr(url.rawFragment, url.fragment, "fragment")}`;
  const scheme = url.scheme === "" ? "" : `${url.scheme}:`;
  if (url.opaque !== "") return `${scheme}${url.opaque}${query}${fragment}`;

  const path = encodedOr(url.rawPath, url.path, "path");
  const hasAuthority = url.host !== "" || url.user !== undefined;
  let text = scheme;
  if (hasAuthority || (url.scheme !== "" && url.path !== "" && !url.omitHost)) text += "//";
  if (url.user !== undefined) text += `${printUser(url.user)}@`;
  text += percentEncode(url.host, "host");
  if (path !== "" && !path.startsWith("/") && url.host !== "") text += "/";
  // Without this a first segment such as `a:b` would be taken for a scheme.
  if (text === "" && (path.split("/", 1)[0] ?? "").includes(":")) text += "./";
  return `${text}${path}${query}${fragment}`;
}

function printUser(user: { readonly name: string; readonly password?: string }): string {
  const name = percentEncode(user.name, "user");
  return user.password === undefined ? name : `${name}:${percentEncode(user.password, "user")}`;
}

/** The text as it was written, while it still stands for the decoded value; else the default encoding. */
function encodedOr(raw: string, decoded: string, part: "path" | "fragment"): string {
  if (raw !== "" && isValidEncoding(raw, part)) {
    const back = percentDecode(raw, part);
    if (back.ok && back.value === decoded) return raw;
  }
  return part === "path" && decoded === "*" ? "*" : percentEncode(decoded, part);
}

function parseWithoutFragment(text: string): Result<GoUrl, string> {
  if (/[\x00-\x1f\x7f]/.test(text)) return err("net/url: invalid control character in URL");
  if (text === "") return ok(emptyUrl);
  if (text === "*") return ok({ ...emptyUrl, path: "*" });

  const split = splitScheme(text);
  if (!split.ok) return split;
  const scheme = split.value.scheme.toLowerCase();
  let rest = split.value.rest;
  const question = rest.indexOf("?");
  const rawQuery = question < 0 ? "" : rest.slice(question + 1);
  const query = { rawQuery, forceQuery: question >= 0 && rawQuery === "" };
  if (question >= 0) rest = rest.slice(0, question);

  if (!rest.startsWith("/")) {
    if (scheme !== "") return ok({ ...emptyUrl, ...query, scheme, opaque: rest });
    if ((rest.split("/", 1)[0] ?? "").includes(":")) return err("first path segment in URL cannot contain colon");
  }

  let authority: Pick<GoUrl, "host" | "user" | "omitHost"> = { host: "", omitHost: false };
  if (rest.startsWith("//") && (scheme !== "" || !rest.startsWith("///"))) {
    const slash = rest.indexOf("/", 2);
    const parsed = parseAuthority(slash < 0 ? rest.slice(2) : rest.slice(2, slash));
    if (!parsed.ok) return parsed;
    rest = slash < 0 ? "" : rest.slice(slash);
    authority = { ...parsed.value, omitHost: false };
  } else if (scheme !== "" && rest.startsWith("/")) authority = { host: "", omitHost: true };
  const path = percentDecode(rest, "path");
  if (!path.ok) return path;
  return ok({ ...emptyUrl, ...query, ...authority, scheme, path: path.value, rawPath: rest });
}

function splitScheme(text: string): Result<{ readonly scheme: string; readonly rest: string }, string> {
  const match = /^[a-zA-Z][a-zA-Z0-9+.-]*:/.exec(text);
  if (match !== null) return ok({ scheme: match[0].slice(0, -1), rest: text.slice(match[0].length) });
  if (text.startsWith(":")) return err("missing protocol scheme");
  return ok({ scheme: "", rest: text });
}

function parseAuthority(text: string): Result<Pick<GoUrl, "host" | "user">, string> {
  const at = text.lastIndexOf("@");
  const host = parseHost(text.slice(at + 1));
  if (!host.ok) return host;
  if (at < 0) return ok({ host: host.value });
  const info = text.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(info)) return err("net/url: invalid userinfo");
  const colon = info.indexOf(":");
  const name = percentDecode(colon < 0 ? info : info.slice(0, colon), "user");
  if (!name.ok) return name;
  if (colon < 0) return ok({ host: host.value, user: { name: name.value } });
  const password = percentDecode(info.slice(colon + 1), "user");
  if (!password.ok) return password;
  return ok({ host: host.value, user: { name: name.value, password: password.value } });
}

function parseHost(text: string): Result<string, string> {
  const open = text.lastIndexOf("[");
  if (open > 0) return err("invalid IP-literal");
  if (open < 0) {
    const colon = text.lastIndexOf(":");
    if (colon >= 0 && !isPort(text.slice(colon))) return err(`invalid port ${quoteGo(text.slice(colon))} after host`);
    return percentDecode(text, "host");
  }
  const close = text.lastIndexOf("]");
  if (close < 0) return err("missing ']' in host");
  const port = text.slice(close + 1);
  if (!isPort(port)) return err(`invalid port ${quoteGo(port)} after host`);
  const literal = text.slice(1, close);
  const zoneAt = literal.indexOf("%25");
  const address = percentDecode(zoneAt < 0 ? literal : literal.slice(0, zoneAt), "host");
  if (!address.ok) return address;
  const zone = percentDecode(zoneAt < 0 ? "" : literal.slice(zoneAt), "zone");
  if (!zone.ok) return zone;
  const whole = address.value + zone.value;
  if (!isIpv6(address.value)) return err(`invalid host: ParseAddr(${quoteGo(whole)}): unable to parse IP`);
  return ok(`[${whole}]${port}`);
}

function isIpv6(text: string): boolean {
  return /^[0-9a-fA-F:]*:[0-9a-fA-F:.]*$/.test(text) && URL.canParse(`http://[${text}]/`);
}

function isPort(text: string): boolean {
  return /^(?::\d*)?$/.test(text);
}

const unreserved = /^[A-Za-z0-9\-_.~]$/;

/** Whether a character must be written as `%XX` in that part (RFC 3986, with net/url's leniencies). */
function mustEscape(char: string, part: Exclude<Part, "query">): boolean {
  if (unreserved.test(char)) return false;
  if (part === "host" || part === "zone") return !`!$&'()*+,;=:[]<>"`.includes(char);
  if ("$&+,/:;=?@".includes(char)) {
    switch (part) {
      case "path":
        return char === "?";
      case "user":
        return "@/?:".includes(char);
      case "fragment":
        return false;
      default:
        return part satisfies never;
    }
  }
  return part === "fragment" ? !"!()*".includes(char) : true;
}

function percentEncode(text: string, part: Exclude<Part, "query">): string {
  let escaped = "";
  for (const char of text) {
    if (mustEscape(char, part)) {
      for (const byte of utf8Bytes(char)) escaped += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    } else escaped += char;
  }
  return escaped;
}

/** Decodes escapes. The error is the cause alone, such as `invalid URL escape "%zz"`. */
function percentDecode(text: string, part: Part): Result<string, string> {
  const isHost = part === "host" || part === "zone";
  if (!isHost && !text.includes("%")) return ok(part === "query" ? text.replaceAll("+", " ") : text);
  const source = utf8Bytes(text);
  const bytes = new Uint8Array(source.length);
  let count = 0;
  for (let i = 0; i < source.length; i++) {
    const byte = source[i] as number;
    if (byte === percent) {
      const value = hexDigit(source[i + 1]) * 16 + hexDigit(source[i + 2]);
      if (Number.isNaN(value) || (value !== percent && !mayBeEscaped(value, part))) {
        return err(`invalid URL escape ${quoteGo(utf8Text(source.subarray(i, i + 3)))}`);
      }
      bytes[count++] = value;
      i += 2;
      continue;
    }
    if (isHost && byte < 0x80 && mustEscape(String.fromCharCode(byte), part)) {
      return err(`invalid character ${quoteGo(String.fromCharCode(byte))} in host name`);
    }
    bytes[count++] = byte === plus && part === "query" ? space : byte;
  }
  return ok(utf8Text(bytes.subarray(0, count)));
}

const [percent, plus, space] = [0x25, 0x2b, 0x20];

/** The value of a hexadecimal digit; NaN for any other byte, and for none. */
function hexDigit(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte & ~0x20;
  return letter >= 0x41 && letter <= 0x46 ? letter - 0x37 : Number.NaN;
}

/** A host may only escape what is no ASCII, a zone only a space and what could stand there unescaped. */
function mayBeEscaped(byte: number, part: Part): boolean {
  if (part === "host") return byte >= 0x80;
  return part !== "zone" || byte === 0x20 || !mustEscape(String.fromCharCode(byte), "host");
}

function isValidEncoding(text: string, part: "path" | "fragment"): boolean {
  for (const char of text) {
    if ("!$&'()*+,;=:@[]%".includes(char)) continue;
    if (mustEscape(char, part)) return false;
  }
  return true;
}
