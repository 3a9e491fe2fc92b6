import { randomUUID } from "node:crypto";
import type { K8sObject, Status } from "../../api/object.ts";
import { quoteGo } from "../../json/go-print.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import { plainError } from "../status.ts";
import type { WebhookClient } from "./webhook-client.ts";
import { clientConfigOf } from "./webhook-configuration.ts";

const timeoutMs = 30_000;

/**
 * Converts custom objects by the webhook of their CustomResourceDefinition (`spec.conversion.webhook`); objects that
 * already are of the wanted version are not sent (spec: kube-api, section 7).
 */
export async function convertByWebhook(
  client: WebhookClient,
  crd: K8sObject,
  objects: readonly K8sObject[],
  desiredApiVersion: string,
): Promise<Result<readonly K8sObject[], Status>> {
  const sent = objects.filter((object) => object.apiVersion !== desiredApiVersion);
  if (sent.length === 0) return ok(objects);
  const spec = crd["spec"] as JsonValue | undefined;
  const conversion = isJsonObject(spec) ? spec["conversion"] : undefined;
  const webhook = isJsonObject(conversion) && isJsonObject(conversion["webhook"]) ? conversion["webhook"] : {};
  const versions = isJsonArray(webhook["conversionReviewVersions"]) ? webhook["conversionReviewVersions"] : [];
  const version = versions.find((candidate) => candidate === "v1" || candidate === "v1beta1") ?? "v1";
  const uid = randomUUID();
  const review = {
    kind: "ConversionReview",
    apiVersion: `apiextensions.k8s.io/${String(version)}`,
    request: { uid, desiredAPIVersion: desiredApiVersion, objects: sent as unknown as readonly JsonValue[] },
  };
  const failed = (text: string): Result<never, Status> => err(conversionFailure(sent[0], text));
  const posted = await client.post(clientConfigOf(webhook["clientConfig"]), review, timeoutMs);
  if (!posted.ok) return failed(posted.error);
  const converted = readConversion(posted.value, uid, sent, desiredApiVersion);
  if (!converted.ok) return failed(converted.error);
  const results = converted.value.values();
  return ok(
    objects.map((object) => (object.apiVersion === desiredApiVersion ? object : (results.next().value ?? object))),
  );
}

function conversionFailure(object: K8sObject | undefined, text: string): Status {
  const kind = object === undefined ? "" : `${object.apiVersion}, Kind=${object.kind}`;
  return plainError(`conversion webhook for ${kind} failed: ${text}`);
}

function readConversion(
  answer: JsonValue,
  uid: string,
  sent: readonly K8sObject[],
  desiredApiVersion: string,
): Result<readonly K8sObject[], string> {
  const response = isJsonObject(answer) ? answer["response"] : undefined;
  if (!isJsonObject(response)) return err("no response provided");
  if (response["uid"] !== uid)
    return err(`expected response.uid=${quoteGo(uid)}, got ${quoteGo(String(response["uid"] ?? ""))}`);
  const result = isJsonObject(response["result"]) ? response["result"] : {};
  if (result["status"] !== "Success") {
    const message = result["message"];
    return err(typeof message === "string" && message !== "" ? message : "unknown error");
  }
  const converted = isJsonArray(response["convertedObjects"]) ? response["convertedObjects"] : [];
  if (converted.length !== sent.length)
    return err(`webhook returned ${converted.length} objects, expected ${sent.length}`);
  const objects: K8sObject[] = [];
  for (const [index, item] of converted.entries()) {
    const original = sent[index];
    if (original === undefined || !isJsonObject(item) || !isJsonObject(item["metadata"]))
      return err(`invalid converted object at index ${index}`);
    if (item["apiVersion"] !== desiredApiVersion)
      return err(
        `invalid converted object at index ${index}: invalid groupVersion (received ${String(item["apiVersion"])} and expected ${desiredApiVersion})`,
      );
    if (item["kind"] !== original.kind)
      return err(
        `invalid converted object at index ${index}: invalid kind (received ${String(item["kind"])} and expected ${original.kind})`,
      );
    objects.push(withOriginalMetadata(item, item["metadata"], original));
  }
  return ok(objects);
}

/** Of the metadata a webhook may change labels and annotations only. */
function withOriginalMetadata(item: JsonObject, metadata: JsonObject, original: K8sObject): K8sObject {
  const { labels: _, annotations: __, ...kept } = original.metadata;
  const { labels, annotations } = metadata;
  return {
    ...item,
    metadata: {
      ...kept,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
  } as unknown as K8sObject;
}
