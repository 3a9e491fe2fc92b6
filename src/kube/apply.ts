import type { K8sObject, Resource, Status } from "../api/object.ts";
import { encodeObject } from "../json/object-text.ts";
import { sameJson } from "../json/same-json.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json/value.ts";
import { ok, type Result } from "../result.ts";
import type { KubeClient } from "./client.ts";

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

export type Applied = "created" | "configured" | "unchanged";

/**
 * Makes the object on the server what the manifest says, as `kubectl apply` does for custom resources: fields that an
 * earlier apply set and this one lacks are removed, fields that others set stay. Works together with kubectl, as the
 * same annotation remembers what was applied.
 */
export async function applyObject(
  client: KubeClient,
  resource: Resource,
  manifest: K8sObject,
  options: { readonly namespace?: string | undefined; readonly dryRun?: boolean } = {},
): Promise<Result<{ readonly action: Applied; readonly object: K8sObject }, Status>> {
  const wanted = withAnnotation(manifest, options.namespace);
  const name = manifest.metadata.name;
  const dryRun = options.dryRun === true;
  if (name === undefined) {
    const created = await client.create(resource, wanted, { namespace: options.namespace, dryRun });
    return created.ok ? ok({ action: "created", object: created.value }) : created;
  }
  const key = { namespace: options.namespace, name };
  for (let attempt = 0; ; attempt++) {
    const live = await client.get(resource, key);
    if (!live.ok && live.error.code !== 404) return live;
    if (!live.ok) {
      const created = await client.create(resource, wanted, { namespace: options.namespace, dryRun });
      // Somebody else created it in between: look again, and patch.
      if (!created.ok && created.error.reason === "AlreadyExists" && attempt === 0) continue;
      return created.ok ? ok({ action: "created", object: created.value }) : created;
    }
    const patch = threeWayPatch(lastAppliedOf(live.value), json(wanted), json(live.value));
    if (patch === undefined || Object.keys(patch).length === 0 || dryRun) {
      const action = patch === undefined || Object.keys(patch).length === 0 ? "unchanged" : "configured";
      return ok({ action, object: live.value });
    }
    const patched = await client.patch(resource, key, { type: "merge", body: patch });
    if (!patched.ok) return patched;
    const same = patched.value.metadata.resourceVersion === live.value.metadata.resourceVersion;
    return ok({ action: same ? "unchanged" : "configured", object: patched.value });
  }
}

function withAnnotation(manifest: K8sObject, namespace: string | undefined): K8sObject {
  const { [lastApplied]: _old, ...annotations } = manifest.metadata.annotations ?? {};
  const metadata = { ...manifest.metadata, ...(namespace === undefined ? {} : { namespace }) };
  const plain = { ...manifest, metadata: { ...metadata, annotations } };
  return {
    ...plain,
    metadata: { ...metadata, annotations: { ...annotations, [lastApplied]: `${encodeObject(json(plain))}\n` } },
  };
}

function lastAppliedOf(live: K8sObject): JsonObject {
  const text = live.metadata.annotations?.[lastApplied];
  if (text === undefined) return {};
  try {
    const parsed = JSON.parse(text) as JsonValue;
    return isJsonObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

/** A merge patch that makes `live` have all of `wanted`, and nothing of what `previous` had and `wanted` lacks. */
export function threeWayPatch(previous: JsonObject, wanted: JsonObject, live: JsonObject): JsonObject | undefined {
  const patch: Record<string, JsonValue> = Object.create(null);
  for (const [key, value] of Object.entries(wanted)) {
    const current = Object.hasOwn(live, key) ? live[key] : undefined;
    if (isJsonObject(value) && isJsonObject(current)) {
      const before = Object.hasOwn(previous, key) ? previous[key] : undefined;
      const inner = threeWayPatch(isJsonObject(before) ? before : {}, value, current);
      if (inner !== undefined) patch[key] = inner;
    } else if (!sameJson(value, current)) patch[key] = value;
  }
  for (const key of Object.keys(previous)) {
    if (!Object.hasOwn(wanted, key) && Object.hasOwn(live, key)) patch[key] = null;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function json(object: K8sObject): JsonObject {
  return object as unknown as JsonObject;
}
