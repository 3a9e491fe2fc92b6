import type { K8sObject, Status } from "../../api/object.ts";
import { quoteGo } from "../../json/go-print.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import { userInfoJson } from "../auth/identity-reviews.ts";
import type { AdmissionAttributes } from "../pipeline.ts";

/** The objects of a review in the version that the webhook wants. */
export interface ReviewedObjects {
  readonly version: string;
  readonly object: K8sObject | undefined;
  readonly oldObject: K8sObject | undefined;
}

/** The AdmissionReview that a webhook is sent (spec: kube-api, section 7). */
export function admissionReview(
  attributes: AdmissionAttributes,
  objects: ReviewedObjects,
  review: { readonly uid: string; readonly version: string },
): JsonObject {
  const { definition, subresource } = attributes;
  const { group, resource } = definition;
  const kindIn = (version: string): JsonObject => {
    const served = definition.versions.find((candidate) => candidate.version === version);
    const sub = served?.subresources.find((candidate) => candidate.name === subresource);
    return sub === undefined || subresource === "status"
      ? { group, version, kind: definition.kind }
      : { group: sub.group ?? group, version: sub.version ?? version, kind: sub.kind };
  };
  return {
    kind: "AdmissionReview",
    apiVersion: `admission.k8s.io/${review.version}`,
    request: {
      uid: review.uid,
      kind: kindIn(objects.version),
      resource: { group, version: objects.version, resource },
      ...(subresource === undefined ? {} : { subResource: subresource }),
      requestKind: kindIn(attributes.version),
      requestResource: { group, version: attributes.version, resource },
      ...(subresource === undefined ? {} : { requestSubResource: subresource }),
      ...(attributes.name === "" ? {} : { name: attributes.name }),
      ...(attributes.namespace === undefined ? {} : { namespace: attributes.namespace }),
      operation: attributes.operation,
      userInfo: userInfoJson(attributes.user),
      object: (objects.object ?? null) as JsonValue,
      oldObject: (objects.oldObject ?? null) as JsonValue,
      dryRun: attributes.dryRun,
      options: Object.keys(attributes.options).length === 0 ? null : attributes.options,
    },
  };
}

/** What a webhook said. */
export type ReviewAnswer =
  | { readonly kind: "allowed"; readonly patch: readonly JsonValue[] | undefined; readonly warnings: readonly string[] }
  | { readonly kind: "denied"; readonly status: JsonObject | undefined; readonly warnings: readonly string[] };

/** Reads a webhook's answer. An error says what is wrong with it. */
export function readAdmissionAnswer(
  answer: JsonValue,
  asked: { readonly uid: string; readonly version: string; readonly mutating: boolean },
): Result<ReviewAnswer, string> {
  const review = isJsonObject(answer) ? answer : {};
  const response = review["response"];
  if (!isJsonObject(response)) return err("webhook response was absent");
  const uid = typeof response["uid"] === "string" ? response["uid"] : "";
  if (uid !== asked.uid) return err(`expected response.uid=${quoteGo(asked.uid)}, got ${quoteGo(uid)}`);
  const wanted = `admission.k8s.io/${asked.version}, Kind=AdmissionReview`;
  const got = `${review["apiVersion"] ?? ""}, Kind=${review["kind"] ?? ""}`;
  if (got !== wanted) return err(`expected webhook response of ${wanted}, got ${got}`);
  const patch = readPatch(response, asked.mutating);
  if (!patch.ok) return patch;
  const warnings = isJsonArray(response["warnings"])
    ? response["warnings"].filter((warning) => typeof warning === "string")
    : [];
  if (response["allowed"] === true) return ok({ kind: "allowed", patch: patch.value, warnings });
  const status = response["status"];
  return ok({ kind: "denied", status: isJsonObject(status) ? status : undefined, warnings });
}

function readPatch(response: JsonObject, mutating: boolean): Result<readonly JsonValue[] | undefined, string> {
  const patch = typeof response["patch"] === "string" ? response["patch"] : "";
  const patchType = response["patchType"];
  const typed = patchType !== undefined && patchType !== null;
  if (!mutating) {
    if (patch !== "") return err("validating webhook may not return response.patch");
    if (typed) return err("validating webhook may not return response.patchType");
    return ok(undefined);
  }
  if (patch !== "" && !typed) return err("webhook returned response.patch but not response.patchType");
  if (patch === "" && typed) return err("webhook returned response.patchType but not response.patch");
  if (patch === "") return ok(undefined);
  if (patchType !== "JSONPatch")
    return err(
      `webhook returned invalid response.patchType of ${quoteGo(typeof patchType === "string" ? patchType : "")}`,
    );
  try {
    const operations = JSON.parse(Buffer.from(patch, "base64").toString("utf8")) as JsonValue;
    return isJsonArray(operations)
      ? ok(operations)
      : err("webhook returned a response.patch that is no list of operations");
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
}

/** The failure that a denial becomes: the webhook's own status, at least a 400, its message with the webhook's name. */
export function denial(webhookName: string, status: JsonObject | undefined): Status {
  const given = status ?? {};
  const code = typeof given["code"] === "number" && given["code"] >= 400 ? given["code"] : 400;
  const deniedBy = `admission webhook ${quoteGo(webhookName)} denied the request`;
  const reason = typeof given["reason"] === "string" ? given["reason"] : "";
  const message = typeof given["message"] === "string" && given["message"] !== "" ? given["message"] : reason;
  const details = given["details"];
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: message === "" ? `${deniedBy} without explanation` : `${deniedBy}: ${message}`,
    ...(reason === "" ? {} : { reason }),
    ...(isJsonObject(details) ? { details } : {}),
    code,
  };
}
