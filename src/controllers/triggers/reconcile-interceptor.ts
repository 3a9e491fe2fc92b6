import type { K8sObject, Resource } from "../../api/object.ts";
import { decodeStruct, type GoObject } from "../../api/triggers/go-decode.ts";
import { encodeStruct } from "../../api/triggers/go-encode.ts";
import { equalStructs } from "../../api/triggers/go-equal.ts";
import { structOf } from "../../api/triggers/go-type.ts";
import { interceptorUrl } from "../../api/triggers/interceptor-address.ts";
import { parsedJson } from "../../api/triggers/json-source.ts";
import type { InterceptorObject } from "../../api/triggers/objects.ts";
import { triggersTypes } from "../../api/triggers/trigger-types.ts";
import type { JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ReconcileTools } from "./reconciler-client.ts";
import { finishReconcile } from "./write-status.ts";

const struct = structOf(triggersTypes.v1alpha1, "Interceptor");
const statusStruct = structOf(triggersTypes.v1alpha1, "InterceptorStatus");

/** Keeps `status.address.url` of a ClusterInterceptor or Interceptor (spec: controller, section 6). */
export async function reconcileInterceptor(
  resource: Resource,
  object: K8sObject | undefined,
  tools: ReconcileTools,
): Promise<Result<undefined, string>> {
  if (object === undefined || object.metadata.deletionTimestamp !== undefined) return ok(undefined);
  const decoded = decodeStruct(struct, object as unknown as JsonValue, parsedJson, { strict: false });
  if (!decoded.ok) return err(decoded.error);
  const { spec, status: before = {} } = decoded.value as InterceptorObject;
  const url = interceptorUrl(spec?.clientConfig ?? {});
  const status = {
    ...before,
    address: { ...(before["address"] as GoObject | undefined), ...(url.ok && { url: url.value }) },
  };
  return finishReconcile(
    resource,
    object,
    {
      status: equalStructs(statusStruct, before, status) ? undefined : encodeStruct(statusStruct, status),
      error: url.ok ? undefined : url.error,
    },
    tools,
  );
}
