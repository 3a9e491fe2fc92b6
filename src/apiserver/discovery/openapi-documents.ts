import { goTypes } from "../../api/core/core-types.ts";
import type { GoField, GoStruct, GoType } from "../../api/core/go-type.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { describeField, describeType } from "../descriptions/describe.ts";
import type { ResourceRegistry } from "../registry.ts";
import { type ResourceDefinition, servedVersion } from "../resource-definition.ts";

const metaStructs = new Set([
  "ObjectMeta",
  "OwnerReference",
  "ManagedFieldsEntry",
  "ListMeta",
  "LabelSelector",
  "LabelSelectorRequirement",
  "Condition",
]);

/** The prefix of references, which differs between the two versions of OpenAPI. */
type ReferencePrefix = "#/components/schemas/" | "#/definitions/";

/** Fields of Event that are written even when empty and that Kubernetes marks as optional all the same. */
const writtenYetOptional = new Set(["reportingComponent", "reportingInstance"]);

/** Types of which there are several of one name. */
const publishedNames: ReadonlyMap<string, string> = new Map([
  ["EventsEvent", "Event"],
  ["HorizontalPodAutoscalerV1", "HorizontalPodAutoscaler"],
  ["HorizontalPodAutoscalerV1Spec", "HorizontalPodAutoscalerSpec"],
  ["HorizontalPodAutoscalerV1Status", "HorizontalPodAutoscalerStatus"],
]);

/** Collects the schemas that a document needs. */
class Schemas {
  readonly #prefix: ReferencePrefix;
  readonly #group: string;
  readonly #version: string;
  readonly all: Record<string, JsonValue> = {};

  constructor(prefix: ReferencePrefix, group: string, version: string) {
    this.#prefix = prefix;
    this.#group = group;
    this.#version = version;
  }

  /** The name under which a struct is published, as `io.k8s.api.apps.v1.Deployment`. */
  nameOf(struct: GoStruct): string {
    if (metaStructs.has(struct.name)) return `io.k8s.apimachinery.pkg.apis.meta.v1.${struct.name}`;
    if (podStructs.has(struct.name) || this.#group === "") return `io.k8s.api.core.v1.${struct.name}`;
    const group = this.#group.split(".")[0]!;
    return `io.k8s.api.${group}.${this.#version}.${publishedNames.get(struct.name) ?? struct.name}`;
  }

  reference(struct: GoStruct): JsonObject {
    const name = this.nameOf(struct);
    if (!Object.hasOwn(this.all, name)) {
      this.all[name] = {};
      this.all[name] = this.#object(struct);
    }
    return { $ref: `${this.#prefix}${name}` };
  }

  #object(struct: GoStruct): JsonObject {
    const required = [...struct.fields.values()]
      .filter((field) => field.keep && !field.pointer && isPlain(field) && !writtenYetOptional.has(field.name))
      .map((field) => field.name);
    const text = describeType(struct.name);
    return {
      ...(text !== undefined && { description: text }),
      type: "object",
      properties: Object.fromEntries(
        [...struct.fields.values()].map((field) => {
          const about = describeField(struct.name, field.name);
          return [field.name, { ...(about !== undefined && { description: about }), ...this.#field(field) }];
        }),
      ),
      ...(required.length > 0 && { required }),
      ...(struct.atomic && { "x-kubernetes-map-type": "atomic" }),
    };
  }

  #field(field: GoField): JsonObject {
    const base = this.#type(field.type);
    const schema: JsonObject =
      "$ref" in base && this.#prefix === "#/components/schemas/" ? { allOf: [base], default: {} } : base;
    const extensions: Record<string, JsonValue> = {};
    if (field.type.kind === "list") {
      switch (field.merge.kind) {
        case "keys":
          extensions["x-kubernetes-list-type"] = "map";
          extensions["x-kubernetes-list-map-keys"] = field.merge.keys.map((key) => key.split("=")[0]!);
          break;
        case "set":
          extensions["x-kubernetes-list-type"] = "set";
          break;
        default:
          extensions["x-kubernetes-list-type"] = "atomic";
      }
    } else if (field.merge.kind === "atomic") extensions["x-kubernetes-map-type"] = "atomic";
    if (field.patchKey !== undefined) {
      extensions["x-kubernetes-patch-strategy"] = field.retainKeys ? "merge,retainKeys" : "merge";
      if (field.patchKey !== "") extensions["x-kubernetes-patch-merge-key"] = field.patchKey;
    } else if (field.retainKeys) extensions["x-kubernetes-patch-strategy"] = "retainKeys";
    else if (field.replaces) extensions["x-kubernetes-patch-strategy"] = "replace";
    return { ...schema, ...extensions };
  }

  #type(type: GoType): JsonObject {
    switch (type.kind) {
      case "struct":
        return this.reference(type);
      case "list":
        return { type: "array", items: this.#type(type.items) };
      case "map":
        return { type: "object", additionalProperties: this.#type(type.values) };
      case "any":
        return { type: "object", "x-kubernetes-preserve-unknown-fields": true };
      case "int32":
      case "int64":
        return { type: "integer", format: type.kind };
      case "float":
        return { type: "number", format: "double" };
      case "bool":
        return { type: "boolean" };
      case "bytes":
        return { type: "string", format: "byte" };
      case "time":
      case "microtime":
        return { type: "string", format: "date-time" };
      case "intstr":
        return { type: "string", format: "int-or-string" };
      default:
        return { type: "string" };
    }
  }
}

function isPlain(field: GoField): boolean {
  return field.type.kind === "string" || field.type.kind === "list" || field.type.kind === "int32";
}

const podStructs = new Set([
  "PodTemplateSpec",
  "PodSpec",
  "Container",
  "Volume",
  "Probe",
  "EnvVar",
  "ContainerPort",
  "VolumeMount",
  "ResourceRequirements",
  "SecurityContext",
  "PodSecurityContext",
  "ObjectReference",
  "LocalObjectReference",
  "Toleration",
  "Affinity",
  "PersistentVolumeClaim",
  "PersistentVolumeClaimSpec",
  "EventSource",
]);

/** Kinds of other groups may share a name with one of ours. */
const tektonGroups = /^(triggers\.|resolution\.)?tekton\.dev$/;
const objectMeta = goTypes.struct("ObjectMeta");

function customSchema(
  definition: ResourceDefinition,
  version: string,
  schemas: Schemas,
  v3: boolean,
): { readonly name: string; readonly schema: JsonObject } {
  const reversed = definition.group.split(".").reverse().join(".");
  const name = `${reversed}.${version}.${definition.kind}`;
  const own = servedVersion(definition, version)?.schema ?? {};
  const properties = isJsonObject(own["properties"]) ? own["properties"] : {};
  const about = tektonGroups.test(definition.group) ? describeType(definition.kind) : undefined;
  // Without a schema anything goes: clients would refuse whatever is not listed.
  if (Object.keys(properties).length === 0 && !v3) return { name, schema: { type: "object" } };
  return {
    name,
    schema: {
      ...(about !== undefined && { description: about }),
      ...own,
      type: "object",
      properties: {
        ...properties,
        apiVersion: { type: "string", description: describeField(definition.kind, "apiVersion") ?? "" },
        kind: { type: "string", description: describeField(definition.kind, "kind") ?? "" },
        metadata: {
          description: describeField(definition.kind, "metadata") ?? "",
          ...(v3 ? { allOf: [schemas.reference(objectMeta)] } : schemas.reference(objectMeta)),
        },
      },
      ...(Object.keys(properties).length === 0 && { "x-kubernetes-preserve-unknown-fields": true }),
    },
  };
}

interface Published {
  readonly definition: ResourceDefinition;
  readonly version: string;
  readonly reference: JsonObject;
}

/** Puts the schema of a kind among the schemas, and names its group, version and kind. */
function publish(
  definition: ResourceDefinition,
  version: string,
  schemas: Schemas,
  prefix: ReferencePrefix,
): Published {
  const kinds = [{ group: definition.group, kind: definition.kind, version }];
  const type = servedVersion(definition, version)?.type;
  let name: string;
  if (type) {
    schemas.reference(type);
    name = schemas.nameOf(type);
    schemas.all[name] = { ...(schemas.all[name] as JsonObject), "x-kubernetes-group-version-kind": kinds };
  } else {
    const custom = customSchema(definition, version, schemas, prefix === "#/components/schemas/");
    name = custom.name;
    schemas.all[name] = { ...custom.schema, "x-kubernetes-group-version-kind": kinds };
  }
  return { definition, version, reference: { $ref: `${prefix}${name}` } };
}

function pathsOf({ definition, version, reference }: Published, v3: boolean): readonly [string, JsonObject][] {
  const { group, kind, resource, namespaced, verbs } = definition;
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const base = `${root}${namespaced ? "/namespaces/{namespace}" : ""}/${resource}`;
  const gvk = { group, kind, version };
  const content = v3 ? { content: { "application/json": { schema: reference } } } : { schema: reference };
  const queryOf = (name: string): JsonObject => ({
    name,
    in: "query",
    ...(v3 ? { schema: { type: "string", uniqueItems: true } } : { type: "string", uniqueItems: true }),
  });
  const operation = (action: string, parameters: readonly string[], body: boolean): JsonObject => ({
    ...(v3 || !body
      ? {}
      : { parameters: [{ in: "body", name: "body", required: true, schema: reference }, ...parameters.map(queryOf)] }),
    ...(v3 && parameters.length > 0 && { parameters: parameters.map(queryOf) }),
    ...(v3 && body && { requestBody: content }),
    responses: { "200": { description: "OK", ...content } },
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": gvk,
  });
  const writes = ["dryRun", "fieldManager", "fieldValidation"];
  const collection: Record<string, JsonValue> = {};
  const named: Record<string, JsonValue> = {};
  if (verbs.includes("list")) collection["get"] = operation("list", [], false);
  if (verbs.includes("create")) collection["post"] = operation("post", writes, true);
  if (verbs.includes("deletecollection")) collection["delete"] = operation("deletecollection", [], false);
  if (verbs.includes("get")) named["get"] = operation("get", [], false);
  if (verbs.includes("update")) named["put"] = operation("put", writes, true);
  if (verbs.includes("patch")) named["patch"] = operation("patch", [...writes, "force"], true);
  if (verbs.includes("delete")) named["delete"] = operation("delete", ["dryRun"], false);
  const paths: [string, JsonObject][] = [[base, collection]];
  if (Object.keys(named).length > 0) paths.push([`${base}/{name}`, named]);
  return paths;
}

/** The OpenAPI v3 document of one group version. */
export function openApiV3(registry: ResourceRegistry, group: string, version: string): JsonObject {
  const schemas = new Schemas("#/components/schemas/", group, version);
  const definitions = registry
    .all()
    .filter((definition) => definition.group === group && servedVersion(definition, version));
  const published = definitions.map((definition) => publish(definition, version, schemas, "#/components/schemas/"));
  const custom = definitions.some((definition) => definition.custom);
  return {
    openapi: "3.0.0",
    info: custom ? { title: "Kubernetes CRD Swagger", version: "v0.1.0" } : { title: "Kubernetes", version: "1.36" },
    paths: Object.fromEntries(published.flatMap((item) => pathsOf(item, true))),
    components: { schemas: schemas.all },
  };
}

/** The OpenAPI v2 document of everything. */
export function openApiV2(registry: ResourceRegistry): JsonObject {
  const definitions: Record<string, JsonValue> = {};
  const paths: Record<string, JsonValue> = {};
  for (const definition of registry.all()) {
    for (const { version } of definition.versions) {
      const schemas = new Schemas("#/definitions/", definition.group, version);
      const published = publish(definition, version, schemas, "#/definitions/");
      for (const [name, schema] of Object.entries(schemas.all)) {
        const known = definitions[name];
        if (!isJsonObject(known) || known["x-kubernetes-group-version-kind"] === undefined) definitions[name] = schema;
      }
      for (const [path, item] of pathsOf(published, false)) paths[path] = item;
    }
  }
  return { swagger: "2.0", info: { title: "Kubernetes", version: "v1.36.0" }, paths, definitions };
}
