import { quoteGo } from "../json/go-print.ts";
import { err, ok, type Result } from "../result.ts";

/** A URL as Go's net/url splits it; strings are decoded except where the name says otherwise. */
export interface GoUrl {
  /** Lower case. */
  readonly scheme: string;
  /** Of a URL such as `mailto:a@b`, encoded. */
  readonly opaque: string;
  readonly user?: { readonly name: string; readonly password?: string };
  /** Host and port. */
  readonly host: string;
  readonly path: string;
  /** The path as it was written, when that is not how it would be encoded by default. */
  readonly rawPath: string;
  /** A `?` with nothing after it. */
  readonly forceQuery: boolean;
  /** Encoded, without `?`. */
  readonly rawQuery: string;
  readonly fragment: string;
  readonly rawFragment: string;
}

type Part = "path" | "host" | "zone" | "user" | "fragment";

const emptyUrl: GoUrl = {
  scheme: "",
  opaque: "",
  host: "",
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

/** Reads a URL or a reference as Go's `url.Parse` does; the error is Go's text. */
export function parseGoUrl(text: string): Result<GoUrl, string> {
  const hash = text.indexOf("#");
  const whole = hash < 0 ? text : text.slice(0, hash);
  const parsed = parseWithoutFragment(whole);
  if (!parsed.ok) return err(`parse ${quoteGo(whole)}: ${parsed.error}`);
  const encoded = hash < 0 ? "" : text.slice(hash + 1);
  if (encoded === "") return parsed;
  const fragment = percentDecode(encoded, "fragment");
  if (!fragment.ok) return err(`parse ${quoteGo(text)}: ${fragment.error}`);
  const rawFragment = percentEncode(fragment.value, "fragment") === encoded ? "" : encoded;
  return ok({ ...parsed.value, fragment: fragment.value, rawFragment });
}

/** Prints a URL as Go's `URL.String` does. */
export function printGoUrl(url: GoUrl): string {
  const query = url.forceQuery || url.rawQuery !== "" ? `?${url.rawQuery}` : "";
  const fragment = url.fragment === "" ? "" : `#${encodedOr(url.rawFragment, url.fragment, "fragment")}`;
  const scheme = url.scheme === "" ? "" : `${url.scheme}:`;
  if (url.opaque !== "") return `${scheme}${url.opaque}${query}${fragment}`;

  const path = encodedOr(url.rawPath, url.path, "path");
  let text = scheme;
  if (url.scheme !== "" || url.host !== "" || url.user !== undefined) {
    if (url.host !== "" || url.path !== "" || url.user !== undefined) text += "//";
    if (url.user !== undefined) text += `${printUser(url.user)}@`;
    text += percentEncode(url.host, "host");
  }
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
  for (const unit of text) if (unit < " " || unit === "\x7f") return err("net/url: invalid control character in URL");
  if (text === "") return ok(emptyUrl);
  if (text === "*") return ok({ ...emptyUrl, path: "*" });

  const split = splitScheme(text);
  if (!split.ok) return split;
  const scheme = split.value.scheme.toLowerCase();
  let rest = split.value.rest;
  let forceQuery = false;
  let rawQuery = "";
  const questions = rest.split("?").length - 1;
  if (questions === 1 && rest.endsWith("?")) {
    forceQuery = true;
    rest = rest.slice(0, -1);
  } else if (questions > 0) {
    const at = rest.indexOf("?");
    rawQuery = rest.slice(at + 1);
    rest = rest.slice(0, at);
  }

  const query = { forceQuery, rawQuery };
  if (!rest.startsWith("/")) {
    if (scheme !== "") return ok({ ...emptyUrl, ...query, scheme, opaque: rest });
    if ((rest.split("/", 1)[0] ?? "").includes(":")) return err("first path segment in URL cannot contain colon");
  }

  let authority: Pick<GoUrl, "host" | "user"> = { host: "" };
  if (rest.startsWith("//") && (scheme !== "" || !rest.startsWith("///"))) {
    const slash = rest.indexOf("/", 2);
    const text = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
    rest = slash < 0 ? "" : rest.slice(slash);
    const parsed = parseAuthority(text);
    if (!parsed.ok) return parsed;
    authority = parsed.value;
  }
  const path = percentDecode(rest, "path");
  if (!path.ok) return path;
  const rawPath = percentEncode(path.value, "path") === rest ? "" : rest;
  return ok({ ...emptyUrl, ...query, ...authority, scheme, path: path.value, rawPath });
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
  const open = text.indexOf("[");
  if (open > 0) return err(`invalid IP-literal`);
  if (open === 0) {
    const close = text.lastIndexOf("]");
    if (close < 0) return err("missing ']' in host");
    const port = text.slice(close + 1);
    if (!isPort(port)) return err(`invalid port ${quoteGo(port)} after host`);
    const zone = text.slice(0, close).indexOf("%25");
    if (zone >= 0) {
      const before = percentDecode(text.slice(0, zone), "host");
      if (!before.ok) return before;
      const inside = percentDecode(text.slice(zone, close), "zone");
      if (!inside.ok) return inside;
      const after = percentDecode(text.slice(close), "host");
      return after.ok ? ok(before.value + inside.value + after.value) : after;
    }
  } else {
    const colon = text.lastIndexOf(":");
    if (colon >= 0 && !isPort(text.slice(colon))) return err(`invalid port ${quoteGo(text.slice(colon))} after host`);
  }
  return percentDecode(text, "host");
}

function isPort(text: string): boolean {
  return /^(?::\d*)?$/.test(text);
}

const unreserved = /^[A-Za-z0-9\-_.~]$/;

/** Whether a character must be written as `%XX` in that part (RFC 3986, with net/url's leniencies). */
function mustEscape(char: string, part: Part): boolean {
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

function percentEncode(text: string, part: Part): string {
  let escaped = "";
  for (const char of text) {
    escaped += mustEscape(char, part)
      ? [...Buffer.from(char, "utf8")].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("")
      : char;
  }
  return escaped;
}

function percentDecode(text: string, part: Part): Result<string, string> {
  if (!text.includes("%") && part !== "host" && part !== "zone") return ok(text);
  const bytes: number[] = [];
  const source = Buffer.from(text, "utf8");
  for (let i = 0; i < source.length; i++) {
    const byte = source[i] ?? 0;
    const char = String.fromCharCode(byte);
    if (char !== "%") {
      if ((part === "host" || part === "zone") && byte < 0x80 && mustEscape(char, part)) {
        return err(`invalid character ${quoteGo(char)} in host name`);
      }
      bytes.push(byte);
      continue;
    }
    const hex = source.subarray(i + 1, i + 3).toString("latin1");
    if (!/^[0-9a-fA-F]{2}$/.test(hex)) {
      return err(`invalid URL escape ${quoteGo(source.subarray(i, i + 3).toString("utf8"))}`);
    }
    const value = Number.parseInt(hex, 16);
    // In a host only non-ASCII bytes and the zone's own percent sign may be escaped.
    if (part === "host" && value < 0x80 && hex !== "25") return err(`invalid URL escape ${quoteGo(`%${hex}`)}`);
    if (part === "zone" && hex !== "25" && value !== 0x20 && mustEscape(String.fromCharCode(value), "host")) {
      return err(`invalid URL escape ${quoteGo(`%${hex}`)}`);
    }
    bytes.push(value);
    i += 2;
  }
  return ok(Buffer.from(bytes).toString("utf8"));
}

function isValidEncoding(text: string, part: "path" | "fragment"): boolean {
  for (const char of text) {
    if ("!$&'()*+,;=:@[]%".includes(char)) continue;
    if (mustEscape(char, part)) return false;
  }
  return true;
}
