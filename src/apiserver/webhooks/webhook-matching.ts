import { matchesLabelSelector } from "../../api/label-selector.ts";
import type { AdmissionAttributes } from "../pipeline.ts";
import type { AdmissionWebhook, WebhookRule } from "./webhook-configuration.ts";

/** The version in which a webhook wants the object, when it is to be called at all. */
export interface WebhookMatch {
  readonly version: string;
}

/** What takes requests in: a webhook, or an admission policy. */
export type RequestMatcher = Pick<AdmissionWebhook, "rules" | "matchPolicy" | "namespaceSelector" | "objectSelector">;

/** Configurations of webhooks are never shown to webhooks: a broken one could then not be repaired. */
const exempt: ReadonlySet<string> = new Set([
  "mutatingwebhookconfigurations",
  "validatingwebhookconfigurations",
  "validatingadmissionpolicies",
  "validatingadmissionpolicybindings",
  "mutatingadmissionpolicies",
  "mutatingadmissionpolicybindings",
]);

/** Whether a request is about something that webhooks may be asked about. */
export function mayBeReviewed(attributes: AdmissionAttributes): boolean {
  const { definition } = attributes;
  return definition.group !== "admissionregistration.k8s.io" || !exempt.has(definition.resource);
}

/**
 * Whether the webhook's rules and selectors take in the request (spec: kube-api, section 7). With matchPolicy
 * Equivalent another version of the same resource will do. `namespaceLabels` gives a namespace's labels.
 */
export function matchWebhook(
  webhook: RequestMatcher,
  attributes: AdmissionAttributes,
  namespaceLabels: (namespace: string) => Readonly<Record<string, string>> | undefined,
): WebhookMatch | undefined {
  const version = matchingVersion(webhook, attributes);
  if (version === undefined) return undefined;
  if (!namespaceMatches(webhook, attributes, namespaceLabels)) return undefined;
  return objectMatches(webhook, attributes) ? { version } : undefined;
}

function matchingVersion(webhook: RequestMatcher, attributes: AdmissionAttributes): string | undefined {
  const matches = (version: string): boolean => webhook.rules.some((rule) => ruleMatches(rule, attributes, version));
  if (matches(attributes.version)) return attributes.version;
  if (webhook.matchPolicy === "Exact") return undefined;
  return attributes.definition.versions.map(({ version }) => version).find(matches);
}

/** Whether one rule takes the request in, asked for in that version. */
export function ruleMatches(rule: WebhookRule, attributes: AdmissionAttributes, version: string): boolean {
  const { definition, operation } = attributes;
  return (
    (rule.operations.includes("*") || rule.operations.includes(operation)) &&
    (rule.apiGroups.includes("*") || rule.apiGroups.includes(definition.group)) &&
    (rule.apiVersions.includes("*") || rule.apiVersions.includes(version)) &&
    rule.resources.some((pattern) => resourceMatches(pattern, definition.resource, attributes.subresource ?? "")) &&
    scopeMatches(rule, attributes)
  );
}

function resourceMatches(pattern: string, resource: string, subresource: string): boolean {
  const [wanted = "", wantedSub = ""] = pattern.split("/", 2);
  return (wanted === "*" || wanted === resource) && (wantedSub === "*" || wantedSub === subresource);
}

function isNamespaceItself({ definition }: AdmissionAttributes): boolean {
  return definition.group === "" && definition.resource === "namespaces";
}

function scopeMatches(rule: WebhookRule, attributes: AdmissionAttributes): boolean {
  if (rule.scope === "*") return true;
  const namespaced = !isNamespaceItself(attributes) && attributes.definition.namespaced;
  return rule.scope === "Namespaced" ? namespaced : !namespaced;
}

function isEmpty(selector: object): boolean {
  return Object.keys(selector).length === 0;
}

/** A Namespace is judged by its own labels, other cluster-scoped objects by none. */
function namespaceMatches(
  webhook: RequestMatcher,
  attributes: AdmissionAttributes,
  namespaceLabels: (namespace: string) => Readonly<Record<string, string>> | undefined,
): boolean {
  if (isEmpty(webhook.namespaceSelector)) return true;
  if (isNamespaceItself(attributes)) {
    const own = attributes.subresource === undefined ? (attributes.object ?? attributes.oldObject) : undefined;
    const labels = own === undefined ? namespaceLabels(attributes.name) : own.metadata.labels;
    return matchesLabelSelector(webhook.namespaceSelector, labels);
  }
  if (!attributes.definition.namespaced || attributes.namespace === undefined) return true;
  return matchesLabelSelector(webhook.namespaceSelector, namespaceLabels(attributes.namespace));
}

function objectMatches(webhook: RequestMatcher, attributes: AdmissionAttributes): boolean {
  if (isEmpty(webhook.objectSelector)) return true;
  return [attributes.object, attributes.oldObject].some(
    (object) => object !== undefined && matchesLabelSelector(webhook.objectSelector, object.metadata.labels),
  );
}
