import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../../src/json/value.ts";
import type { Bindings } from "./bindings.ts";
import type { Exchange } from "./exchange.ts";

/** Fields of `/version` that say who built it. */
const buildFields = new Set([
  "gitVersion",
  "gitCommit",
  "gitTreeState",
  "buildDate",
  "goVersion",
  "compiler",
  "platform",
]);

/** Groups that the recorded server serves and ours does not, or that were left out of what was recorded. */
function leftOut(exchange: Exchange): readonly string[] {
  const text = typeof exchange.trimmed === "string" ? exchange.trimmed : JSON.stringify(exchange.trimmed ?? "");
  return [...text.matchAll(/[a-z.]*(?:autoscaling|[a-z]+\.k8s\.io|resolution\.tekton\.dev)/g)].map((match) => match[0]);
}

/** Compares a body with the recorded one: by value, in any order of keys (README-kube-api.md). */
export function compareBody(
  exchange: Exchange,
  got: JsonValue | undefined,
  where: string,
  bindings: Bindings,
  problems: string[],
): void {
  const want = exchange.responseBody;
  if (want === undefined || want === null) return;
  let actual = got ?? null;
  if (isJsonObject(actual) && typeof actual["$text"] === "string" && exchange.path.startsWith("/openapi/")) {
    actual = JSON.parse(actual["$text"]) as JsonValue;
    if (exchange.path.split("?")[0] === "/openapi/v3") {
      compareOpenApiIndex(want, actual, where, problems);
      return;
    }
  }
  const gone = leftOut(exchange);
  if (gone.length > 0) actual = withoutGroups(actual, gone);
  const isVersion = exchange.path.startsWith("/version");
  compare(want, actual, where, bindings, problems, isVersion);
}

/** Which documents there are: of the groups that both serve; hashes differ. */
function compareOpenApiIndex(want: JsonValue, got: JsonValue, where: string, problems: string[]): void {
  const keysOf = (body: JsonValue): readonly string[] => {
    const paths = isJsonObject(body) ? body["paths"] : undefined;
    return isJsonObject(paths) ? Object.keys(paths) : [];
  };
  const recorded = new Set(keysOf(want));
  for (const key of keysOf(got)) if (!recorded.has(key)) problems.push(`${where}: ${key} is not of the recorded index`);
  if (!keysOf(got).includes("api/v1")) problems.push(`${where}: no api/v1`);
}

function withoutGroups(body: JsonValue, gone: readonly string[]): JsonValue {
  if (!isJsonObject(body)) return body;
  const keep = (item: JsonValue): boolean => {
    const metadata = isJsonObject(item) ? item["metadata"] : undefined;
    const name = isJsonObject(metadata) ? metadata["name"] : isJsonObject(item) ? item["name"] : undefined;
    return typeof name !== "string" || !gone.includes(name);
  };
  const { items, groups } = body;
  return {
    ...body,
    ...(isJsonArray(items) && { items: items.filter(keep) }),
    ...(isJsonArray(groups) && { groups: groups.filter(keep) }),
  };
}

function compare(
  want: JsonValue,
  got: JsonValue | undefined,
  path: string,
  bindings: Bindings,
  problems: string[],
  isVersion: boolean,
): void {
  if (problems.length > 12) return;
  if (typeof want === "string") {
    if (/left out|^<.*bytes.*>$/.test(want)) return;
    const text = typeof got === "number" ? String(got) : got;
    if (typeof text !== "string") {
      problems.push(`${path}: want ${JSON.stringify(want)}, got ${shorten(got)}`);
      return;
    }
    const difference = bindings.compareText(want, text);
    if (difference !== undefined) problems.push(`${path}: ${difference}`);
    return;
  }
  if (isJsonArray(want)) {
    if (!isJsonArray(got)) {
      problems.push(`${path}: want a list, got ${shorten(got)}`);
      return;
    }
    if (want.length !== got.length)
      problems.push(`${path}: want ${want.length} items, got ${got.length}: want ${shorten(want)} got ${shorten(got)}`);
    // The order of entries follows their times, which are not compared; that of custom resources in discovery differs
    // from one recording to the next.
    const sort = path.endsWith(".managedFields")
      ? byManager
      : /\/apis\/[a-z.]*tekton\.dev\/\w+(\?\S*)?\.resources$/.test(path)
        ? byName
        : (list: readonly JsonValue[]): readonly JsonValue[] => list;
    const [wanted, found] = [sort(want), sort(got)];
    wanted.forEach((item, index) => {
      if (index < found.length) compare(item, found[index], `${path}[${index}]`, bindings, problems, isVersion);
    });
    return;
  }
  if (isJsonObject(want)) {
    if (!isJsonObject(got)) {
      problems.push(`${path}: want an object, got ${shorten(got)}`);
      return;
    }
    compareObjects(want, got, path, bindings, problems, isVersion);
    return;
  }
  if (want !== got) problems.push(`${path}: want ${JSON.stringify(want)}, got ${shorten(got)}`);
}

function byName(entries: readonly JsonValue[]): readonly JsonValue[] {
  const nameOf = (entry: JsonValue): string => (isJsonObject(entry) ? String(entry["name"]) : "");
  return [...entries].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function byManager(entries: readonly JsonValue[]): readonly JsonValue[] {
  const keyOf = (entry: JsonValue): string =>
    isJsonObject(entry)
      ? `${String(entry["operation"])} ${String(entry["manager"])} ${String(entry["subresource"] ?? "")}`
      : "";
  return [...entries].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function compareObjects(
  want: JsonObject,
  got: JsonObject,
  path: string,
  bindings: Bindings,
  problems: string[],
  isVersion: boolean,
): void {
  const named = new Map(Object.keys(want).map((key) => [keyIn(got, key, bindings), want[key]!]));
  for (const [key, wanted] of named) {
    if (key === "storageVersionHash" || (isVersion && buildFields.has(key))) continue;
    if (path.endsWith("serverAddressByClientCIDRs[0]") && key === "serverAddress") continue;
    if (key === "serverRelativeURL") continue;
    if (!Object.hasOwn(got, key)) problems.push(`${path}.${key}: want ${shorten(wanted)}, got nothing`);
    else compare(wanted, got[key], `${path}.${key}`, bindings, problems, isVersion);
  }
  for (const key of Object.keys(got)) {
    if (key === "storageVersionHash" || named.has(key)) continue;
    problems.push(`${path}.${key}: want nothing, got ${shorten(got[key])}`);
  }
}

/** Keys hold placeholders too, such as `k:{"uid":"<uid-1>"}` in managedFields. */
function keyIn(got: JsonObject, key: string, bindings: Bindings): string {
  if (!key.includes("<") || Object.hasOwn(got, key)) return key;
  const found = Object.keys(got).find((candidate) => bindings.clone().compareText(key, candidate) === undefined);
  if (found !== undefined) bindings.compareText(key, found);
  return found ?? key;
}

function shorten(value: JsonValue | undefined): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}
