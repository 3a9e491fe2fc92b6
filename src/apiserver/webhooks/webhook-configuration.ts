import type { K8sObject } from "../../api/object.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json/value.ts";

/** Where a webhook listens (admissionregistration.k8s.io and apiextensions.k8s.io WebhookClientConfig). */
export interface WebhookClientConfig {
  readonly url?: string;
  readonly service?: {
    readonly namespace: string;
    readonly name: string;
    readonly path: string;
    readonly port: number;
  };
  /** PEM of the authorities to trust; the system's when absent. */
  readonly caPem?: string;
}

/** Which requests a rule is about; `*` and `resource/subresource` patterns as written. */
export interface WebhookRule {
  readonly operations: readonly string[];
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly resources: readonly string[];
  readonly scope: "*" | "Cluster" | "Namespaced";
}

/** One webhook of a configuration, its defaults filled in. */
export interface AdmissionWebhook {
  readonly name: string;
  readonly client: WebhookClientConfig;
  readonly rules: readonly WebhookRule[];
  readonly failurePolicy: "Fail" | "Ignore";
  readonly matchPolicy: "Exact" | "Equivalent";
  readonly namespaceSelector: JsonObject;
  readonly objectSelector: JsonObject;
  readonly sideEffects: string;
  readonly timeoutSeconds: number;
  readonly reviewVersions: readonly string[];
  readonly reinvoke: boolean;
  readonly conditions: readonly MatchCondition[];
}

/** A CEL expression that must hold for the webhook to be called. */
interface MatchCondition {
  readonly name: string;
  readonly expression: string;
}

/** The webhook configurations in force, in the order in which their webhooks are called: by name. */
export class WebhookConfigurations {
  readonly #byName = new Map<string, readonly AdmissionWebhook[]>();
  #ordered: readonly AdmissionWebhook[] | undefined;

  put(configuration: K8sObject): void {
    const webhooks = configuration["webhooks"] as JsonValue | undefined;
    const list = isJsonArray(webhooks) ? webhooks.filter(isJsonObject).map(webhookOf) : [];
    this.#byName.set(configuration.metadata.name ?? "", list);
    this.#ordered = undefined;
  }

  remove(name: string): void {
    this.#byName.delete(name);
    this.#ordered = undefined;
  }

  get webhooks(): readonly AdmissionWebhook[] {
    this.#ordered ??= [...this.#byName].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, webhooks]) => webhooks);
    return this.#ordered;
  }
}

function webhookOf(webhook: JsonObject): AdmissionWebhook {
  const rules = webhook["rules"];
  const conditions = webhook["matchConditions"];
  const selector = (key: string): JsonObject => (isJsonObject(webhook[key]) ? webhook[key] : {});
  return {
    name: text(webhook["name"]),
    client: clientConfigOf(webhook["clientConfig"]),
    rules: isJsonArray(rules) ? rules.filter(isJsonObject).map(ruleOf) : [],
    failurePolicy: webhook["failurePolicy"] === "Ignore" ? "Ignore" : "Fail",
    matchPolicy: webhook["matchPolicy"] === "Exact" ? "Exact" : "Equivalent",
    namespaceSelector: selector("namespaceSelector"),
    objectSelector: selector("objectSelector"),
    sideEffects: text(webhook["sideEffects"]),
    timeoutSeconds: typeof webhook["timeoutSeconds"] === "number" ? webhook["timeoutSeconds"] : 10,
    reviewVersions: texts(webhook["admissionReviewVersions"]),
    reinvoke: webhook["reinvocationPolicy"] === "IfNeeded",
    conditions: isJsonArray(conditions)
      ? conditions
          .filter(isJsonObject)
          .map((condition) => ({ name: text(condition["name"]), expression: text(condition["expression"]) }))
      : [],
  };
}

/** A client configuration with its defaults: port 443, path `/`. */
export function clientConfigOf(value: JsonValue | undefined): WebhookClientConfig {
  const config = isJsonObject(value) ? value : {};
  const { service, url, caBundle } = config;
  return {
    ...(typeof url === "string" ? { url } : {}),
    ...(isJsonObject(service)
      ? {
          service: {
            namespace: text(service["namespace"]),
            name: text(service["name"]),
            path: text(service["path"]) === "" ? "/" : text(service["path"]),
            port: typeof service["port"] === "number" ? service["port"] : 443,
          },
        }
      : {}),
    ...(typeof caBundle === "string" && caBundle !== ""
      ? { caPem: Buffer.from(caBundle, "base64").toString("utf8") }
      : {}),
  };
}

/** A rule of a webhook or an admission policy. */
export function ruleOf(rule: JsonObject): WebhookRule {
  const scope = rule["scope"];
  return {
    operations: texts(rule["operations"]),
    apiGroups: texts(rule["apiGroups"]),
    apiVersions: texts(rule["apiVersions"]),
    resources: texts(rule["resources"]),
    scope: scope === "Cluster" || scope === "Namespaced" ? scope : "*",
  };
}

function text(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function texts(value: JsonValue | undefined): readonly string[] {
  return isJsonArray(value) ? value.filter((item) => typeof item === "string") : [];
}
