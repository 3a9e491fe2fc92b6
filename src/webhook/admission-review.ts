import { mutateTriggersObject, validateTriggersRequest } from "../api/triggers/admission.ts";
import { validateConfigMap } from "../api/triggers/config-map-admission.ts";
import { type ConfigMaps, configMapNames } from "../api/triggers/configuration.ts";
import { decodeGoJson } from "../json/go-decode.ts";
import { encodeObject } from "../json/object-text.ts";
import { isJsonObject, type JsonObject, type JsonValue, member } from "../json/value.ts";
import type { ServedAnswer } from "../kube/serving-server.ts";
import { err, ok, type Result } from "../result.ts";
import { jsonPatchBetween } from "./json-patch.ts";

/** What reviews depend on beside the object. */
export interface ReviewContext {
  /** The ConfigMaps of the components' namespace. */
  readonly configMaps: ConfigMaps;
  /** Name of the ConfigMap with defaults. */
  readonly defaultsName: string;
  /** Name of the ConfigMap with logging settings. */
  readonly loggingName: string;
}

/** The result is the object as mutated, or undefined when it stays as it is; the error is the denial's message. */
type Reviewer = (request: JsonObject, context: ReviewContext) => Result<JsonValue | undefined, string>;

const reviewers: ReadonlyMap<string, Reviewer> = new Map([
  ["/defaulting", (request, context) => mutateTriggersObject(triggersRequest(request, context))],
  ["/resource-validation", (request, context) => validateTriggersRequest(triggersRequest(request, context))],
  ["/config-validation", reviewConfigMap],
]);

/** Largest body, in bytes. */
export const maxReviewBytes: number = 3 * 1024 * 1024;

/**
 * What a request to the webhook server gets, without the socket (spec: controller, section 8). `body` is undefined when
 * it was too large.
 */
export function answerReview(
  {
    path,
    contentType,
    body,
  }: { readonly path: string; readonly contentType: string | undefined; readonly body: Uint8Array | undefined },
  context: ReviewContext,
): ServedAnswer {
  const reviewer = reviewers.get(path);
  if (reviewer === undefined) return plain(400, `no controller registered for: ${escapeHtml(path)}`);
  if (contentType !== "application/json") return plain(415, "invalid Content-Type, want `application/json`");
  if (body === undefined) return plain(400, "could not decode body:http: request body too large");
  const review = decodeGoJson(body, { integers: "exact" });
  if (!review.ok) return plain(400, `could not decode body:${review.error}`);
  if (!isJsonObject(review.value)) return plain(400, "could not decode body:it is no AdmissionReview");
  const request = member(review.value, "request");
  const answered = isJsonObject(request) ? request : {};
  const reviewed = reviewer(answered, context);
  const response: JsonObject = {
    uid: member(answered, "uid") ?? "",
    ...(reviewed.ok ? allowed(member(answered, "object"), reviewed.value) : denied(reviewed.error)),
  };
  const { apiVersion = "admission.k8s.io/v1", kind = "AdmissionReview" } = review.value;
  return { status: 200, contentType: "application/json", body: encodeObject({ kind, apiVersion, response }) };
}

function allowed(object: JsonValue | undefined, mutated: JsonValue | undefined): JsonObject {
  if (object === undefined || mutated === undefined) return { allowed: true };
  const patch = jsonPatchBetween(object, mutated);
  if (patch.length === 0) return { allowed: true };
  return { allowed: true, patch: Buffer.from(encodeObject(patch)).toString("base64"), patchType: "JSONPatch" };
}

function denied(message: string): JsonObject {
  return { allowed: false, status: { metadata: {}, status: "Failure", message, reason: "BadRequest", code: 400 } };
}

function triggersRequest(
  request: JsonObject,
  { configMaps, defaultsName }: ReviewContext,
): Parameters<typeof mutateTriggersObject>[0] {
  const kind = member(request, "kind");
  const group = text(kind, "group");
  const version = text(kind, "version");
  return {
    operation: text(request, "operation"),
    apiVersion: group === "" ? version : `${group}/${version}`,
    kind: text(kind, "kind"),
    object: member(request, "object"),
    oldObject: member(request, "oldObject"),
    configMaps: { [configMapNames.defaults]: configMaps[defaultsName] },
  };
}

function reviewConfigMap(request: JsonObject, { defaultsName, loggingName }: ReviewContext): Result<undefined, string> {
  const operation = text(request, "operation");
  const object = member(request, "object");
  if ((operation !== "CREATE" && operation !== "UPDATE") || text(member(request, "kind"), "kind") !== "ConfigMap") {
    return ok(undefined);
  }
  if (!isJsonObject(object)) return err("validation failed: the new object may not be nil");
  const metadata = member(object, "metadata");
  const parts = { data: texts(member(object, "data")), annotations: texts(member(metadata, "annotations")) };
  const name = text(metadata, "name") || text(request, "name");
  return validateConfigMap(name === defaultsName ? configMapNames.defaults : name, parts, loggingName);
}

function plain(status: number, message: string): ServedAnswer {
  return { status, contentType: "text/plain; charset=utf-8", body: `${message}\n` };
}

/** As Go's `html.EscapeString`. */
function escapeHtml(text: string): string {
  const escapes: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&#34;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? character);
}

function text(value: JsonValue | undefined, name: string): string {
  const found = member(value, name);
  return typeof found === "string" ? found : "";
}

function texts(value: JsonValue | undefined): Readonly<Record<string, string>> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
