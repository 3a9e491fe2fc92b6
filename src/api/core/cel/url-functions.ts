import { declare, type FunctionRow } from "../../../cel/function-table.ts";
import { opaqueType } from "../../../cel/types.ts";
import { CelFailure, CelOpaque, type JsonMap, type Outcome } from "../../../cel/values.ts";
import { type GoUrl, parseGoQuery, parseGoUrl, printGoUrl } from "../../../json/go-url.ts";
import { err, type Result } from "../../../result.ts";

const typeName = "kubernetes.URL";

class CelUrl extends CelOpaque {
  readonly typeName = typeName;
  readonly url: GoUrl;

  constructor(url: GoUrl) {
    super();
    this.url = url;
  }

  equals(other: CelOpaque): boolean {
    return other instanceof CelUrl && printGoUrl(other.url) === printGoUrl(this.url);
  }
}

/** A URL with a scheme, or a path that begins with a slash. */
function parse(text: string): Result<GoUrl, string> {
  const parsed = parseGoUrl(text);
  if (!parsed.ok || parsed.value.scheme !== "" || text.startsWith("/")) return parsed;
  return err(`parse ${JSON.stringify(text)}: ${text === "" ? "empty url" : "invalid URI for request"}`);
}

function read(text: string): Outcome {
  const parsed = parse(text);
  return parsed.ok
    ? new CelUrl(parsed.value)
    : new CelFailure(`URL parse error during conversion from string: ${parsed.error}`);
}

/** The host without its port; brackets of an IPv6 address are taken off. */
function hostname(host: string): string {
  const withoutPort = host.replace(/:\d*$/, "");
  return withoutPort.startsWith("[") ? withoutPort.replace(/^\[|\]$/g, "") : withoutPort;
}

function query({ url }: CelUrl): JsonMap {
  const values: Record<string, readonly string[]> = Object.create(null) as Record<string, readonly string[]>;
  for (const [name, list] of parseGoQuery(url.rawQuery)) values[name] = list;
  return values;
}

const rows: readonly FunctionRow[] = [
  ["url(string) -> URL", read],
  ["isURL(string) -> bool", (text: string) => parse(text).ok],
  ["URL.getScheme() -> string", ({ url }: CelUrl) => url.scheme],
  ["URL.getHost() -> string", ({ url }: CelUrl) => url.host],
  ["URL.getHostname() -> string", ({ url }: CelUrl) => hostname(url.host)],
  ["URL.getPort() -> string", ({ url }: CelUrl) => /:(\d*)$/.exec(url.host)?.[1] ?? ""],
  ["URL.getEscapedPath() -> string", ({ url }: CelUrl) => escapedPath(url)],
  ["URL.getQuery() -> map(string, list(string))", query],
];

function escapedPath({ path, rawPath }: GoUrl): string {
  return rawPath === "" ? encodeURI(path) : rawPath;
}

/** URLs and their parts (Kubernetes documentation of CEL, "Kubernetes URL library"). */
export const urlFunctions = declare(rows, { isGuarded: true, types: { URL: opaqueType(typeName) } });
