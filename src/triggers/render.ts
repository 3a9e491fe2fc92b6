import type { TriggerTemplateSpec } from "../api/triggers/objects.ts";
import { decodeGoJsonObject } from "../json/go-decode.ts";
import { quoteGo } from "../json/go-print.ts";
import { type JsonObject, type JsonValue, member } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";
import {
  compileTemplateText,
  substituteTemplate,
  type TemplateParam,
  type TemplateText,
} from "../template/template-text.ts";
import type { ResolvedTemplate } from "./bindings.ts";
import { type TriggerLabels, withTriggerLabels } from "./labels.ts";

/** A resource as discovery describes it. */
export interface ApiResource {
  readonly kind: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural; a subresource has its parent before a slash: `pods/eviction`. */
  readonly resource: string;
  readonly namespaced: boolean;
}

/**
 * The resources of an API version, in discovery's order. The error is the API server's text, such as `the server could
 * not find the requested resource`.
 */
export type Discover = (
  apiVersion: string,
) => Result<readonly ApiResource[], string> | Promise<Result<readonly ApiResource[], string>>;

/** An object to create. */
export interface PlannedObject {
  readonly resource: ApiResource;
  /** Where to create it: undefined for a cluster-scoped resource. */
  readonly namespace: string | undefined;
  readonly object: JsonObject;
}

/** What a run of a trigger creates: all that stands before the first error. */
export interface CreationPlan {
  readonly objects: readonly PlannedObject[];
  readonly error?: string;
}

/** How and where to create. */
export interface CreationOptions {
  readonly labels: TriggerLabels;
  /** Where objects go that name no namespace: the trigger's. */
  readonly namespace: string;
  readonly discover: Discover;
}

const compiledTexts = new WeakMap<TriggerTemplateSpec, readonly TemplateText[]>();

/** The template's resources as JSON texts with the params put in; each may be too long (spec: event processing, section 6). */
export function renderTemplate(
  { spec, escapesQuotes }: ResolvedTemplate,
  params: readonly TemplateParam[],
  newUid: () => string,
): readonly Result<string, string>[] {
  let compiled = compiledTexts.get(spec);
  if (!compiled) {
    compiled = (spec.resourcetemplates ?? []).map((raw) => compileTemplateText(raw?.text ?? "null"));
    compiledTexts.set(spec, compiled);
  }
  // One for all resources; most templates have no use for it.
  const uid = compiled.some(({ places }) => places.some(({ kind }) => kind === "uid")) ? newUid() : "";
  return compiled.map((text) => substituteTemplate(text, params, { uid, escapesQuotes }));
}

/**
 * Plans the creation of rendered resources, in order, up to the first error, whose text is Tekton's (spec: event
 * processing, section 6).
 */
export async function planCreation(
  rendered: readonly Result<string, string>[],
  options: CreationOptions,
): Promise<CreationPlan> {
  const objects: PlannedObject[] = [];
  for (const text of rendered) {
    const planned = text.ok ? await planObject(text.value, options) : text;
    if (!planned.ok) return { objects, error: planned.error };
    objects.push(planned.value);
  }
  return { objects };
}

async function planObject(
  text: string,
  { labels, namespace, discover }: CreationOptions,
): Promise<Result<PlannedObject, string>> {
  const parsed = parseObject(text);
  if (!parsed.ok) return err(`couldn't unmarshal json from the TriggerTemplate: ${parsed.error}`);
  const labelled = withTriggerLabels(parsed.value, text, labels);
  if (!labelled.ok) return labelled;
  const object = labelled.value;
  const resource = findResource(object, await discovered(object, discover));
  if (!resource.ok) return err(`couldn't find API resource for json: ${resource.error}`);
  // Tekton creates cluster-scoped objects in a namespace, which fails.
  const own = stringOf(member(object, "metadata"), "namespace");
  const target = own === "" ? namespace : own;
  return ok({ resource: resource.value, namespace: resource.value.namespaced ? target : undefined, object });
}

function parseObject(text: string): Result<JsonObject, string> {
  const decoded = decodeGoJsonObject(text, { integers: "exact" });
  if (!decoded.ok) return decoded;
  const object = decoded.value;
  // An apiVersion with two slashes makes Go lose the kind as well.
  if (!object || stringOf(object, "kind") === "" || /\/.*\//s.test(stringOf(object, "apiVersion"))) {
    return err(`Object 'Kind' is missing in '${text}'`);
  }
  return ok(object);
}

function discovered(object: JsonObject, discover: Discover): ReturnType<Discover> {
  const apiVersion = stringOf(object, "apiVersion");
  return apiVersion === "" ? err("groupVersion shouldn't be empty") : discover(apiVersion);
}

function findResource(
  object: JsonObject,
  resources: Result<readonly ApiResource[], string>,
): Result<ApiResource, string> {
  const apiVersion = stringOf(object, "apiVersion");
  const kind = stringOf(object, "kind");
  if (!resources.ok) {
    return err(`error getting kubernetes server resources for apiVersion ${apiVersion}: ${resources.error}`);
  }
  const found = resources.value.find((resource) => resource.kind === kind);
  return found ? ok(found) : err(`error could not find resource with apiVersion ${apiVersion} and kind ${kind}`);
}

/** The member when it is a string, as Kubernetes reads the fields of an object that it does not know. */
function stringOf(value: JsonValue | undefined, key: string): string {
  const found = member(value, key);
  return typeof found === "string" ? found : "";
}

/**
 * The error of a creation that the API server refused, as Tekton words it: a refusal of the caller (401, 403) as it is.
 *
 * @param code HTTP status
 */
export function describeRefusal(resource: ApiResource, code: number, message: string): string {
  if (code === 401 || code === 403) return message;
  const name = `${resource.group}/${resource.version}, Resource=${resource.resource}`;
  return `couldn't create resource with group version kind ${quoteGo(name)}: ${message}`;
}
