import type { K8sObject, Status } from "../../api/object.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ConnectHandler, PipelineResponse, ResourceRequest } from "../pipeline.ts";
import { badRequest, conflict, notFound } from "../status.ts";
import {
  created,
  failed,
  invalid,
  metaTime,
  reviewManagedFields,
  specOf,
  stringField,
  stringsField,
} from "./review-object.ts";
import {
  type BoundObjects,
  type BoundReference,
  type ServiceAccountTokens,
  serviceAccountIssuer,
} from "./service-account-tokens.ts";

const group = "authentication.k8s.io";
const minSeconds = 600;
const defaultSeconds = 3_600;
const maxSeconds = 2 ** 32;

/** POST serviceaccounts/NAME/token: a signed token for the account (spec: kube-api, section 8). */
export function tokenRequests(
  tokens: ServiceAccountTokens,
  objects: BoundObjects,
  nowMs: () => number,
): ConnectHandler {
  return {
    resource: "serviceaccounts/token",
    handle: async (request, body) => {
      const answer = await requestToken(tokens, objects, request, body, nowMs());
      return answer.ok ? answer.value : failed(answer.error);
    },
  };
}

async function requestToken(
  tokens: ServiceAccountTokens,
  objects: BoundObjects,
  request: ResourceRequest,
  body: JsonValue | undefined,
  nowMs: number,
): Promise<Result<PipelineResponse, Status>> {
  const namespace = request.namespace ?? "";
  const name = request.name ?? "";
  const account = objects.get("serviceaccounts", namespace, name);
  if (account === undefined) return err(notFound(core("serviceaccounts"), name));
  const mismatch = nameMismatch(body, namespace, name);
  if (mismatch !== undefined) return err(mismatch);

  const asked = specOf(body);
  const audiences = stringsField(asked, "audiences");
  const seconds = typeof asked["expirationSeconds"] === "number" ? asked["expirationSeconds"] : defaultSeconds;
  const duration = badDuration(seconds);
  if (duration !== undefined) return err(duration);
  const ref = asked["boundObjectRef"];
  const bound = isJsonObject(ref) ? boundReference(ref, objects, namespace, account) : ok(undefined);
  if (!bound.ok) return bound;

  const spec: JsonObject = {
    audiences: audiences.length === 0 ? [serviceAccountIssuer] : audiences,
    expirationSeconds: seconds,
    boundObjectRef: isJsonObject(ref) ? ref : null,
  };
  const { token, expiresAt } = await tokens.issue({
    namespace,
    serviceAccount: { name, uid: account.metadata.uid ?? "" },
    audiences: stringsField(spec, "audiences"),
    expirationSeconds: seconds,
    ...(bound.value === undefined ? {} : { bound: bound.value.reference }),
    ...(bound.value?.node === undefined ? {} : { node: bound.value.node }),
  });
  return ok(
    created({
      kind: "TokenRequest",
      apiVersion: `${group}/v1`,
      metadata: {
        name,
        namespace,
        uid: account.metadata.uid ?? "",
        creationTimestamp: metaTime(nowMs),
        ...tokenManagedFields(request, { ...asked, expirationSeconds: seconds }, nowMs),
      },
      spec,
      status: { token, expirationTimestamp: metaTime(expiresAt * 1000) },
    }),
  );
}

/** As those of a review, in the name of the token's own API group. */
function tokenManagedFields(request: ResourceRequest, spec: JsonObject, nowMs: number): JsonObject {
  const { managedFields } = reviewManagedFields(request, spec, nowMs, "token");
  return managedFields === undefined
    ? {}
    : { managedFields: managedFields.map((entry) => ({ ...entry, apiVersion: `${group}/v1` })) };
}

function nameMismatch(body: JsonValue | undefined, namespace: string, name: string): Status | undefined {
  const metadata = isJsonObject(body) ? body["metadata"] : undefined;
  if (!isJsonObject(metadata)) return undefined;
  const ownName = stringField(metadata, "name");
  if (ownName !== "" && ownName !== name)
    return badRequest(
      `metadata.name=${JSON.stringify(ownName)} must match the name of the service account ${JSON.stringify(name)}`,
    );
  const ownNamespace = stringField(metadata, "namespace");
  if (ownNamespace !== "" && ownNamespace !== namespace)
    return badRequest("the namespace of the provided object does not match the namespace sent on the request");
  return undefined;
}

function badDuration(seconds: number): Status | undefined {
  const problem =
    seconds < minSeconds
      ? "may not specify a duration less than 10 minutes"
      : seconds > maxSeconds
        ? "may not specify a duration larger than 2^32 seconds"
        : undefined;
  if (problem === undefined) return undefined;
  return invalid({ group, kind: "TokenRequest", name: "" }, [
    {
      reason: "FieldValueInvalid",
      message: `Invalid value: ${seconds}: ${problem}`,
      field: "spec.expirationSeconds",
    },
  ]);
}

/** What the token shall be bound to. It must exist, with the uid that was given if one was. */
function boundReference(
  ref: JsonObject,
  objects: BoundObjects,
  namespace: string,
  account: K8sObject,
): Result<{ readonly reference: BoundReference; readonly node?: { name: string; uid?: string } } | undefined, Status> {
  const kind = stringField(ref, "kind");
  const apiVersion = stringField(ref, "apiVersion");
  const name = stringField(ref, "name");
  const resource = boundResources.get(`${apiVersion === "" ? "v1" : apiVersion}/${kind}`);
  if (resource === undefined)
    return err(
      badRequest(
        `cannot bind token for serviceaccount ${JSON.stringify(account.metadata.name ?? "")} to object of type ${apiVersion}, Kind=${kind}`,
      ),
    );
  const object = objects.get(resource, kind === "Node" ? undefined : namespace, name);
  if (object === undefined) return err(notFound(core(resource), name));
  const uid = stringField(ref, "uid");
  if (uid !== "" && uid !== object.metadata.uid)
    return err(
      conflict(
        core(resource),
        name,
        `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
      ),
    );
  const spec = object["spec"];
  const podSpec = isJsonObject(spec as JsonValue) ? (spec as JsonObject) : {};
  if (kind === "Pod") {
    const owner = stringField(podSpec, "serviceAccountName");
    if (owner !== account.metadata.name)
      return err(
        badRequest(
          `cannot bind token for serviceaccount ${JSON.stringify(account.metadata.name ?? "")} to pod running with different serviceaccount name.`,
        ),
      );
  }
  const nodeName = kind === "Pod" ? stringField(podSpec, "nodeName") : "";
  const node = nodeName === "" ? undefined : objects.get("nodes", undefined, nodeName);
  return ok({
    reference: { kind: kind as BoundReference["kind"], name, uid: object.metadata.uid ?? "" },
    ...(nodeName === ""
      ? {}
      : { node: { name: nodeName, ...(node?.metadata.uid === undefined ? {} : { uid: node.metadata.uid }) } }),
  });
}

const boundResources: ReadonlyMap<string, string> = new Map([
  ["v1/Pod", "pods"],
  ["v1/Secret", "secrets"],
  ["v1/Node", "nodes"],
]);

function core(resource: string): { readonly group: string; readonly resource: string } {
  return { group: "", resource };
}
