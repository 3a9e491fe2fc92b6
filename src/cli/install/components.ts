import type { K8sObject } from "../../api/object.ts";
import type { JsonObject } from "../../json/value.ts";
import { type InstallOptions, installed, partOf } from "./install-options.ts";
import { accounts, interceptorsSecret, webhookSecret } from "./permissions.ts";

const userId = 65532;

interface Component {
  readonly name: string;
  /** Values of `app.kubernetes.io/name` and `/component`. */
  readonly labels: readonly [name: string, component: string];
  readonly replicas: number;
  readonly args: readonly string[];
  readonly env: readonly JsonObject[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly probes: JsonObject;
  readonly memory: string;
  /** Folders on an emptyDir. */
  readonly scratch?: readonly { readonly name: string; readonly mountPath: string; readonly sizeLimit: string }[];
}

/** A Deployment of one role: non-root, without privileges, its root file system read-only (spec: controller, section 11). */
function deployment(component: Component, { namespace, image, version }: InstallOptions): K8sObject {
  const [app, part] = component.labels;
  const selector = {
    "app.kubernetes.io/name": app,
    "app.kubernetes.io/component": part,
    ...partOf,
  };
  const release = `v${version}`;
  const labels = {
    ...selector,
    "app.kubernetes.io/version": release,
    app: component.name,
    version: release,
    "triggers.tekton.dev/release": release,
  };
  const scratch = component.scratch ?? [];
  return installed("apps/v1", "Deployment", component.name, {
    namespace,
    labels,
    spec: {
      replicas: component.replicas,
      selector: { matchLabels: selector },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: component.name,
          affinity: spread(selector),
          terminationGracePeriodSeconds: 40,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: userId,
            runAsGroup: userId,
            fsGroup: userId,
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [
            {
              name: component.name,
              image,
              args: component.args,
              env: component.env,
              ports: component.ports,
              ...component.probes,
              resources: { requests: { cpu: "20m", memory: "96Mi" }, limits: { memory: component.memory } },
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ["ALL"] },
                readOnlyRootFilesystem: true,
                runAsNonRoot: true,
                runAsUser: userId,
                runAsGroup: userId,
                seccompProfile: { type: "RuntimeDefault" },
              },
              ...(scratch.length > 0 && {
                volumeMounts: scratch.map(({ name, mountPath }) => ({ name, mountPath })),
              }),
            },
          ],
          ...(scratch.length > 0 && {
            volumes: scratch.map(({ name, sizeLimit }) => ({ name, emptyDir: { sizeLimit } })),
          }),
        },
      },
    },
  });
}

/** Not on Windows, and replicas on different hosts if possible. */
function spread(selector: Readonly<Record<string, string>>): JsonObject {
  const notWindows = { matchExpressions: [{ key: "kubernetes.io/os", operator: "NotIn", values: ["windows"] }] };
  const apart = { labelSelector: { matchLabels: selector }, topologyKey: "kubernetes.io/hostname" };
  return {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [notWindows] } },
    podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: apart }] },
  };
}

function service(
  component: Pick<Component, "name" | "labels">,
  namespace: string,
  ports: readonly JsonObject[],
): K8sObject {
  const [app, part] = component.labels;
  return installed("v1", "Service", component.name, {
    namespace,
    labels: { app: component.name },
    spec: {
      selector: { "app.kubernetes.io/name": app, "app.kubernetes.io/component": part, ...partOf },
      ports,
    },
  });
}

const systemNamespace: JsonObject = {
  name: "SYSTEM_NAMESPACE",
  valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } },
};

function variables(values: Readonly<Record<string, string>>): readonly JsonObject[] {
  return [systemNamespace, ...Object.entries(values).map(([name, value]) => ({ name, value }))];
}

function httpProbes(port: number, paths: { readonly live: string; readonly ready: string }): JsonObject {
  return {
    livenessProbe: { httpGet: { path: paths.live, port }, periodSeconds: 10, failureThreshold: 3 },
    readinessProbe: { httpGet: { path: paths.ready, port }, periodSeconds: 5, failureThreshold: 3 },
  };
}

const health = { live: "/health", ready: "/readiness" };

export function controllerObjects(options: InstallOptions): readonly K8sObject[] {
  const component: Component = {
    name: accounts.controller,
    labels: ["controller", "controller"],
    replicas: 1,
    args: [
      "controller",
      `-el-image=${options.image}`,
      "-el-port=8080",
      "-el-security-context=true",
      "-el-read-only-root-filesystem=true",
      "-el-events=disable",
      "-el-readtimeout=5",
      "-el-writetimeout=40",
      "-el-idletimeout=120",
      "-el-timeouthandler=30",
      `-el-journal=${options.journal}`,
      "-period-seconds=10",
      "-failure-threshold=3",
    ],
    env: variables({
      CONFIG_LOGGING_NAME: "config-logging-triggers",
      CONFIG_OBSERVABILITY_NAME: "config-observability-triggers",
      CONFIG_DEFAULTS_NAME: "config-defaults-triggers",
      CONFIG_FEATURE_FLAGS_NAME: "feature-flags-triggers",
      CONFIG_LEADERELECTION_NAME: "config-leader-election-triggers-controller",
      METRICS_PROMETHEUS_PORT: "9000",
      KUBERNETES_MIN_VERSION: "v1.28.0",
    }),
    ports: [
      { name: "metrics", containerPort: 9000 },
      { name: "probes", containerPort: 8080 },
    ],
    probes: httpProbes(8080, health),
    memory: "256Mi",
  };
  const ports = [{ name: "http-metrics", port: 9000, protocol: "TCP", targetPort: 9000 }];
  return [deployment(component, options), service(component, options.namespace, ports)];
}

/** The webhook with its configurations, whose rules and authority it fills in itself once it can be called. */
export function webhookObjects(options: InstallOptions): readonly K8sObject[] {
  const { namespace } = options;
  const component: Component = {
    name: accounts.webhook,
    labels: ["webhook", "webhook"],
    replicas: 1,
    args: ["webhook"],
    env: variables({
      CONFIG_LOGGING_NAME: "config-logging-triggers",
      CONFIG_LEADERELECTION_NAME: "config-leader-election-triggers-webhook",
      WEBHOOK_SERVICE_NAME: accounts.webhook,
      WEBHOOK_SECRET_NAME: webhookSecret,
      INTERCEPTOR_TLS_SVC_NAME: accounts.interceptors,
      METRICS_PROMETHEUS_PORT: "9000",
    }),
    ports: [
      { name: "metrics", containerPort: 9000 },
      { name: "probes", containerPort: 8080 },
      { name: "https-webhook", containerPort: 8443 },
    ],
    probes: httpProbes(8080, health),
    memory: "256Mi",
  };
  const configuration = (kind: string, name: string) =>
    installed("admissionregistration.k8s.io/v1", `${kind}WebhookConfiguration`, name, {
      webhooks: [
        {
          name,
          admissionReviewVersions: ["v1"],
          clientConfig: { service: { name: accounts.webhook, namespace } },
          failurePolicy: "Fail",
          sideEffects: "None",
        },
      ],
    });
  return [
    installed("v1", "Secret", webhookSecret, { namespace }),
    configuration("Mutating", "webhook.triggers.tekton.dev"),
    configuration("Validating", "validation.webhook.triggers.tekton.dev"),
    configuration("Validating", "config.webhook.triggers.tekton.dev"),
    deployment(component, options),
    service(component, namespace, [
      { name: "https-webhook", port: 443, targetPort: 8443 },
      { name: "http-metrics", port: 9000, targetPort: 9000 },
    ]),
  ];
}

export function interceptorsObjects(options: InstallOptions): readonly K8sObject[] {
  const component: Component = {
    name: accounts.interceptors,
    labels: ["core-interceptors", "interceptors"],
    replicas: 1,
    args: ["interceptors"],
    env: variables({
      INTERCEPTOR_TLS_SVC_NAME: accounts.interceptors,
      INTERCEPTOR_TLS_SECRET_NAME: interceptorsSecret,
    }),
    ports: [{ name: "https", containerPort: 8443 }],
    probes: {
      readinessProbe: {
        httpGet: { path: "/ready", port: 8443, scheme: "HTTPS" },
        initialDelaySeconds: 5,
        periodSeconds: 10,
        timeoutSeconds: 5,
      },
    },
    memory: "256Mi",
  };
  return [
    installed("v1", "Secret", interceptorsSecret, { namespace: options.namespace }),
    deployment(component, options),
    service(component, options.namespace, [{ name: "https", port: 8443, targetPort: 8443 }]),
  ];
}

/** One sink for the EventListeners of namespaces: `/NAMESPACE/NAME` at its Service. */
export function sharedSinkObjects(options: InstallOptions): readonly K8sObject[] {
  const { served } = options;
  const component: Component = {
    name: accounts.sharedSink,
    labels: ["shared-sink", "sink"],
    replicas: 2,
    args: [
      "sink",
      "--shared",
      served.kind === "named" ? `--namespaces=${served.names.join(",")}` : `--namespace-selector=${served.selector}`,
      "--port=8080",
      `--service=${accounts.sharedSink}`,
      "--journal-dir=/journal",
    ],
    env: variables({
      METRICS_PROMETHEUS_PORT: "9000",
      K_OBSERVABILITY_CONFIG: '{"metrics":{"protocol":"prometheus"}}',
    }),
    ports: [
      { name: "http-listener", containerPort: 8080 },
      { name: "metrics", containerPort: 9000 },
    ],
    probes: httpProbes(8080, { live: "/live", ready: "/live" }),
    memory: "384Mi",
    scratch: [{ name: "journal", mountPath: "/journal", sizeLimit: "1Gi" }],
  };
  return [
    deployment(component, options),
    service(component, options.namespace, [
      { name: "http-listener", port: 8080, targetPort: 8080 },
      { name: "http-metrics", port: 9000, targetPort: 9000 },
    ]),
  ];
}
