import type { K8sObject, OwnerReference } from "../api/object.ts";
import { triggersGroup } from "../api/triggers/kinds.ts";
import { triggersResources } from "../api/triggers/resources.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, member } from "../json/value.ts";

/** The three configurations that the webhook completes; each has one entry of its own name (spec: controller, section 8). */
export const webhookConfigurations = [
  {
    name: "webhook.triggers.tekton.dev",
    resource: "mutatingwebhookconfigurations",
    queue: "defaultingwebhook",
    complete: () => ({
      path: "/defaulting",
      entry: {
        rules: triggersRules(() => ["CREATE", "UPDATE"]),
        reinvocationPolicy: "IfNeeded",
      },
      namespaces: notExcluded,
    }),
  },
  {
    name: "validation.webhook.triggers.tekton.dev",
    resource: "validatingwebhookconfigurations",
    queue: "validationwebhook",
    complete: () => ({
      path: "/resource-validation",
      entry: { rules: triggersRules(validatedOperations) },
      namespaces: notExcluded,
    }),
  },
  {
    name: "config.webhook.triggers.tekton.dev",
    resource: "validatingwebhookconfigurations",
    queue: "configmapwebhook",
    complete: () => ({
      path: "/config-validation",
      entry: {
        rules: [
          {
            apiGroups: [""],
            apiVersions: ["v1"],
            operations: ["CREATE", "UPDATE"],
            resources: ["configmaps/*"],
            scope: "Namespaced",
          },
        ],
      },
      namespaces: { key: "triggers.tekton.dev/release", operator: "Exists" },
    }),
  },
] as const satisfies readonly WebhookConfiguration[];

/** One of them. */
export interface WebhookConfiguration {
  readonly name: string;
  readonly resource: "mutatingwebhookconfigurations" | "validatingwebhookconfigurations";
  /** Part of the name of the Lease whose holder writes it. */
  readonly queue: string;
  readonly complete: () => {
    readonly path: string;
    readonly entry: JsonObject;
    /** What its `namespaceSelector` must ask for. */
    readonly namespaces: JsonObject;
  };
}

const notExcluded = { key: "webhooks.knative.dev/exclude", operator: "DoesNotExist" };

/** Old versions of kinds are also looked at when they are deleted (spec: resources, section 6). */
function validatedOperations(version: string, kind: string): readonly string[] {
  return version === "v1alpha1" && kind !== "EventListener" ? ["CREATE", "UPDATE", "DELETE"] : ["CREATE", "UPDATE"];
}

function triggersRules(operationsOf: (version: string, kind: string) => readonly string[]): readonly JsonObject[] {
  return triggersResources
    .flatMap(({ versions, kind, plural }) => versions.map((version) => ({ version, kind, plural })))
    .sort((a, b) => compare(`${a.version} ${a.plural}`, `${b.version} ${b.plural}`))
    .map(({ version, kind, plural }) => ({
      apiGroups: [triggersGroup],
      apiVersions: [version],
      operations: operationsOf(version, kind),
      resources: [plural, `${plural}/status`],
    }));
}

/**
 * A configuration as it should be: its entry of the same name completed, the rest as it is. What users set there, such as
 * `failurePolicy`, `timeoutSeconds` or an `objectSelector`, is theirs. Undefined when it is so already, what the API
 * server adds left out of account.
 */
export function completeConfiguration(
  configuration: WebhookConfiguration,
  existing: K8sObject,
  { caBundle, owner }: { readonly caBundle: string; readonly owner: OwnerReference | undefined },
): K8sObject | undefined {
  const listed = existing["webhooks"] as JsonValue | undefined;
  const webhooks = isJsonArray(listed) ? listed.filter(isJsonObject) : [];
  const { path, entry, namespaces } = configuration.complete();
  const completed = webhooks.map((webhook): JsonObject => {
    if (webhook["name"] !== configuration.name) return webhook;
    const config = isJsonObject(webhook["clientConfig"]) ? webhook["clientConfig"] : {};
    // Who gives a URL has put something in between: only its authority is known here.
    const service = isJsonObject(config["service"]) ? { service: { ...config["service"], path } } : {};
    const clientConfig = { ...config, ...service, caBundle };
    const namespaceSelector = withExpression(webhook["namespaceSelector"], namespaces);
    const wanted: JsonObject = { ...entry, namespaceSelector, clientConfig };
    return covers(webhook, wanted) ? webhook : { ...webhook, ...wanted };
  });
  const references = existing.metadata.ownerReferences ?? [];
  const isOwned = owner === undefined || references.some(({ uid }) => uid === owner.uid);
  if (isOwned && completed.every((webhook, index) => webhook === webhooks[index])) return undefined;
  const metadata = isOwned ? existing.metadata : { ...existing.metadata, ownerReferences: [...references, owner] };
  return { ...existing, metadata, webhooks: completed };
}

/**
 * A selector that asks for this, too. The rest stays: managed clusters add expressions of their own and would add them
 * again for ever.
 */
function withExpression(selector: JsonValue | undefined, wanted: JsonObject): JsonObject {
  const given = isJsonObject(selector) ? selector : {};
  const listed = given["matchExpressions"];
  const expressions = isJsonArray(listed) ? listed : [];
  if (expressions.some((each) => covers(each, wanted))) return given;
  const others = expressions.filter((each) => member(each, "key") !== wanted["key"]);
  return { ...given, matchExpressions: [wanted, ...others] };
}

/** Whether the entries of that name, if there are any, make API servers trust that authority. */
export function trusts(existing: K8sObject, name: string, caBundle: string): boolean {
  const listed = existing["webhooks"] as JsonValue | undefined;
  return (isJsonArray(listed) ? listed : []).every(
    (webhook) => member(webhook, "name") !== name || member(member(webhook, "clientConfig"), "caBundle") === caBundle,
  );
}

/** Whether a value has all that is wanted; fields that are not mentioned are free. */
function covers(value: JsonValue | undefined, wanted: JsonValue): boolean {
  if (isJsonArray(wanted)) {
    return isJsonArray(value) && value.length === wanted.length && wanted.every((item, i) => covers(value[i], item));
  }
  if (!isJsonObject(wanted)) return value === wanted;
  return isJsonObject(value) && Object.entries(wanted).every(([key, item]) => covers(value[key], item));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
