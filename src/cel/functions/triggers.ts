import { createHash, timingSafeEqual } from "node:crypto";
import { decodeGoJsonObject } from "../../json/go-decode.ts";
import { encodeGoJson } from "../../json/go-encode.ts";
import { canonicalHeaderName } from "../../json/go-header-name.ts";
import { quoteGo } from "../../json/go-print.ts";
import { parseGoQuery, parseGoUrl } from "../../json/go-url.ts";
import { utf8Bytes, utf8Text } from "../../json/utf8-bytes.ts";
import type { Evaluation } from "../evaluation.ts";
import { declare, type FunctionRow } from "../function-table.ts";
import { nativeConversionError } from "../native-error.ts";
import { chargeMatch, compilePattern, replaceAll } from "../regex.ts";
import { toJson, unencodable } from "../to-json.ts";
import {
  CelFailure,
  CelMap,
  type CelValue,
  fromJson,
  isList,
  type JsonMap,
  mapEntries,
  mapFind,
  type Outcome,
} from "../values.ts";
import { parseGoYaml } from "./go-yaml.ts";

/** Canonical names by what expressions write, which is little; forgotten when it is not. */
const canonicalNames = new Map<string, string>();

function canonicalName(name: string): string {
  const known = canonicalNames.get(name);
  if (known !== undefined) return known;
  const canonical = canonicalHeaderName(name);
  if (canonicalNames.size >= 1000) canonicalNames.clear();
  if (name.length < 200) canonicalNames.set(name, canonical);
  return canonical;
}

/** What is wrong with a map as headers: each value must be a list of strings. */
function headerError(map: CelMap | JsonMap): CelFailure | undefined {
  if (!(map instanceof CelMap) && Object.values(map).every(isTextList)) return undefined;
  const refused = (why: string): CelFailure => new CelFailure(`failed to convert to http.Header: ${why}`);
  for (const { key, value } of mapEntries(map)) {
    if (typeof key !== "string") return refused(nativeConversionError(key, "string"));
    if (!isList(value)) return refused(nativeConversionError(value, "[]string"));
    const wrong = value.find((element) => typeof element !== "string");
    if (wrong !== undefined) return refused(nativeConversionError(wrong, "string"));
  }
  return undefined;
}

function isTextList(value: CelValue): boolean {
  return isList(value) && value.every((element) => typeof element === "string");
}

/** Maps that were looked at before, so that the headers of an event are checked once. */
const checkedHeaders = new WeakSet<CelMap | JsonMap>();

function firstValue(map: CelMap | JsonMap, name: string): string | CelFailure {
  if (!checkedHeaders.has(map)) {
    const error = headerError(map);
    if (error) return error;
    checkedHeaders.add(map);
  }
  const values = mapFind(map, canonicalName(name));
  const first = isList(values ?? null) ? (values as readonly CelValue[])[0] : undefined;
  return typeof first === "string" ? first : "";
}

/**
 * `map(string, list(string)).match(string, string) -> bool`: whether the first value of a header is the given one. The
 * name's case does not matter; a missing header is empty.
 *
 * - `{'X-Github-Event': ['push']}.match('x-github-event', 'push')` is `true`
 * - `{}.match('Missing', '')` is `true`
 * - `{'A': [1]}.match('a', 'b')` fails with `failed to convert to http.Header: unsupported type conversion from 'int' to string`
 */
function match(map: CelMap | JsonMap, name: string, value: string): Outcome {
  const first = firstValue(map, name);
  return first instanceof CelFailure ? first : first === value;
}

/**
 * `map(string, list(string)).canonical(string) -> string`: the first value of a header, or nothing.
 *
 * - `{'X-Multi': ['a', 'b']}.canonical('x-multi')` is `'a'`
 * - `{}.canonical('Missing')` is `''`
 */
function canonical(map: CelMap | JsonMap, name: string): Outcome {
  return firstValue(map, name);
}

/**
 * `string.truncate(int) -> string`: the first bytes of the UTF-8 text.
 *
 * - `'abcdef'.truncate(3)` is `'abc'`
 * - `'abc'.truncate(5)` is `'abc'`
 * - `'abc'.truncate(-1)` fails with `internal error: runtime error: slice bounds out of range [:-1]`
 */
function truncate(text: string, length: bigint, evaluation: Evaluation): Outcome {
  if (length >= BigInt(text.length) * 3n) return text;
  if (length < 0n) return new CelFailure(`internal error: runtime error: slice bounds out of range [:${length}]`);
  evaluation.charge(text.length / 100);
  // No character has fewer bytes than units, so that this prefix is enough.
  const bytes = utf8Bytes(text.slice(0, Number(length) + 1));
  return utf8Text(bytes.subarray(0, Number(length)));
}

function sameSecret(given: string, secret: string): boolean {
  const digest = (text: string): Uint8Array => createHash("sha256").update(utf8Bytes(text)).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

/**
 * `string.compareSecret(key, name) -> bool`, `string.compareSecret(key, name, namespace) -> bool`: compares, in constant
 * time, with a key of a Secret in the trigger's namespace. Naming another namespace fails, since none other is read.
 *
 * - `'a'.compareSecret('key', 'name', 'elsewhere')` fails with `compareSecret can only read secrets in the trigger's namespace '', not in 'elsewhere'`
 */
function compareSecret(given: string, key: string, name: string, ...rest: readonly (string | Evaluation)[]): Outcome {
  const evaluation = rest.at(-1) as Evaluation;
  const { secrets } = evaluation;
  const own = secrets?.namespace ?? "";
  const namespace = typeof rest[0] === "string" ? rest[0] : "";
  if (namespace !== "" && namespace !== own) {
    const message = `compareSecret can only read secrets in the trigger's namespace '${own}', not in '${namespace}'`;
    return new CelFailure(message);
  }
  const found = secrets ? secrets.read(name, key) : new CelFailure("there are no secrets here");
  if (found === undefined) return new CelFailure("the secret is not there yet");
  if (typeof found === "string") {
    const hashed = secrets?.hashOf?.(found);
    return sameSecret(given, found) || (hashed !== undefined && sameSecret(given, hashed));
  }
  const reference = `v1beta1.SecretRef{SecretKey:${quoteGo(key)}, SecretName:${quoteGo(name)}}`;
  return new CelFailure(`failed to find secret '${reference}' in compareSecret: ${found.message}`);
}

/**
 * `string.parseJSON() -> map(string, dyn)`: an object; null gives an empty map.
 *
 * - `'{"a": {"b": 1}}'.parseJSON().a.b` is `1.0`
 * - `'null'.parseJSON()` is `{}`
 * - `'{bad}'.parseJSON()` fails with `failed to decode '{bad}' in parseJSON: invalid character 'b' looking for beginning of object key string`
 */
function parseJson(text: string, evaluation: Evaluation): Outcome {
  evaluation.charge(text.length / 10);
  const decoded = decodeGoJsonObject(text);
  if (!decoded.ok) return new CelFailure(`failed to decode '${text}' in parseJSON: ${decoded.error}`);
  return decoded.value === null ? (Object.create(null) as JsonMap) : fromJson(decoded.value);
}

/**
 * `string.parseYAML() -> map(string, dyn)`: the first document, by the rules of YAML 1.1.
 *
 * - `'a: 010'.parseYAML()` is `{'a': 8.0}`
 * - `'on: yes'.parseYAML()` is `{'true': true}`
 * - `'- a'.parseYAML()` fails with `failed to decode '- a' in parseYAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}`
 */
function parseYaml(text: string, evaluation: Evaluation): Outcome {
  const parsed = parseGoYaml(text, evaluation);
  return parsed.ok ? parsed.value : new CelFailure(`failed to decode '${text}' in parseYAML: ${parsed.error}`);
}

/**
 * `string.parseURL() -> map(string, dyn)`: `scheme`, `host`, `path`, `rawQuery`, `fragment`, `query` (values joined by
 * commas), `queryStrings` (lists), and `auth` when there is one.
 *
 * - `'https://example.com/a?x=1&x=2'.parseURL().query` is `{'x': '1,2'}`
 * - `'https://u:p@h/'.parseURL().auth` is `{'username': 'u', 'password': 'p'}`
 * - `has('https://h/'.parseURL().auth)` is `false`
 * - `'http://[::1'.parseURL()` fails with `failed to decode 'http://[::1' in parseURL: parse "http://[::1": missing ']' in host`
 */
function parseUrl(text: string, evaluation: Evaluation): Outcome {
  evaluation.charge(text.length / 10);
  const parsed = parseGoUrl(text);
  if (!parsed.ok) return new CelFailure(`failed to decode '${text}' in parseURL: ${parsed.error}`);
  const { scheme, host, path, rawQuery, fragment, user } = parsed.value;
  const query: Record<string, string> = Object.create(null);
  const queryStrings: Record<string, readonly string[]> = Object.create(null);
  for (const [name, values] of parseGoQuery(rawQuery)) {
    query[name] = values.join(",");
    queryStrings[name] = values;
  }
  const auth = user && { username: user.name, password: user.password ?? "" };
  return { scheme, host, path, rawQuery, fragment, query, queryStrings, ...(auth && { auth }) };
}

/**
 * `map(string, dyn).marshalJSON() -> string`, `list(dyn).marshalJSON() -> string`: as Go writes JSON, keys sorted.
 *
 * - `{'b': 1, 'a': [true]}.marshalJSON()` is `'{"a":[true],"b":1}'`
 * - `[0.0 / 0.0].marshalJSON()` fails with `failed to marshal to json: json: error calling MarshalJSON for type *structpb.ListValue: proto: google.protobuf.Value.number_value: invalid NaN value`
 */
function marshalJson(value: CelValue, evaluation: Evaluation): Outcome {
  const converted = toJson(value);
  if (!converted.ok) return new CelFailure(`failed to convert to native: ${converted.error}`);
  const wrong = unencodable(converted.value);
  if (wrong !== undefined) {
    const type = isList(value) ? "*structpb.ListValue" : "*structpb.Struct";
    return new CelFailure(`failed to marshal to json: json: error calling MarshalJSON for type ${type}: ${wrong}`);
  }
  const text = encodeGoJson(converted.value);
  evaluation.chargeText(text.length);
  return text;
}

/**
 * `string.translate(string, string) -> string`: replaces all matches of an RE2 pattern; `$1` and `${name}` stand for
 * groups (`$1x` is the group named `1x`, so write `${1}x`).
 *
 * - `'abc'.translate('(b)', '<${1}>')` is `'a<b>c'`
 * - `'abc'.translate('', '-')` is `'-a-b-c-'`
 */
function translate(text: string, pattern: string, replacement: string, evaluation: Evaluation): Outcome {
  const compiled = compilePattern(pattern, evaluation);
  if (!compiled.ok) {
    return new CelFailure(`failed to parse regex '${pattern}' for translation: ${compiled.error}`);
  }
  chargeMatch(compiled.value, text, evaluation);
  const worst = (text.length + 1) * replacement.length + text.length;
  if (worst > 1_000_000) evaluation.chargeText(worst);
  return replaceAll(compiled.value, text, replacement, evaluation);
}

const rows: readonly FunctionRow[] = [
  ["map(string, dyn).match(string, string) -> bool", match],
  ["map(string, dyn).canonical(string) -> string", canonical],
  ["string.truncate(int) -> string", truncate],
  ["string.compareSecret(string, string) -> bool", compareSecret],
  ["string.compareSecret(string, string, string) -> bool", compareSecret],
  ["string.parseJSON() -> map(string, dyn)", parseJson],
  ["string.parseYAML() -> map(string, dyn)", parseYaml],
  ["string.parseURL() -> map(string, dyn)", parseUrl],
  ["map(string, dyn).marshalJSON() -> string", marshalJson],
  ["list(dyn).marshalJSON() -> string", marshalJson],
  ["string.translate(string, string) -> string", translate],
];

/** Tekton's own functions, which know of headers, secrets and documents within documents. */
export const triggers = declare(rows, { isGuarded: true });
