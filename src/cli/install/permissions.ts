import type { K8sObject } from "../../api/object.ts";
import { triggersGroup } from "../../api/triggers/kinds.ts";
import { triggersResources } from "../../api/triggers/resources.ts";
import type { JsonObject } from "../../json/value.ts";
import { installed, type ServedNamespaces } from "./install-options.ts";

const rbac = "rbac.authorization.k8s.io/v1";
const apiGroup = "rbac.authorization.k8s.io";
const read = ["get", "list", "watch"];
const write = ["create", "delete", "patch", "update"];
const plurals = triggersResources.map(({ plural }) => plural);

/** Names of components' service accounts, and of their Secrets. */
export const accounts = {
  controller: "tekton-triggers-controller",
  webhook: "tekton-triggers-webhook",
  interceptors: "tekton-triggers-core-interceptors",
  sharedSink: "tektite-shared-sink",
} as const;
/** The ClusterRole by which a namespace lets the shared sink in. */
export const servedRole = "tektite-shared-sink-namespace";
export const webhookSecret = "triggers-webhook-certs";
export const interceptorsSecret = "tekton-triggers-core-interceptors-certs";

function rule(
  group: string,
  resources: readonly string[],
  verbs: readonly string[],
  names?: readonly string[],
): JsonObject {
  return { apiGroups: [group], resources, verbs, ...(names === undefined ? {} : { resourceNames: names }) };
}

function clusterRole(
  name: string,
  rules: readonly JsonObject[],
  labels: Readonly<Record<string, string>> = {},
): K8sObject {
  return installed(rbac, "ClusterRole", name, { labels, rules });
}

function role(namespace: string, name: string, rules: readonly JsonObject[]): K8sObject {
  return installed(rbac, "Role", name, { namespace, rules });
}

/** Binds a ClusterRole everywhere, or a Role of the namespace in it. */
function bind(name: string, to: { readonly role: string; readonly in?: string }, subject: JsonObject): K8sObject {
  const kind = to.in === undefined ? "ClusterRole" : "Role";
  return installed(rbac, `${kind}Binding`, name, {
    ...(to.in === undefined ? {} : { namespace: to.in }),
    subjects: [subject],
    roleRef: { apiGroup, kind, name: to.role },
  });
}

export function serviceAccount(namespace: string, name: string): K8sObject {
  return installed("v1", "ServiceAccount", name, { namespace });
}

function account(namespace: string, name: string): JsonObject {
  return { kind: "ServiceAccount", name, namespace };
}

/** May write what it makes of EventListeners, and their statuses; nothing about Secrets. */
export function controllerPermissions(namespace: string): readonly K8sObject[] {
  const subject = account(namespace, accounts.controller);
  return [
    clusterRole("tekton-triggers-admin", [
      rule(triggersGroup, plurals, read),
      rule(triggersGroup, ["eventlisteners", "eventlisteners/finalizers"], ["update"]),
      rule(triggersGroup, ["eventlisteners/status", "clusterinterceptors/status", "interceptors/status"], ["update"]),
      rule("apps", ["deployments"], [...read, "create", "update", "delete"]),
      rule("", ["services"], [...read, "create", "update", "delete"]),
      rule("", ["events"], ["create", "patch"]),
      // Custom objects of listeners.
      rule("serving.knative.dev", ["*"], [...read, "create", "update"]),
    ]),
    bind("tekton-triggers-controller-admin", { role: "tekton-triggers-admin" }, subject),
    role(namespace, "tekton-triggers-controller", [rule("", ["configmaps"], read), leases]),
    bind("tekton-triggers-controller", { role: "tekton-triggers-controller", in: namespace }, subject),
  ];
}

const leases = rule("coordination.k8s.io", ["leases"], ["get", "create", "update"]);

/** May complete its three webhook configurations, fill its own Secret, and create the core ClusterInterceptors. */
export function webhookPermissions(namespace: string): readonly K8sObject[] {
  const subject = account(namespace, accounts.webhook);
  const registration = "admissionregistration.k8s.io";
  return [
    clusterRole("tekton-triggers-webhook", [
      rule(registration, ["mutatingwebhookconfigurations"], [...read, "update"], ["webhook.triggers.tekton.dev"]),
      rule(
        registration,
        ["validatingwebhookconfigurations"],
        [...read, "update"],
        ["validation.webhook.triggers.tekton.dev", "config.webhook.triggers.tekton.dev"],
      ),
      rule(triggersGroup, ["clusterinterceptors"], ["create"]),
      rule("", ["namespaces"], ["get"], [namespace]),
    ]),
    // Not Tekton's name, which has another role: a binding's role cannot be changed.
    bind("tekton-triggers-webhook", { role: "tekton-triggers-webhook" }, subject),
    role(namespace, "tekton-triggers-admin-webhook", [
      rule("", ["secrets"], [...read, "update"], [webhookSecret]),
      rule("", ["configmaps"], read),
      leases,
    ]),
    bind("tekton-triggers-webhook-admin", { role: "tekton-triggers-admin-webhook", in: namespace }, subject),
  ];
}

/** May read the Secrets that triggers name, one by one; they are in the namespaces of the triggers. */
export function interceptorsPermissions(namespace: string): readonly K8sObject[] {
  const subject = account(namespace, accounts.interceptors);
  return [
    clusterRole("tekton-triggers-core-interceptors", [rule("", ["secrets"], ["get"])]),
    bind("tekton-triggers-core-interceptors", { role: "tekton-triggers-core-interceptors" }, subject),
    clusterRole("tekton-triggers-core-interceptors-secrets", [
      rule(triggersGroup, ["clusterinterceptors"], [...read, "update"]),
    ]),
    bind("tekton-triggers-core-interceptors-secrets", { role: "tekton-triggers-core-interceptors-secrets" }, subject),
    role(namespace, "tekton-triggers-core-interceptors", [
      rule("", ["secrets"], [...read, "update"], [interceptorsSecret]),
    ]),
    bind("tekton-triggers-core-interceptors", { role: "tekton-triggers-core-interceptors", in: namespace }, subject),
  ];
}

/**
 * The roles that users bind to listeners' accounts. Bound by a RoleBinding, the first lets a listener get Secrets by
 * name in that namespace, as its interceptors run in its own process; none lets it read those of other namespaces.
 */
export function listenerRoles(): readonly K8sObject[] {
  return [
    clusterRole("tekton-triggers-eventlistener-roles", [
      rule(triggersGroup, ["eventlisteners", "triggerbindings", "interceptors", "triggertemplates", "triggers"], read),
      rule("", ["configmaps"], read),
      rule("", ["secrets"], ["get"]),
      rule("tekton.dev", ["pipelineruns", "pipelineresources", "taskruns"], ["create"]),
      rule("", ["serviceaccounts"], ["impersonate"]),
      rule("", ["events"], ["create", "patch"]),
    ]),
    clusterRole("tekton-triggers-eventlistener-clusterroles", [
      rule(triggersGroup, ["clustertriggerbindings", "clusterinterceptors"], read),
    ]),
  ];
}

/** Users with edit or admin rights may write the kinds, those with view rights read them; the version is public. */
export function userRoles(namespace: string): readonly K8sObject[] {
  const aggregateTo = (...wider: readonly string[]) =>
    Object.fromEntries(wider.map((name) => [`rbac.authorization.k8s.io/aggregate-to-${name}`, "true"]));
  const edit = [rule(triggersGroup, plurals, [...read, ...write, "deletecollection"])];
  return [
    clusterRole("tekton-triggers-aggregate-edit", edit, aggregateTo("edit", "admin")),
    clusterRole("tekton-triggers-aggregate-view", [rule(triggersGroup, plurals, read)], aggregateTo("view")),
    role(namespace, "tekton-triggers-info", [rule("", ["configmaps"], ["get"], ["triggers-info"])]),
    bind(
      "tekton-triggers-info",
      { role: "tekton-triggers-info", in: namespace },
      {
        apiGroup,
        kind: "Group",
        name: "system:authenticated",
      },
    ),
  ];
}

/**
 * May act as the service accounts of the namespaces that it serves, find their EventListeners, and give these Services and
 * addresses; nothing else. Where namespaces are chosen by labels, each lets it in by a RoleBinding to `servedRole`.
 */
export function sharedSinkPermissions(namespace: string, served: ServedNamespaces): readonly K8sObject[] {
  const subject = account(namespace, accounts.sharedSink);
  const rules = [
    rule(triggersGroup, ["eventlisteners"], read),
    rule(triggersGroup, ["eventlisteners/status"], ["patch"]),
    rule(triggersGroup, ["eventlisteners/finalizers"], ["update"]),
    rule("", ["services"], ["get", "create", "update"]),
    rule("", ["serviceaccounts"], ["impersonate"]),
  ];
  switch (served.kind) {
    case "named":
      return served.names.flatMap((each) => [
        role(each, accounts.sharedSink, rules),
        bind(accounts.sharedSink, { role: accounts.sharedSink, in: each }, subject),
      ]);
    case "labelled":
      return [
        clusterRole(servedRole, rules),
        clusterRole(accounts.sharedSink, [rule("", ["namespaces"], read)]),
        bind(accounts.sharedSink, { role: accounts.sharedSink }, subject),
      ];
    default:
      return served satisfies never;
  }
}
