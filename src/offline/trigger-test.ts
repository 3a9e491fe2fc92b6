import { dirname, resolve } from "node:path";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";
import { place } from "./admit-manifest.ts";
import type { CannedAnswer } from "./canned-answers.ts";
import { FieldReader } from "./field-reader.ts";
import { type Manifest, parseManifests } from "./manifests.ts";
import type { GivenSecret } from "./offline-resources.ts";
import { defaultEventId } from "./offline-run.ts";
import { type SignatureType, signatureTypes } from "./sign-request.ts";

/** The tests of one document of kind TriggerTest (docs/offline-tools.md describes the format). */
export interface TriggerTest {
  readonly file: string;
  readonly name: string;
  /** Files and folders. */
  readonly resources: readonly string[];
  readonly namespace: string;
  readonly secrets: readonly GivenSecret[];
  readonly listener?: string;
  readonly trigger?: string;
  readonly eventId: string;
  /** What the clock shows, in milliseconds since the epoch; undefined: the real time. */
  readonly timeMs?: number;
  readonly answers: readonly CannedAnswer[];
  readonly cases: readonly TriggerTestCase[];
}

export interface TriggerTestCase {
  readonly name: string;
  readonly request: TestRequest;
  readonly expectations: readonly Expectation[];
  /** Notes a problem that shows when the case is prepared, such as a file that is not there. */
  readonly placeOf: (message: string) => string;
}

/** A request as a test describes it. */
export interface TestRequest {
  /** A request file that the other fields change. */
  readonly file?: string;
  readonly method?: string;
  readonly url?: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly content?:
    | { readonly kind: "text"; readonly text: string }
    | { readonly kind: "json"; readonly value: JsonValue }
    | { readonly kind: "form"; readonly fields: readonly (readonly [name: string, value: string])[] }
    | { readonly kind: "file"; readonly file: string };
  readonly sign?: { readonly type: SignatureType; readonly secret: TestSecret };
}

/** A secret's value, or where among the resources it is. */
type TestSecret = string | { readonly namespace?: string; readonly name: string; readonly key: string };

/** What a case expects of one trigger, or of all of them together. */
export interface Expectation {
  readonly trigger?: string;
  readonly outcome?: ExpectedOutcome;
  readonly params?: JsonObject;
  readonly extensions?: JsonObject;
}

export type ExpectedOutcome =
  | { readonly kind: "created"; readonly objects: readonly JsonValue[]; readonly match: "subset" | "exact" }
  | {
      readonly kind: "filtered" | "rejected" | "failed";
      readonly interceptor?: string;
      readonly code?: number;
      readonly reason?: string;
      /** A part of the message. */
      readonly message?: string;
    }
  /** The listener's own answer: no trigger is run. */
  | { readonly kind: "refused"; readonly status?: number; readonly message?: string };

const apiVersion = "tektite.dev/v1alpha1";
const kind = "TriggerTest";

/** Reads a test file. The errors name file, document, line and field. */
export function parseTriggerTests(file: string, text: string): Result<readonly TriggerTest[], readonly string[]> {
  const manifests = parseManifests(file, text);
  if (!manifests.ok) return err([manifests.error]);
  const problems: string[] = [];
  const tests = manifests.value.flatMap((manifest) => {
    if (manifest.object.apiVersion === apiVersion && manifest.object.kind === kind)
      return [readTest(manifest, problems)];
    problems.push(place(manifest, "", `expected apiVersion ${apiVersion} and kind ${kind}`));
    return [];
  });
  if (problems.length > 0) return err(problems);
  return tests.length > 0 ? ok(tests) : err([`${file}: line 1: the file holds no ${kind}`]);
}

function readTest(manifest: Manifest, problems: string[]): TriggerTest {
  const root = FieldReader.of(manifest, problems).members("apiVersion", "kind", "metadata", "spec");
  const spec = root.spec.members(
    "resources",
    "namespace",
    "secrets",
    "listener",
    "trigger",
    "eventId",
    "time",
    "http",
    "request",
    "cases",
  );
  const folder = dirname(manifest.file);
  const namespace = spec.namespace.text() ?? "default";
  const resources = spec.resources.items().map((item) => resolve(folder, item.requiredText()));
  if (resources.length === 0) spec.resources.complain("is missing: the files with the resources to test");
  const base = readRequest(spec.request, folder);
  const cases = spec.cases.items().map((item) => readCase(item, base, folder, manifest));
  if (cases.length === 0) spec.cases.complain("is missing: there is nothing to test");
  const listener = spec.listener.text();
  const trigger = spec.trigger.text();
  const timeMs = readTime(spec.time);
  return {
    file: manifest.file,
    name: manifest.object.metadata.name ?? "",
    resources,
    namespace,
    secrets: spec.secrets.items().flatMap((item) => readSecrets(item, namespace)),
    eventId: spec.eventId.text() ?? defaultEventId,
    answers: spec.http.items().map(readAnswer),
    cases,
    ...(listener === undefined ? {} : { listener }),
    ...(trigger === undefined ? {} : { trigger }),
    ...(timeMs === undefined ? {} : { timeMs }),
  };
}

function readTime(field: FieldReader): number | undefined {
  const text = field.text();
  if (text === undefined) return undefined;
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs)) field.complain("expected a time such as 2026-01-31T12:00:00Z");
  return timeMs;
}

function readSecrets(field: FieldReader, namespace: string): readonly GivenSecret[] {
  const { name, namespace: own, data } = field.members("name", "namespace", "data");
  const shared = { name: name.requiredText(), namespace: own.text() ?? namespace };
  return data.entries().map(([key, value]) => ({ ...shared, key, value: value.requiredText() }));
}

function readAnswer(field: FieldReader): CannedAnswer {
  const { url, status, headers, body } = field.members("url", "status", "headers", "body");
  const text = typeof body.value === "string" ? body.value : body.isGiven ? JSON.stringify(body.value) : "";
  return { url: url.requiredText(), status: status.integer() ?? 200, headers: readHeaders(headers), body: text };
}

function readCase(field: FieldReader, base: TestRequest, folder: string, manifest: Manifest): TriggerTestCase {
  const { name, request, expect } = field.members("name", "request", "expect");
  if (!expect.isGiven) field.complain("expect is missing: what should come of the request");
  const expected = isJsonArray(expect.value) ? expect.items() : expect.isGiven ? [expect] : [];
  return {
    name: name.requiredText(),
    request: mergeRequests(base, readRequest(request, folder)),
    expectations: expected.map(readExpectation),
    placeOf: (message) => place(manifest, field.path, message),
  };
}

function mergeRequests(base: TestRequest, own: TestRequest): TestRequest {
  const names = new Set(own.headers.map(([name]) => name.toLowerCase()));
  const headers = [...base.headers.filter(([name]) => !names.has(name.toLowerCase())), ...own.headers];
  // A file of its own replaces the common body, a body of its own that of the common file.
  const content = own.content ?? (own.file === undefined ? base.content : undefined);
  const { content: _, ...rest } = base;
  return { ...rest, ...own, headers, ...(content === undefined ? {} : { content }) };
}

function readRequest(field: FieldReader, folder: string): TestRequest {
  const { file, method, url, headers, body, bodyFile, form, sign } = field.members(
    "file",
    "method",
    "url",
    "headers",
    "body",
    "bodyFile",
    "form",
    "sign",
  );
  if ([body, bodyFile, form].filter(({ isGiven }) => isGiven).length > 1) {
    field.complain("give one of body, bodyFile and form");
  }
  const [fileName, methodName, path, bodyName] = [file.text(), method.text(), url.text(), bodyFile.text()];
  const content: TestRequest["content"] = form.isGiven
    ? { kind: "form", fields: readHeaders(form) }
    : bodyName !== undefined
      ? { kind: "file", file: resolve(folder, bodyName) }
      : typeof body.value === "string"
        ? { kind: "text", text: body.value }
        : body.value === undefined
          ? undefined
          : { kind: "json", value: body.value };
  const signed = sign.isGiven ? readSign(sign) : undefined;
  return {
    headers: readHeaders(headers),
    ...(fileName === undefined ? {} : { file: resolve(folder, fileName) }),
    ...(methodName === undefined ? {} : { method: methodName }),
    ...(path === undefined ? {} : { url: path }),
    ...(content === undefined ? {} : { content }),
    ...(signed === undefined ? {} : { sign: signed }),
  };
}

/** A mapping of names to one text or to several. */
function readHeaders(field: FieldReader): readonly (readonly [name: string, value: string])[] {
  return field.entries().flatMap(([name, value]) => {
    const values = isJsonArray(value.value) ? value.items() : [value];
    return values.map((item) => [name, item.requiredText()] as const);
  });
}

function readSign(field: FieldReader): TestRequest["sign"] {
  const { type, secret, secretRef } = field.members("type", "secret", "secretRef");
  const known = type.word(...signatureTypes);
  if (!type.isGiven) type.complain(`is missing: one of ${signatureTypes.join(", ")}`);
  if (secret.isGiven === secretRef.isGiven) field.complain("give one of secret and secretRef");
  if (known === undefined) return undefined;
  if (!secretRef.isGiven) return { type: known, secret: secret.text() ?? "" };
  const { namespace, name, key } = secretRef.members("namespace", "name", "key");
  const own = namespace.text();
  const ref = { name: name.requiredText(), key: key.requiredText() };
  return { type: known, secret: own === undefined ? ref : { ...ref, namespace: own } };
}

const outcomes = ["created", "filtered", "rejected", "failed", "refused"] as const;

function readExpectation(field: FieldReader): Expectation {
  const all = field.members("trigger", "match", "params", "extensions", ...outcomes);
  const given = outcomes.filter((name) => all[name].isGiven);
  if (given.length > 1) field.complain(`give one of ${outcomes.join(", ")}`);
  const [only] = given;
  if (only === undefined && !all.params.isGiven && !all.extensions.isGiven) {
    field.complain(`expects nothing: give ${outcomes.join(", ")}, params or extensions`);
  }
  const match = all.match.word("subset", "exact");
  if (match !== undefined && only !== "created") all.match.complain("goes with created only");
  const trigger = all.trigger.text();
  const outcome = only === undefined ? undefined : readOutcome(only, all[only], match ?? "subset");
  const params = readMapping(all.params);
  const extensions = readMapping(all.extensions);
  return {
    ...(trigger === undefined ? {} : { trigger }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(params === undefined ? {} : { params }),
    ...(extensions === undefined ? {} : { extensions }),
  };
}

function readMapping(field: FieldReader): JsonObject | undefined {
  field.entries();
  return isJsonObject(field.value) ? field.value : undefined;
}

function readOutcome(
  outcome: (typeof outcomes)[number],
  field: FieldReader,
  match: "subset" | "exact",
): ExpectedOutcome | undefined {
  if (outcome === "created") {
    const objects = field.items();
    for (const object of objects) object.entries();
    return { kind: "created", objects: objects.map(({ value }) => value ?? null), match };
  }
  // `filtered: true` asks for no more than that.
  const isPlain = field.value === true;
  if (outcome === "refused") {
    const { status, message } = isPlain ? none : field.members("status", "message");
    return { kind: outcome, ...given("status", status?.integer()), ...given("message", message?.text()) };
  }
  const names = outcome === "failed" ? (["interceptor", "reason", "message"] as const) : filterFields;
  const fields: Partial<Record<string, FieldReader>> = isPlain ? none : field.members(...names);
  return {
    kind: outcome,
    ...given("interceptor", fields["interceptor"]?.text()),
    ...given("code", fields["code"]?.integer()),
    ...given("reason", fields["reason"]?.text()),
    ...given("message", fields["message"]?.text()),
  };
}

const filterFields = ["interceptor", "code", "message"] as const;
const none: { readonly status?: FieldReader; readonly message?: FieldReader } = {};

function given<Name extends string, T>(name: Name, value: T | undefined): { readonly [name in Name]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { [name in Name]: T });
}
