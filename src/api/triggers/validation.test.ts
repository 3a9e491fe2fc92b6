import { equal } from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../json/value.ts";
import { validateTriggersRequest } from "./admission.ts";

interface Vector {
  readonly name: string;
  /** v1beta1 unless told. */
  readonly version?: "v1alpha1";
  readonly kind: string;
  readonly metadata?: JsonObject;
  readonly spec: JsonObject;
  readonly want: string;
}

const el = (name: string, spec: JsonObject, want: string, more: Partial<Vector> = {}): Vector => ({
  name,
  kind: "EventListener",
  spec,
  want,
  ...more,
});
const k8s = (name: string, kubernetesResource: JsonObject, want: string, more: Partial<Vector> = {}) =>
  el(name, { triggers: [{ triggerRef: "t" }], resources: { kubernetesResource } }, want, more);
const pod = (spec: JsonObject): JsonObject => ({ spec: { template: { spec } } });
const use = (name: string, interceptor: JsonObject, want: string, more: Partial<Vector> = {}): Vector => ({
  name,
  kind: "Trigger",
  spec: { template: { ref: "t" }, interceptors: [interceptor] },
  want,
  ...more,
});
const binding = (name: string, value: string, want: string): Vector => ({
  name,
  kind: "TriggerBinding",
  spec: { params: [{ name: "a", value }] },
  want,
});

const a1 = { version: "v1alpha1" } as const;
const w = "spec.interceptors[0].interceptor.webhook";
const r = "spec.resources.kubernetesResource";
const service = { kind: "Service", apiVersion: "v1", name: "s" };

const vectors: readonly Vector[] = [
  binding("the last expression may stay open", "$(a) $(b", ""),
  binding("parentheses inside count", "$(f(x)) $(y)", ""),
  binding("text between expressions may close", "$(a)) ) $(b)", ""),
  binding("an open one before another", "$(f(x) $(y)", "invalid value: $(f(x) $(y): spec.params[0].value"),
  binding("dollars alone are text", "$ $$ $)(", ""),

  use(
    "a webhook with an empty header name",
    { webhook: { objectRef: service, header: [{ name: "", value: "x" }] } },
    `invalid value: invalid header name: ${w}.header[0].name`,
  ),
  use(
    "ETag is not canonical",
    { webhook: { objectRef: service, header: [{ name: "ETag", value: "x" }] } },
    `invalid value: invalid header name: ${w}.header[0].name`,
  ),
  use(
    "a header that is no token stays as it is",
    { webhook: { objectRef: service, header: [{ name: "x ü", value: "x" }] } },
    "",
  ),
  use(
    "an object cannot be a header",
    { webhook: { objectRef: service, header: [{ name: "A", value: { a: "b" } }] } },
    `invalid value: invalid header value: ${w}.header[0].value`,
  ),
  use("ref kind and version are free", { ref: { name: "x", kind: "Odd", apiVersion: "odd/v1" } }, ""),
  use(
    "old fields are unknown in v1beta1",
    { github: {} },
    'decoding request failed: cannot decode incoming new object: json: unknown field "github"',
  ),
  use("a1: no objectRef", { webhook: {} }, `missing field(s): ${w}.objectRef`, a1),
  use(
    "a1: an empty objectRef",
    { webhook: { objectRef: {} } },
    `invalid value: invalid apiVersion: ${w}.objectRef.apiVersion\ninvalid value: invalid kind: ${w}.objectRef.kind\nmissing field(s): ${w}.objectRef`,
    a1,
  ),
  use("a1: cel is not counted among the alternatives", { github: {}, cel: { filter: "true" } }, "", a1),
  use(
    "a1: an empty cel",
    { cel: {} },
    "expected exactly one, got both: spec.interceptors[0].cel.filter, spec.interceptors[0].cel.overlays",
    a1,
  ),
  use("a1: unknown functions parse", { cel: { filter: "nope(body)" } }, "", a1),

  el(
    "a negative count, too many containers and a host name",
    {
      triggers: [{ triggerRef: "t" }],
      resources: { kubernetesResource: { replicas: -1, ...pod({ hostname: "h", containers: [{}, {}] }) } },
    },
    `expected exactly one, got both: ${r}.spec.template.spec.containers\ninvalid value: -1: ${r}.spec.replicas\nmust not set the field(s): ${r}.spec.template.spec.hostname`,
  ),
  k8s(
    "an empty list counts as set, null does not",
    pod({ volumes: [], initContainers: null }),
    `must not set the field(s): ${r}.spec.template.spec.volumes`,
  ),
  k8s(
    "false and zero behind a pointer count as set",
    pod({ hostUsers: false, priority: 0, hostPID: false }),
    `must not set the field(s): ${r}.spec.template.spec.hostUsers, ${r}.spec.template.spec.priority`,
  ),
  k8s(
    "the old name of the service account",
    pod({ serviceAccount: "x" }),
    `must not set the field(s): ${r}.spec.template.spec.serviceAccount`,
  ),
  k8s(
    "a class without its type, even empty",
    { serviceLoadBalancerClass: "" },
    `invalid value: : ${r}.serviceLoadBalancerClass\nServiceLoadBalancerClass is only needed for LoadBalancer service type`,
  ),
  k8s(
    "TLS_KEY alone",
    pod({ containers: [{ env: [{ name: "TLS_KEY", valueFrom: { secretKeyRef: { key: "k" } } }] }] }),
    "Expected env's are TLS_CERT and TLS_KEY, but got only one env TLS_KEY: ",
  ),
  k8s("TLS_CERT twice", pod({ containers: [{ env: [{ name: "TLS_CERT" }, { name: "TLS_CERT" }] }] }), ""),
  k8s("a1: affinity", pod({ affinity: {} }), `must not set the field(s): ${r}.spec.template.spec.affinity`, a1),
  k8s(
    "a1: a port",
    { servicePort: 1 },
    'decoding request failed: cannot decode incoming new object: json: unknown field "servicePort"',
    a1,
  ),
  el(
    "a custom resource that is no object",
    { triggers: [{ triggerRef: "t" }], resources: { customResource: "x" } },
    "invalid value: json: cannot unmarshal string into Go value of type v1.WithPod: spec.resources.customResource.spec",
  ),
  el(
    "a custom resource's startup probe",
    { triggers: [{ triggerRef: "t" }], resources: { customResource: pod({ containers: [{ startupProbe: {} }] }) } },
    "must not set the field(s): spec.resources.customResource.spec.template.spec.containers[0].startupProbe",
  ),
  el(
    "both resources hide errors of triggers and groups",
    { triggers: [{}], triggerGroups: [{}], resources: { kubernetesResource: {}, customResource: {} } },
    "expected exactly one, got both: spec.resources.customResource, spec.resources.kubernetesResource",
  ),
  el("a name of 60 bytes", { triggers: [{ triggerRef: "t" }] }, "", { metadata: { name: "n".repeat(60) } }),
  el(
    "a name of 31 letters in 62 bytes",
    { triggers: [{ triggerRef: "t" }] },
    `invalid value: eventListener name '${"ü".repeat(31)}' must be no more than 60 characters long: metadata.name`,
    { metadata: { name: "ü".repeat(31) } },
  ),
  el("an empty selector and no triggers", { labelSelector: {}, triggers: [] }, ""),
  el(
    "a trigger's empty template",
    { triggers: [{ template: {} }] },
    "expected exactly one, got neither: spec.triggers[0].template.ref, spec.triggers[0].template.spec",
  ),

  {
    name: "a ClusterTriggerBinding's bad name hides the rest",
    kind: "ClusterTriggerBinding",
    metadata: { name: "B_" },
    spec: {},
    want: 'invalid resource name "B_": must be a valid DNS label: metadata.name',
  },
  {
    name: "the dots of a template's params stand for any character",
    kind: "TriggerTemplate",
    spec: { resourcetemplates: [{ apiVersion: "v1", kind: "X", a: "$(tt-params_x)" }] },
    want: "invalid value: undeclared param '$(tt.params.x)': spec.resourcetemplates[0]\n'$(tt.params.x)' must be declared in spec.params",
  },
  {
    name: "both places of an interceptor, even empty",
    version: "v1alpha1",
    kind: "Interceptor",
    spec: { clientConfig: { url: "", service: {} } },
    want: "expected exactly one, got both: spec.clientConfig.service, spec.clientConfig.url\nmissing field(s): spec.clientConfig.service.name, spec.clientConfig.service.namespace",
  },
];

for (const { name, version = "v1beta1", kind, metadata = { name: "x" }, spec, want } of vectors) {
  test(name, () => {
    const apiVersion = `triggers.tekton.dev/${version}`;
    const answer = validateTriggersRequest({ operation: "CREATE", apiVersion, kind, object: { metadata, spec } });
    equal(answer.ok ? "" : answer.error.replace(/^validation failed: /, ""), want);
  });
}
