import { isDeepStrictEqual } from "node:util";
import { findSyntaxError } from "../../../json/go-syntax.ts";
import type { JsonObject } from "../../../json/value.ts";
import { duplicate, type FieldProblem, forbidden, invalid, notSupported, required, tooLong } from "../field-problem.ts";
import { child, ensureChild, type Fields, items, number, setDefault, strings, text } from "../fields.ts";
import { type KindStrategy, plainStrategy } from "../kind-strategy.ts";

/** Namespace: its label, finalizer and phase. */
export const namespaceStrategy: KindStrategy = {
  nameRule: "label",
  generation: false,
  default: (object) => {
    const metadata = ensureChild(object, "metadata");
    const name = text(metadata, "name");
    if (name !== "") metadata["labels"] = { ...child(metadata, "labels"), "kubernetes.io/metadata.name": name };
  },
  prepareForCreate: (object) => {
    const spec = ensureChild(object, "spec");
    const finalizers = strings(spec, "finalizers");
    if (!finalizers.includes("kubernetes")) spec["finalizers"] = [...finalizers, "kubernetes"];
    const metadata = ensureChild(object, "metadata");
    metadata["labels"] = { ...child(metadata, "labels"), "kubernetes.io/metadata.name": text(metadata, "name") };
    object["status"] = { phase: "Active" };
  },
  prepareForUpdate: (object, old) => {
    object["spec"] = old["spec"]!;
    const metadata = ensureChild(object, "metadata");
    metadata["labels"] = { ...child(metadata, "labels"), "kubernetes.io/metadata.name": text(metadata, "name") };
  },
  fieldLabels: (object) => ({
    "status.phase": text(child(object, "status"), "phase"),
    name: text(child(object, "metadata"), "name"),
  }),
};

const maxDataBytes = 1024 * 1024;
const dataKey = /^[-._a-zA-Z0-9]+$/;

function keyProblems(field: string, key: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (key.length > 253) problems.push(invalid(`${field}[${key}]`, key, "must be no more than 253 characters"));
  if (!dataKey.test(key)) {
    problems.push(
      invalid(
        `${field}[${key}]`,
        key,
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      ),
    );
  }
  if (key === "." || key === "..") problems.push(invalid(`${field}[${key}]`, key, `must not be '${key}'`));
  else if (key.startsWith("..")) problems.push(invalid(`${field}[${key}]`, key, "must not start with '..'"));
  return problems;
}

function decodedLength(base64: string): number {
  return Math.floor((base64.replaceAll(/[=\s]/g, "").length * 3) / 4);
}

function immutableContent(object: JsonObject, old: JsonObject, fields: readonly string[]): readonly FieldProblem[] {
  if (old["immutable"] !== true) return [];
  const problems: FieldProblem[] = [];
  const text = "field is immutable when `immutable` is set";
  if (object["immutable"] !== true) problems.push(forbidden("immutable", text));
  for (const field of fields) {
    if (!isDeepStrictEqual(object[field] ?? {}, old[field] ?? {})) problems.push(forbidden(field, text));
  }
  return problems;
}

/** ConfigMap: keys, size and immutability. */
export const configMapStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: false,
  validate: (object) => {
    const problems: FieldProblem[] = [];
    const data = child(object, "data") ?? {};
    const binary = child(object, "binaryData") ?? {};
    let size = 0;
    for (const key of Object.keys(data)) {
      problems.push(...keyProblems("data", key));
      if (Object.hasOwn(binary, key))
        problems.push(invalid(`data[${key}]`, key, "duplicate of key present in binaryData"));
      size += Buffer.byteLength(String(data[key]));
    }
    for (const key of Object.keys(binary)) {
      problems.push(...keyProblems("binaryData", key));
      size += decodedLength(String(binary[key]));
    }
    if (size > maxDataBytes) problems.push(tooLong("[]", maxDataBytes));
    return problems;
  },
  validateUpdate: (object, old) => immutableContent(object, old, ["data", "binaryData"]),
};

/** Secret: stringData, typed contents, immutability. */
export const secretStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: false,
  default: (object) => {
    const given = child(object, "stringData");
    if (given) {
      const data: Fields = { ...child(object, "data") };
      for (const key of Object.keys(given)) data[key] = Buffer.from(String(given[key])).toString("base64");
      if (Object.keys(data).length > 0) object["data"] = data;
      delete object["stringData"];
    }
    const { type } = object;
    delete object["type"];
    object["type"] = type === undefined || type === "" ? "Opaque" : type;
  },
  validate: (object) => {
    const problems: FieldProblem[] = [];
    const data = child(object, "data") ?? {};
    let size = 0;
    for (const key of Object.keys(data)) {
      problems.push(...keyProblems("data", key));
      size += decodedLength(String(data[key]));
    }
    if (size > maxDataBytes) problems.push(tooLong("data", maxDataBytes));
    problems.push(...typedSecretProblems(object, data));
    return problems;
  },
  validateUpdate: (object, old) => [
    ...(text(object, "type") === text(old, "type")
      ? []
      : [invalid("type", text(object, "type"), "field is immutable")]),
    ...immutableContent(object, old, ["data"]),
  ],
  fieldLabels: (object) => ({ type: text(object, "type") }),
};

function typedSecretProblems(object: JsonObject, data: JsonObject): readonly FieldProblem[] {
  const needs = (...keys: readonly string[]): readonly FieldProblem[] =>
    keys.filter((key) => !Object.hasOwn(data, key)).map((key) => required(`data[${key}]`));
  switch (text(object, "type")) {
    case "kubernetes.io/tls":
      return needs("tls.crt", "tls.key");
    case "kubernetes.io/basic-auth":
      return Object.hasOwn(data, "username") || Object.hasOwn(data, "password") ? [] : needs("username", "password");
    case "kubernetes.io/ssh-auth":
      return text(data, "ssh-privatekey") === "" ? [required("data[ssh-privatekey]")] : [];
    case "kubernetes.io/dockercfg":
      return dockerProblems(data, ".dockercfg");
    case "kubernetes.io/dockerconfigjson":
      return dockerProblems(data, ".dockerconfigjson");
    case "kubernetes.io/service-account-token": {
      const key = "kubernetes.io/service-account.name";
      const annotations = child(child(object, "metadata"), "annotations");
      return text(annotations, key) === "" ? [required(`metadata.annotations[${key}]`)] : [];
    }
    default:
      return [];
  }
}

function dockerProblems(data: JsonObject, key: string): readonly FieldProblem[] {
  if (!Object.hasOwn(data, key)) return [required(`data[${key}]`)];
  const detail = findSyntaxError(Buffer.from(text(data, key), "base64"));
  return detail === undefined ? [] : [invalid(`data[${key}]`, "<secret contents redacted>", detail)];
}

/** ServiceAccount. */
export const serviceAccountStrategy: KindStrategy = { nameRule: "subdomain", generation: false, answersDeleted: true };

/** Roles and ClusterRoles: what a rule must say. */
export function roleStrategy(cluster: boolean): KindStrategy {
  return {
    nameRule: "path",
    generation: false,
    createOnUpdate: true,
    validate: (object) =>
      items(object, "rules").flatMap((rule, index) => {
        const at = `rules[${index}]`;
        const problems: FieldProblem[] = [];
        if (strings(rule, "verbs").length === 0)
          problems.push(required(`${at}.verbs`, "verbs must contain at least one value"));
        if (strings(rule, "nonResourceURLs").length > 0) {
          if (!cluster) {
            problems.push(
              invalid(
                `${at}.nonResourceURLs`,
                rule["nonResourceURLs"],
                "namespaced rules cannot apply to non-resource URLs",
              ),
            );
          }
          if (["apiGroups", "resources", "resourceNames"].some((field) => strings(rule, field).length > 0)) {
            problems.push(
              invalid(
                `${at}.nonResourceURLs`,
                rule["nonResourceURLs"],
                "rules cannot apply to both regular resources and non-resource URLs",
              ),
            );
          }
          return problems;
        }
        if (strings(rule, "apiGroups").length === 0)
          problems.push(required(`${at}.apiGroups`, "resource rules must supply at least one api group"));
        if (strings(rule, "resources").length === 0)
          problems.push(required(`${at}.resources`, "resource rules must supply at least one resource"));
        return problems;
      }),
  };
}

/** RoleBindings and ClusterRoleBindings: subjects, and the fixed roleRef. */
export function bindingStrategy(cluster: boolean): KindStrategy {
  const group = "rbac.authorization.k8s.io";
  return {
    nameRule: "path",
    generation: false,
    createOnUpdate: true,
    default: (object) => {
      const roleRef = child(object, "roleRef");
      if (roleRef) setDefault(roleRef, "apiGroup", group);
      for (const subject of items(object, "subjects")) {
        const kind = text(subject, "kind");
        if (kind === "User" || kind === "Group") {
          const { kind: _kind, ...rest } = subject;
          for (const key of Object.keys(subject)) delete subject[key];
          Object.assign(subject, {
            kind,
            apiGroup: text(rest, "apiGroup") || group,
            ...rest,
            ...(text(rest, "apiGroup") === "" && { apiGroup: group }),
          });
        }
      }
    },
    validate: (object) => {
      const problems: FieldProblem[] = [];
      const roleRef = child(object, "roleRef") ?? {};
      if (text(roleRef, "apiGroup") !== group)
        problems.push(notSupported("roleRef.apiGroup", text(roleRef, "apiGroup"), [group]));
      const kinds = cluster ? ["ClusterRole"] : ["ClusterRole", "Role"];
      if (!kinds.includes(text(roleRef, "kind")))
        problems.push(notSupported("roleRef.kind", text(roleRef, "kind"), kinds));
      if (text(roleRef, "name") === "") problems.push(required("roleRef.name"));
      items(object, "subjects").forEach((subject, index) => {
        const at = `subjects[${index}]`;
        if (text(subject, "name") === "") problems.push(required(`${at}.name`));
        switch (text(subject, "kind")) {
          case "ServiceAccount":
            if (text(subject, "apiGroup") !== "")
              problems.push(notSupported(`${at}.apiGroup`, text(subject, "apiGroup"), [""]));
            if (text(subject, "namespace") === "") problems.push(required(`${at}.namespace`));
            break;
          case "User":
          case "Group":
            if (text(subject, "apiGroup") !== group)
              problems.push(notSupported(`${at}.apiGroup`, text(subject, "apiGroup"), [group]));
            break;
          default:
            problems.push(notSupported(`${at}.kind`, text(subject, "kind"), ["Group", "ServiceAccount", "User"]));
        }
      });
      return problems;
    },
    validateUpdate: (object, old) =>
      isDeepStrictEqual(object["roleRef"], old["roleRef"])
        ? []
        : [invalid("roleRef", object["roleRef"], "cannot change roleRef")],
  };
}

/** Lease: durations are positive. */
export const leaseStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: false,
  createOnUpdate: true,
  conditionalUpdate: true,
  validate: (object) => {
    const spec = child(object, "spec");
    const problems: FieldProblem[] = [];
    const duration = number(spec, "leaseDurationSeconds");
    if (duration !== undefined && duration <= 0)
      problems.push(invalid("spec.leaseDurationSeconds", duration, "must be greater than 0"));
    const transitions = number(spec, "leaseTransitions");
    if (transitions !== undefined && transitions < 0)
      problems.push(invalid("spec.leaseTransitions", transitions, "must be greater than or equal to 0"));
    return problems;
  },
};

/** Webhook configurations: defaults of each webhook, and what it must have. */
export function webhookStrategy(mutating: boolean): KindStrategy {
  return {
    nameRule: "subdomain",
    generation: true,
    default: (object) => {
      for (const webhook of items(object, "webhooks")) {
        setDefault(webhook, "failurePolicy", "Fail");
        setDefault(webhook, "matchPolicy", "Equivalent");
        setDefault(webhook, "namespaceSelector", {});
        setDefault(webhook, "objectSelector", {});
        setDefault(webhook, "timeoutSeconds", 10);
        if (mutating) setDefault(webhook, "reinvocationPolicy", "Never");
        const service = child(child(webhook, "clientConfig"), "service");
        if (service) setDefault(service, "port", 443);
        for (const rule of items(webhook, "rules")) setDefault(rule, "scope", "*");
      }
    },
    validate: (object) => {
      const names = new Set<string>();
      return items(object, "webhooks").flatMap((webhook, index) => {
        const name = text(webhook, "name");
        const problems = webhookProblems(webhook, `webhooks[${index}]`);
        if (names.has(name)) problems.push(duplicate(`webhooks[${index}].name`, name));
        names.add(name);
        return problems;
      });
    },
  };
}

function webhookProblems(webhook: Fields, at: string): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const name = text(webhook, "name");
  if (name === "") problems.push(required(`${at}.name`));
  else if (name.split(".").length < 3) {
    problems.push(invalid(`${at}.name`, name, "should be a domain with at least three segments separated by dots"));
  }
  const versions = strings(webhook, "admissionReviewVersions");
  if (versions.length === 0) {
    problems.push(required(`${at}.admissionReviewVersions`, "must specify one of v1, v1beta1"));
  } else if (!versions.includes("v1") && !versions.includes("v1beta1")) {
    problems.push(invalid(`${at}.admissionReviewVersions`, [...versions], "must include at least one of v1, v1beta1"));
  }
  items(webhook, "rules").forEach((rule, index) => {
    for (const [field, label] of [
      ["operations", "operations"],
      ["apiGroups", "apiGroups"],
      ["apiVersions", "apiVersions"],
      ["resources", "resources"],
    ] as const) {
      if (strings(rule, field).length === 0) problems.push(required(`${at}.rules[${index}].${label}`));
    }
  });
  const effects = text(webhook, "sideEffects");
  if (effects === "") problems.push(required(`${at}.sideEffects`, "must specify one of None, NoneOnDryRun"));
  else if (effects !== "None" && effects !== "NoneOnDryRun") {
    problems.push(notSupported(`${at}.sideEffects`, effects, ["None", "NoneOnDryRun"]));
  }
  const policy = text(webhook, "failurePolicy");
  if (policy !== "Fail" && policy !== "Ignore")
    problems.push(notSupported(`${at}.failurePolicy`, policy, ["Fail", "Ignore"]));
  const seconds = number(webhook, "timeoutSeconds") ?? 10;
  if (seconds > 30 || seconds < 1) {
    problems.push(invalid(`${at}.timeoutSeconds`, seconds, "the timeout value must be between 1 and 30 seconds"));
  }
  const client = child(webhook, "clientConfig") ?? {};
  const url = text(client, "url");
  const hasService = child(client, "service") !== undefined;
  if ((url !== "") === hasService) {
    problems.push(required(`${at}.clientConfig`, "exactly one of url or service is required"));
  } else if (url !== "" && !url.startsWith("https://")) {
    problems.push(
      invalid(
        `${at}.clientConfig.url`,
        url,
        `'https' is the only allowed URL scheme: desired format: https://host[/path]`,
      ),
    );
  }
  return problems;
}

/** Events: what core v1 and events.k8s.io/v1 demand. */
export const eventStrategy: KindStrategy = {
  ...plainStrategy,
  fieldLabels: (object) => {
    const about = child(object, "involvedObject") ?? child(object, "regarding");
    const source = child(object, "source") ?? child(object, "deprecatedSource");
    const reporting = text(object, "reportingComponent") || text(object, "reportingController");
    return {
      "involvedObject.kind": text(about, "kind"),
      "involvedObject.namespace": text(about, "namespace"),
      "involvedObject.name": text(about, "name"),
      "involvedObject.uid": text(about, "uid"),
      "involvedObject.apiVersion": text(about, "apiVersion"),
      "involvedObject.resourceVersion": text(about, "resourceVersion"),
      "involvedObject.fieldPath": text(about, "fieldPath"),
      "regarding.kind": text(about, "kind"),
      "regarding.namespace": text(about, "namespace"),
      "regarding.name": text(about, "name"),
      reason: text(object, "reason"),
      reportingComponent: reporting,
      source: text(source, "component") || reporting,
      type: text(object, "type"),
    };
  },
  validate: (object) => {
    const about = child(object, "involvedObject");
    const metadata = child(object, "metadata");
    if (!about) return [];
    const namespace = text(about, "namespace");
    const own = text(metadata, "namespace");
    if (namespace === own || (namespace === "" && own === "default")) return [];
    return [invalid("involvedObject.namespace", namespace, "does not match event.namespace")];
  },
};
