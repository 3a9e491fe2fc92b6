import { invalid } from "../../api/core/field-problem.ts";
import { child, ensureChild, type Fields, items, number, stringMap, strings, text } from "../../api/core/fields.ts";
import type { K8sObject, Status } from "../../api/object.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ResourceRequest } from "../pipeline.ts";
import { apiVersionOf, type ResourceVersionDefinition, servedVersion } from "../resource-definition.ts";
import { ownershipAfterUpdate } from "../ssa/managed-fields.ts";
import { objectShape } from "../ssa/object-shape.ts";
import { invalidObject } from "../status.ts";
import { subresourceDefinition } from "../subresource-kind.ts";
import { decodeBody, decodeObject } from "../wire/decode-body.ts";
import { readWriteOptions, type WriteOptions } from "../wire/write-options.ts";
import { setManagedFields } from "./create.ts";
import type { ObjectOutcome } from "./outcome.ts";
import { patchKindOf, patchValue, readPatch, readPatchOptions } from "./patch.ts";
import { metadataOf } from "./prepare.ts";
import { matchPath } from "./put.ts";
import { getVerb } from "./read.ts";
import type { ServerContext } from "./server-context.ts";
import { updateObject } from "./update.ts";

function valueAt(object: JsonObject, path: string): JsonValue | undefined {
  let at: JsonValue | undefined = object;
  for (const step of path.split(".").filter((part) => part !== "")) {
    at = isJsonObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }
  return at;
}

function numberAt(object: JsonObject, path: string): number {
  const value = valueAt(object, path);
  return typeof value === "number" ? value : 0;
}

function selectorText(selector: JsonValue | undefined): string {
  if (typeof selector === "string") return selector;
  if (!isJsonObject(selector)) return "";
  const plain = !Object.hasOwn(selector, "matchLabels") && !Object.hasOwn(selector, "matchExpressions");
  const labels = plain ? (selector as Record<string, string>) : stringMap(selector, "matchLabels");
  const parts = Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key]}`);
  if (!plain) {
    for (const term of items(selector, "matchExpressions")) {
      const values = strings(term, "values").join(",");
      const operator = text(term, "operator");
      parts.push(
        operator === "In" || operator === "NotIn"
          ? `${text(term, "key")} ${operator.toLowerCase()} (${values})`
          : `${operator === "Exists" ? "" : "!"}${text(term, "key")}`,
      );
    }
  }
  return parts.join(",");
}

/** The Scale of an object: its replicas and how its pods are selected. */
function scaleOf(object: K8sObject, served: ResourceVersionDefinition): K8sObject {
  const json = object as unknown as JsonObject;
  const paths = served.scale;
  const selector = paths
    ? paths.labelSelectorPath === undefined
      ? ""
      : valueAt(json, paths.labelSelectorPath)
    : valueAt(json, "spec.selector");
  const shown = selectorText(selector);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: {
      ...(name !== undefined && { name }),
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(creationTimestamp !== undefined && { creationTimestamp }),
    },
    spec: specOf(numberAt(json, paths?.specReplicasPath ?? "spec.replicas")),
    status: {
      replicas: numberAt(json, paths?.statusReplicasPath ?? "status.replicas"),
      ...(shown !== "" && { selector: shown }),
    },
  };
}

function specOf(replicas: number): JsonObject {
  return replicas === 0 ? {} : { replicas };
}

/** GET, PUT and PATCH of `scale`. */
export async function scaleVerb(
  context: ServerContext,
  routed: ResourceRequest,
): Promise<Result<ObjectOutcome, Status>> {
  const { definition, version, request } = routed;
  const served = servedVersion(definition, version)!;
  const sub = served.subresources.find((candidate) => candidate.name === "scale")!;
  const target = subresourceDefinition(definition, sub, version)!;
  const { subresource: _scale, ...main } = routed;
  if (routed.verb === "get") {
    const found = await getVerb(context, main);
    return found.ok ? ok({ status: 200, object: scaleOf(found.value.object, served), warnings: [] }) : found;
  }
  let options: Result<WriteOptions, Status>;
  let scaleFor: (existing: K8sObject) => Result<Fields, Status>;
  if (routed.verb === "update") {
    options = readWriteOptions(request.query, request.headers, "UpdateOptions");
    const decoded = decodeBody(request, target.definition, target.version, context.protobuf);
    if (!decoded.ok) return decoded;
    const matched = matchPath(metadataOf(decoded.value.object), main);
    if (!matched.ok) return matched;
    scaleFor = () => ok(decoded.value.object);
  } else {
    const kind = patchKindOf(routed);
    if (!kind.ok) return kind;
    options = readPatchOptions(routed, kind.value);
    const body = readPatch(routed, kind.value);
    if (!body.ok) return body;
    const type = servedVersion(target.definition, target.version)?.type;
    scaleFor = (existing) => {
      const patched = patchValue(
        routed,
        scaleOf(existing, served) as unknown as JsonObject,
        body.value,
        kind.value === "apply" ? "merge" : kind.value,
        type,
      );
      if (!patched.ok) return patched;
      const decoded = decodeObject(patched.value, target.definition, target.version, [], () => "");
      return decoded.ok ? ok(decoded.value.object) : decoded;
    };
  }
  if (!options.ok) return options;
  const write = options.value;
  const outcome = await updateObject(context, {
    routed: main,
    options: write,
    optionsKind: routed.verb === "update" ? "UpdateOptions" : "PatchOptions",
    patch: routed.verb === "patch",
    mayCreate: false,
    admittedAs: { subresource: "scale", view: (object) => scaleOf(object, served) },
    transform: (existing) => {
      const scale = scaleFor(existing!);
      if (!scale.ok) return scale;
      const replicas = number(child(scale.value, "spec"), "replicas") ?? 0;
      if (replicas < 0) {
        return err(
          invalidObject({ group: "autoscaling", kind: "Scale" }, routed.name ?? "", [
            invalid("spec.replicas", replicas, "must be greater than or equal to 0"),
          ]),
        );
      }
      const object = structuredClone(existing) as unknown as Fields;
      const path = (served.scale?.specReplicasPath ?? "spec.replicas").split(".").filter((part) => part !== "");
      let at = object;
      for (const step of path.slice(0, -1)) at = ensureChild(at, step);
      at[path.at(-1)!] = replicas;
      const metadata = metadataOf(object);
      const given = child(scale.value, "metadata");
      const asked = text(given, "resourceVersion");
      if (asked === "" || routed.verb === "patch")
        metadata["resourceVersion"] = existing!.metadata.resourceVersion ?? "";
      else metadata["resourceVersion"] = asked;
      const managed = ownershipAfterUpdate(
        existing as unknown as JsonObject,
        object,
        existing!.metadata.managedFields ?? [],
        {
          manager: write.fieldManager,
          operation: "Update",
          apiVersion: apiVersionOf(definition.group, version),
          subresource: "scale",
        },
        // An entry made through another kind carries no time.
        { shape: objectShape(definition, version), time: "" },
      );
      setManagedFields(metadata, managed);
      return ok({ object, warnings: [] });
    },
  });
  return outcome.ok
    ? ok({ status: 200, object: scaleOf(outcome.value.object, served), warnings: outcome.value.warnings })
    : outcome;
}
