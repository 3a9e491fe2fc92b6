import type { K8sObject } from "../../api/object.ts";
import type { JsonObject } from "../../json/value.ts";
import {
  accountSubject,
  clusterRole,
  clusterRoleBinding,
  groupSubject,
  readVerbs,
  role,
  roleBinding,
  rule,
  writeVerbs,
} from "./policy-objects.ts";

/** Where Tekton's own objects live. */
const namespace = "tekton-pipelines";
const triggersGroup = "triggers.tekton.dev";

const triggersKinds = [
  "clustertriggerbindings",
  "clusterinterceptors",
  "interceptors",
  "eventlisteners",
  "triggerbindings",
  "triggertemplates",
  "triggers",
];
const pipelinesKinds = ["tasks", "taskruns", "pipelines", "pipelineruns", "customruns", "stepactions"];

const labelled = {
  labels: { "app.kubernetes.io/instance": "default", "app.kubernetes.io/part-of": "tekton-triggers" },
};
const pipelinesLabelled = {
  labels: { "app.kubernetes.io/instance": "default", "app.kubernetes.io/part-of": "tekton-pipelines" },
};

const allVerbs = ["get", "list", "create", "update", "delete", "patch", "watch"];
const aggregatedEditVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/**
 * The roles of a Tekton installation that users' own bindings refer to, and those of its components
 * (spec: controller, section 11).
 */
export function tektonPolicy(): readonly K8sObject[] {
  return [...triggersClusterRoles(), ...aggregatedRoles(), ...componentBindings(), ...namespacedPolicy()];
}

function triggersClusterRoles(): readonly K8sObject[] {
  return [
    clusterRole("tekton-triggers-admin", controllerRules(), labelled),
    clusterRole("tekton-triggers-core-interceptors", [rule("", ["secrets"], readVerbs)], labelled),
    clusterRole(
      "tekton-triggers-core-interceptors-secrets",
      [
        rule(triggersGroup, ["clusterinterceptors"], [...readVerbs, "update"]),
        rule("", ["secrets"], [...readVerbs, "update"], ["tekton-triggers-core-interceptors-certs"]),
      ],
      labelled,
    ),
    clusterRole(
      "tekton-triggers-eventlistener-roles",
      [
        rule(
          triggersGroup,
          ["eventlisteners", "triggerbindings", "interceptors", "triggertemplates", "triggers"],
          readVerbs,
        ),
        rule("", ["configmaps"], readVerbs),
        rule("tekton.dev", ["pipelineruns", "pipelineresources", "taskruns"], ["create"]),
        rule("", ["serviceaccounts"], ["impersonate"]),
        rule("", ["events"], ["create", "patch"]),
      ],
      labelled,
    ),
    clusterRole(
      "tekton-triggers-eventlistener-clusterroles",
      [
        rule(triggersGroup, ["clustertriggerbindings", "clusterinterceptors"], readVerbs),
        rule("", ["secrets"], readVerbs),
      ],
      labelled,
    ),
  ];
}

function controllerRules(): readonly JsonObject[] {
  const statuses = triggersKinds.map((kind) => `${kind}/status`);
  const knative = "serving.knative.dev";
  return [
    rule("", ["configmaps", "services", "events"], allVerbs),
    rule("apps", ["deployments", "deployments/finalizers"], allVerbs),
    rule(
      "admissionregistration.k8s.io",
      ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
      allVerbs,
    ),
    rule(triggersGroup, [...triggersKinds, ...statuses, "eventlisteners/finalizers"], allVerbs),
    rule("coordination.k8s.io", ["leases"], allVerbs),
    rule(knative, ["*", "*/status", "*/finalizers"], [...allVerbs, "deletecollection"]),
    rule("", ["namespaces"], ["get"], [namespace]),
    rule("", ["namespaces/finalizers"], ["update"], [namespace]),
  ];
}

/** Users with edit or admin rights may write Tekton's kinds, those with view rights read them. */
function aggregatedRoles(): readonly K8sObject[] {
  const aggregate = (
    name: string,
    rules: readonly JsonObject[],
    to: readonly string[],
    common: typeof labelled,
  ): K8sObject =>
    clusterRole(name, rules, {
      labels: {
        ...common.labels,
        ...Object.fromEntries(to.map((wider) => [`rbac.authorization.k8s.io/aggregate-to-${wider}`, "true"])),
      },
    });
  return [
    aggregate(
      "tekton-triggers-aggregate-edit",
      [rule(triggersGroup, triggersKinds, aggregatedEditVerbs)],
      ["edit", "admin"],
      labelled,
    ),
    aggregate("tekton-triggers-aggregate-view", [rule(triggersGroup, triggersKinds, readVerbs)], ["view"], labelled),
    aggregate(
      "tekton-aggregate-edit",
      [rule("tekton.dev", pipelinesKinds, aggregatedEditVerbs)],
      ["edit", "admin"],
      pipelinesLabelled,
    ),
    aggregate("tekton-aggregate-view", [rule("tekton.dev", pipelinesKinds, readVerbs)], ["view"], pipelinesLabelled),
    // Stored events hold what senders sent, so whoever only looks at runs does not read them.
    aggregate(
      "tektite-events-aggregate-edit",
      [rule("events.tektite.dev", ["triggerevents"], ["get", "list", "watch", "create"])],
      ["edit", "admin"],
      labelled,
    ),
  ];
}

function componentBindings(): readonly K8sObject[] {
  const controller = [accountSubject(namespace, "tekton-triggers-controller")];
  const webhook = [accountSubject(namespace, "tekton-triggers-webhook")];
  const interceptors = [accountSubject(namespace, "tekton-triggers-core-interceptors")];
  return [
    clusterRoleBinding("tekton-triggers-controller-admin", "tekton-triggers-admin", controller, labelled),
    clusterRoleBinding("tekton-triggers-webhook-admin", "tekton-triggers-admin", webhook, labelled),
    ...["tekton-triggers-core-interceptors", "tekton-triggers-core-interceptors-secrets"].map((name) =>
      clusterRoleBinding(name, name, interceptors, labelled),
    ),
  ];
}

function namespacedPolicy(): readonly K8sObject[] {
  const bind = (name: string, roleName: string, subjects: readonly JsonObject[]): K8sObject =>
    roleBinding(name, { kind: "Role", name: roleName, namespace }, subjects, labelled);
  return [
    role(
      namespace,
      "tekton-triggers-admin-webhook",
      [rule("", ["secrets"], [...readVerbs, ...writeVerbs.filter((verb) => verb !== "deletecollection")])],
      labelled,
    ),
    role(namespace, "tekton-triggers-core-interceptors", [rule("", ["configmaps"], readVerbs)], labelled),
    role(namespace, "tekton-triggers-info", [rule("", ["configmaps"], ["get"], ["triggers-info"])], labelled),
    bind("tekton-triggers-webhook-admin", "tekton-triggers-admin-webhook", [
      accountSubject(namespace, "tekton-triggers-webhook"),
    ]),
    bind("tekton-triggers-core-interceptors", "tekton-triggers-core-interceptors", [
      accountSubject(namespace, "tekton-triggers-core-interceptors"),
    ]),
    bind("tekton-triggers-info", "tekton-triggers-info", [groupSubject("system:authenticated")]),
  ];
}
