import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { K8sObject, Status } from "../../api/object.ts";
import { quoteGo } from "../../json/go-print.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";
import { err, ok, type Result } from "../../result.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../pipeline.ts";
import { badRequest, internalError } from "../status.ts";
import { admissionReview, denial, type ReviewAnswer, readAdmissionAnswer } from "./admission-review.ts";
import type { WebhookClient } from "./webhook-client.ts";
import type { AdmissionWebhook, WebhookConfigurations } from "./webhook-configuration.ts";
import { matchWebhook, mayBeReviewed } from "./webhook-matching.ts";

/** What calling admission webhooks needs from the server around it. */
export interface WebhookAdmissionParts {
  readonly mutating: WebhookConfigurations;
  readonly validating: WebhookConfigurations;
  readonly client: WebhookClient;
  /** The labels of a namespace, for namespace selectors. */
  namespaceLabels(namespace: string): Readonly<Record<string, string>> | undefined;
  /** An object in another version of its resource. */
  convert(attributes: AdmissionAttributes, object: K8sObject, version: string): Promise<Result<K8sObject, Status>>;
  /** Reads a patched object as a request's body is read: unknown fields dropped, defaults filled in. */
  decode(attributes: AdmissionAttributes, object: JsonObject, version: string): Result<K8sObject, Status>;
  applyJsonPatch(document: JsonValue, operations: readonly JsonValue[]): Result<JsonValue, string>;
  /** Whether all match conditions hold. An error names the one that cannot be evaluated. */
  conditionsHold(webhook: AdmissionWebhook, attributes: AdmissionAttributes): Result<boolean, string>;
}

/** The outcome of one call: the object afterwards, or the failure to answer. */
type Called = Result<K8sObject | undefined, Status>;

/**
 * Calls the admission webhooks whose rules take a request in: mutating ones one after the other, and again when a later
 * one changed the object (reinvocationPolicy IfNeeded); then the validating ones, all at once (spec: kube-api, section 7).
 */
export class WebhookAdmission implements AdmissionPlugin {
  readonly #parts: WebhookAdmissionParts;

  constructor(parts: WebhookAdmissionParts) {
    this.#parts = parts;
  }

  handles(attributes: AdmissionAttributes): boolean {
    const { mutating, validating } = this.#parts;
    return (mutating.webhooks.length > 0 || validating.webhooks.length > 0) && mayBeReviewed(attributes);
  }

  async admit(asked: AdmissionAttributes): Promise<Called> {
    // What is deleted is only shown to those who validate.
    const { oldObject: _, ...withoutOld } = asked;
    const attributes: AdmissionAttributes = asked.operation === "DELETE" ? withoutOld : asked;
    let object = attributes.object;
    const after = new Map<AdmissionWebhook, K8sObject | undefined>();
    const run = async (webhook: AdmissionWebhook): Promise<Called> => {
      const current = object === undefined ? attributes : { ...attributes, object };
      const called = await this.#call(webhook, current, true);
      if (!called.ok) return called;
      object = called.value ?? object;
      return called;
    };
    for (const webhook of this.#parts.mutating.webhooks) {
      const called = await run(webhook);
      if (!called.ok) return called;
      if (webhook.reinvoke) after.set(webhook, object);
    }
    const settled = object;
    for (const [webhook, seen] of after) {
      if (isDeepStrictEqual(seen, settled) && isDeepStrictEqual(seen, object)) continue;
      const called = await run(webhook);
      if (!called.ok) return called;
    }
    return ok(object === attributes.object ? undefined : object);
  }

  async validate(attributes: AdmissionAttributes): Promise<Result<undefined, Status>> {
    const calls = this.#parts.validating.webhooks.map((webhook) => this.#call(webhook, attributes, false));
    for (const called of await Promise.all(calls)) if (!called.ok) return called;
    return ok(undefined);
  }

  async #call(webhook: AdmissionWebhook, attributes: AdmissionAttributes, mutating: boolean): Promise<Called> {
    const match = matchWebhook(webhook, attributes, (namespace) => this.#parts.namespaceLabels(namespace));
    if (match === undefined) return ok(undefined);
    if (webhook.conditions.length > 0) {
      const holds = this.#parts.conditionsHold(webhook, attributes);
      if (!holds.ok) return this.#failed(webhook, holds.error);
      if (!holds.value) return ok(undefined);
    }
    if (attributes.dryRun && webhook.sideEffects !== "None" && webhook.sideEffects !== "NoneOnDryRun")
      return err(badRequest(`admission webhook ${quoteGo(webhook.name)} does not support dry run`));
    const answer = await this.#ask(webhook, attributes, match.version, mutating);
    if (!answer.ok)
      return answer.error.kind === "status" ? err(answer.error.status) : this.#failed(webhook, answer.error.text);
    for (const warning of answer.value.warnings) attributes.warn(warning);
    if (answer.value.kind === "denied") return err(denial(webhook.name, answer.value.status));
    const { patch } = answer.value;
    return patch === undefined ? ok(undefined) : this.#patched(attributes, match.version, patch);
  }

  async #ask(
    webhook: AdmissionWebhook,
    attributes: AdmissionAttributes,
    version: string,
    mutating: boolean,
  ): Promise<Result<ReviewAnswer, { kind: "status"; status: Status } | { kind: "call"; text: string }>> {
    const object = await this.#inVersion(attributes, attributes.object, version);
    if (!object.ok) return err({ kind: "status", status: object.error });
    const oldObject = await this.#inVersion(attributes, attributes.oldObject, version);
    if (!oldObject.ok) return err({ kind: "status", status: oldObject.error });
    const reviewVersion = webhook.reviewVersions.find((candidate) => candidate === "v1" || candidate === "v1beta1");
    if (reviewVersion === undefined)
      return err({ kind: "call", text: `webhook does not accept known AdmissionReview versions (v1, v1beta1)` });
    const uid = randomUUID();
    const review = admissionReview(
      attributes,
      { version, object: object.value, oldObject: oldObject.value },
      { uid, version: reviewVersion },
    );
    const posted = await this.#parts.client.post(webhook.client, review, webhook.timeoutSeconds * 1000);
    if (!posted.ok) return err({ kind: "call", text: `failed to call webhook: ${posted.error}` });
    const answer = readAdmissionAnswer(posted.value, { uid, version: reviewVersion, mutating });
    return answer.ok ? answer : err({ kind: "call", text: `received invalid webhook response: ${answer.error}` });
  }

  async #inVersion(
    attributes: AdmissionAttributes,
    object: K8sObject | undefined,
    version: string,
  ): Promise<Result<K8sObject | undefined, Status>> {
    if (object === undefined || version === attributes.version) return ok(object);
    return this.#parts.convert(attributes, object, version);
  }

  async #patched(attributes: AdmissionAttributes, version: string, patch: readonly JsonValue[]): Promise<Called> {
    const before = await this.#inVersion(attributes, attributes.object, version);
    if (!before.ok) return before;
    if (before.value === undefined)
      return err(
        internalError("admission webhook attempted to modify the object, which is not supported for this operation"),
      );
    const patched = this.#parts.applyJsonPatch(before.value as unknown as JsonValue, patch);
    if (!patched.ok) return err(internalError(patched.error));
    if (!isJsonObject(patched.value) || !isJsonObject(patched.value["metadata"]))
      return err(internalError("the patched object is no Kubernetes object"));
    const decoded = this.#parts.decode(attributes, patched.value, version);
    if (!decoded.ok) return err(internalError(decoded.error.message ?? ""));
    return version === attributes.version
      ? decoded
      : this.#parts.convert(attributes, decoded.value, attributes.version);
  }

  /** What becomes of a webhook that cannot be asked, by its failurePolicy. */
  #failed(webhook: AdmissionWebhook, text: string): Called {
    if (webhook.failurePolicy === "Ignore") return ok(undefined);
    return err(internalError(`failed calling webhook ${quoteGo(webhook.name)}: ${text}`));
  }
}
