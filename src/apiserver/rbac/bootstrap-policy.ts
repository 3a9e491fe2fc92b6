import type { K8sObject } from "../../api/object.ts";
import type { JsonObject } from "../../json/value.ts";
import {
  aggregatedClusterRole,
  clusterRole,
  clusterRoleBinding,
  groupSubject,
  pathRule,
  readVerbs,
  rule,
  writeVerbs,
} from "./policy-objects.ts";
import { privilegedGroup } from "./rbac-authorizer.ts";

const defaults = {
  labels: { "kubernetes.io/bootstrapping": "rbac-defaults" },
  annotations: { "rbac.authorization.kubernetes.io/autoupdate": "true" },
};

const everyone = [groupSubject("system:authenticated"), groupSubject("system:unauthenticated")];
const authenticated = [groupSubject("system:authenticated")];

/** The roles and bindings that every cluster has from the start (spec: kube-api, section 8). */
export function bootstrapPolicy(): readonly K8sObject[] {
  return [...roles(), ...bindings()];
}

function roles(): readonly K8sObject[] {
  return [
    clusterRole("cluster-admin", [rule("*", ["*"], ["*"]), { nonResourceURLs: ["*"], verbs: ["*"] }], defaults),
    clusterRole(
      "system:basic-user",
      [
        rule("authorization.k8s.io", ["selfsubjectaccessreviews", "selfsubjectrulesreviews"], ["create"]),
        rule("authentication.k8s.io", ["selfsubjectreviews"], ["create"]),
      ],
      defaults,
    ),
    clusterRole(
      "system:discovery",
      [
        pathRule(
          "/api",
          "/api/*",
          "/apis",
          "/apis/*",
          "/healthz",
          "/livez",
          "/openapi",
          "/openapi/*",
          "/readyz",
          "/version",
          "/version/",
        ),
      ],
      defaults,
    ),
    clusterRole("system:openid-viewer", [pathRule("/.well-known", "/.well-known/*")], defaults),
    clusterRole(
      "system:public-info-viewer",
      [pathRule("/healthz", "/livez", "/readyz", "/version", "/version/")],
      defaults,
    ),
    clusterRole(
      "system:service-account-issuer-discovery",
      [
        pathRule(
          "/.well-known/openid-configuration",
          "/.well-known/openid-configuration/",
          "/openid/v1/jwks",
          "/openid/v1/jwks/",
        ),
      ],
      defaults,
    ),
    clusterRole(
      "system:auth-delegator",
      [
        rule("authentication.k8s.io", ["tokenreviews"], ["create"]),
        rule("authorization.k8s.io", ["subjectaccessreviews"], ["create"]),
      ],
      defaults,
    ),
    clusterRole(
      "system:monitoring",
      [pathRule("/healthz", "/healthz/*", "/livez", "/livez/*", "/metrics", "/metrics/slis", "/readyz", "/readyz/*")],
      defaults,
    ),
    ...(["admin", "edit", "view"] as const).flatMap((name) => [
      aggregatedFor(name),
      clusterRole(`system:aggregate-to-${name}`, rulesFor[name], {
        ...defaults,
        labels: { ...defaults.labels, [aggregateLabel(name)]: "true" },
      }),
    ]),
  ];
}

/** `admin` contains `edit`, which contains `view`: the roles themselves carry the labels of the wider ones. */
function aggregatedFor(name: "admin" | "edit" | "view"): K8sObject {
  const wider = { admin: undefined, edit: "admin", view: "edit" }[name];
  const labels = wider === undefined ? defaults.labels : { ...defaults.labels, [aggregateLabel(wider)]: "true" };
  return aggregatedClusterRole(name, aggregateLabel(name), { ...defaults, labels });
}

function aggregateLabel(name: string): string {
  return `rbac.authorization.k8s.io/aggregate-to-${name}`;
}

const controllersOfPods = [
  "daemonsets",
  "deployments",
  "deployments/scale",
  "replicasets",
  "replicasets/scale",
  "statefulsets",
  "statefulsets/scale",
];

const rulesFor: Readonly<Record<"admin" | "edit" | "view", readonly JsonObject[]>> = {
  admin: [
    rule("authorization.k8s.io", ["localsubjectaccessreviews"], ["create"]),
    rule("rbac.authorization.k8s.io", ["rolebindings", "roles"], [...readVerbs, ...writeVerbs].sort()),
  ],
  edit: [
    rule("", ["pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets", "services/proxy"], readVerbs),
    rule("", ["serviceaccounts"], ["impersonate"]),
    rule("", ["pods", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy"], writeVerbs),
    rule("", ["pods/eviction"], ["create"]),
    rule(
      "",
      [
        "configmaps",
        "events",
        "persistentvolumeclaims",
        "replicationcontrollers",
        "replicationcontrollers/scale",
        "secrets",
        "serviceaccounts",
        "services",
        "services/proxy",
      ],
      writeVerbs,
    ),
    rule("", ["serviceaccounts/token"], ["create"]),
    rule("apps", ["deployments/rollback", ...controllersOfPods], writeVerbs),
    rule("autoscaling", ["horizontalpodautoscalers"], writeVerbs),
    rule("batch", ["cronjobs", "jobs"], writeVerbs),
    rule("policy", ["poddisruptionbudgets"], writeVerbs),
    rule("networking.k8s.io", ["ingresses", "networkpolicies"], writeVerbs),
    rule("coordination.k8s.io", ["leases"], [...writeVerbs, ...readVerbs]),
  ],
  view: [
    rule(
      "",
      [
        "configmaps",
        "endpoints",
        "persistentvolumeclaims",
        "persistentvolumeclaims/status",
        "pods",
        "replicationcontrollers",
        "replicationcontrollers/scale",
        "serviceaccounts",
        "services",
        "services/status",
      ],
      readVerbs,
    ),
    rule(
      "",
      [
        "bindings",
        "events",
        "limitranges",
        "namespaces/status",
        "pods/log",
        "pods/status",
        "replicationcontrollers/status",
        "resourcequotas",
        "resourcequotas/status",
      ],
      readVerbs,
    ),
    rule("", ["namespaces"], readVerbs),
    rule("discovery.k8s.io", ["endpointslices"], readVerbs),
    rule(
      "apps",
      [
        "controllerrevisions",
        ...controllersOfPods,
        "daemonsets/status",
        "deployments/status",
        "replicasets/status",
        "statefulsets/status",
      ],
      readVerbs,
    ),
    rule("autoscaling", ["horizontalpodautoscalers", "horizontalpodautoscalers/status"], readVerbs),
    rule("batch", ["cronjobs", "cronjobs/status", "jobs", "jobs/status"], readVerbs),
    rule("policy", ["poddisruptionbudgets", "poddisruptionbudgets/status"], readVerbs),
    rule("networking.k8s.io", ["ingresses", "ingresses/status", "networkpolicies"], readVerbs),
  ],
};

function bindings(): readonly K8sObject[] {
  const bind = (name: string, subjects: readonly JsonObject[]): K8sObject =>
    clusterRoleBinding(name, name, subjects, defaults);
  return [
    bind("cluster-admin", [groupSubject(privilegedGroup)]),
    bind("system:basic-user", authenticated),
    bind("system:discovery", authenticated),
    bind("system:openid-viewer", everyone),
    bind("system:public-info-viewer", everyone),
    bind("system:service-account-issuer-discovery", [groupSubject("system:serviceaccounts")]),
    bind("system:monitoring", [groupSubject("system:monitoring")]),
  ];
}
