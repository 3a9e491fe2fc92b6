import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type JsonObject, type JsonValue, member } from "../../json/value.ts";
import {
  admitTriggersObject,
  mutateTriggersObject,
  mutateTriggersText,
  validateTriggersRequest,
  validateTriggersText,
} from "./admission.ts";
import { readJsonText } from "./json-source.ts";

const b1 = "triggers.tekton.dev/v1beta1";
const a1 = "triggers.tekton.dev/v1alpha1";

interface Vector {
  readonly name: string;
  readonly apiVersion?: string;
  readonly kind: string;
  readonly operation?: string;
  readonly object?: JsonValue;
  readonly oldObject?: JsonValue;
  /** The message of the denial. */
  readonly denied: string;
}

const listener = (spec: JsonObject, more: JsonObject = {}): JsonObject => ({
  metadata: { name: "l", namespace: "ci" },
  spec,
  ...more,
});
const container = (fields: JsonObject): JsonObject => ({
  triggers: [{ triggerRef: "t" }],
  resources: { kubernetesResource: { spec: { template: { spec: { containers: [fields] } } } } },
});
const trigger = (spec: JsonObject): JsonObject => ({ metadata: { name: "t" }, spec });
const newObject = "mutation failed: cannot decode incoming new object: ";

const denials: readonly Vector[] = [
  {
    name: "an unknown key inside a pod template",
    kind: "EventListener",
    object: listener(container({ imagePullSecret: "x" })),
    denied: `${newObject}json: unknown field "imagePullSecret"`,
  },
  {
    name: "the first problem of the document, whichever sort it is of",
    kind: "EventListener",
    object: listener({ serviceAccountName: 1, zzz: true }),
    denied: `${newObject}json: cannot unmarshal number into Go struct field EventListenerSpec.spec.serviceAccountName of type string`,
  },
  {
    name: "a value that parses itself stops everything",
    kind: "EventListener",
    object: listener({ zzz: 1, ...container({ resources: { limits: { cpu: "1x" } } }) }),
    denied: `${newObject}quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
  },
  {
    name: "metadata is looked at first",
    kind: "TriggerBinding",
    object: { spec: { zzz: 1 }, metadata: { name: 5 } },
    denied: `${newObject}json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string`,
  },
  {
    name: "without the exact key metadata nothing is lenient",
    kind: "TriggerBinding",
    object: { Metadata: { name: "b", fancy: 1 }, spec: {} },
    denied: `${newObject}json: unknown field "fancy"`,
  },
  {
    name: "a document that is no object",
    kind: "Trigger",
    object: [],
    denied: `${newObject}json: cannot unmarshal array into Go value of type v1beta1.Trigger`,
  },
  {
    name: "a Trigger has no status",
    kind: "Trigger",
    object: { ...trigger({ template: { ref: "x" } }), status: {} },
    denied: `${newObject}json: unknown field "status"`,
  },
  {
    name: "a list element of the wrong type",
    kind: "EventListener",
    object: listener({ namespaceSelector: { matchNames: ["a", 1] } }),
    denied: `${newObject}json: cannot unmarshal number into Go struct field NamespaceSelector.spec.namespaceSelector.matchNames of type string`,
  },
  {
    name: "a map value of the wrong type",
    kind: "TriggerBinding",
    object: { metadata: { name: "b", labels: { a: true } }, spec: {} },
    denied: `${newObject}json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string`,
  },
  {
    name: "a port that is neither a number nor a string",
    kind: "EventListener",
    object: listener(container({ readinessProbe: { httpGet: { port: 1.5 } } })),
    denied: `${newObject}json: cannot unmarshal number 1.5 into Go struct field HTTPGetAction.spec.resources.kubernetesResource.spec.template.spec.containers.readinessProbe.httpGet.port of type int32`,
  },
  {
    name: "a URL that does not parse",
    apiVersion: a1,
    kind: "ClusterInterceptor",
    object: { metadata: { name: "i" }, spec: { clientConfig: { url: "http://[::1" } } },
    denied: `${newObject}parse "http://[::1": missing ']' in host`,
  },
  {
    name: "a caBundle that is not base64",
    apiVersion: a1,
    kind: "Interceptor",
    object: { metadata: { name: "i" }, spec: { clientConfig: { caBundle: "!!!" } } },
    denied: `${newObject}illegal base64 data at input byte 0`,
  },
  {
    name: "a header without a value",
    kind: "Trigger",
    object: trigger({ template: { ref: "x" }, interceptors: [{ webhook: { header: [{ name: "A" }] } }] }),
    denied:
      'mutation failed: cannot create patch for round tripped newBytes: cannot marshal interface: json: error calling MarshalJSON for type v1beta1.ParamValue: impossible ParamValues.Type: ""',
  },
  { name: "a write without an object", kind: "Trigger", denied: "mutation failed: the new object may not be nil" },
  {
    name: "an interceptor kind in the version that it lacks",
    kind: "ClusterInterceptor",
    object: { metadata: { name: "i" }, spec: {} },
    denied: "mutation failed: unhandled kind: triggers.tekton.dev/v1beta1, Kind=ClusterInterceptor",
  },
  {
    name: "a kind of the core group",
    apiVersion: "v1",
    kind: "Pod",
    operation: "DELETE",
    oldObject: {},
    denied: "decoding request failed: unhandled kind: v1, Kind=Pod",
  },
  {
    name: "deleting what does not decode",
    apiVersion: a1,
    kind: "TriggerBinding",
    operation: "DELETE",
    oldObject: { metadata: {}, zzz: 1 },
    denied: 'decoding request failed: cannot decode incoming old object: json: unknown field "zzz"',
  },
  {
    name: "a null among bindings",
    kind: "Trigger",
    object: trigger({ bindings: [null], template: { ref: "x" } }),
    denied: "validation failed: invalid value: binding '<nil>' must be a valid value: spec.bindings[0]",
  },
  {
    name: "a null among a Trigger's interceptors",
    kind: "Trigger",
    object: trigger({ interceptors: [null], template: { ref: "x" } }),
    denied: "validation failed: invalid value: interceptor '<nil>' must be a valid value: spec.interceptors[0]",
  },
  {
    name: "an old CEL filter that does not parse, beside a name",
    apiVersion: a1,
    kind: "Trigger",
    object: trigger({ template: { ref: "x" }, interceptors: [{ ref: { name: "n" }, cel: { filter: ")" } }] }),
    denied:
      "validation failed: invalid value: failed to parse the DeprecatedCEL filter: ERROR: <input>:1:1: Syntax error:",
  },
];

for (const { name, apiVersion = b1, kind, operation = "CREATE", object, oldObject, denied } of denials) {
  test(`denies ${name}`, () => {
    const answer = admitTriggersObject({ operation, apiVersion, kind, object, oldObject });
    ok(!answer.ok);
    equal(
      denied.endsWith("Syntax error:") ? answer.error.message.slice(0, denied.length) : answer.error.message,
      denied,
    );
  });
}

test("lists and maps that may be empty vanish before validation", () => {
  const spec = { triggers: [{ triggerRef: "t", bindings: [], interceptors: [] }] };
  const answer = admitTriggersObject({
    operation: "CREATE",
    apiVersion: b1,
    kind: "EventListener",
    object: listener(spec),
  });
  deepEqual(answer.ok && answer.value?.["spec"], {
    serviceAccountName: "default",
    triggers: [{ triggerRef: "t" }],
    namespaceSelector: {},
    resources: {},
  });
});

test("a broken ConfigMap leaves the built-in defaults in force", () => {
  const configMaps = {
    "config-defaults-triggers": { "default-run-as-user": "root", "default-service-account": "bot" },
  };
  const object = listener({ triggers: [{ triggerRef: "t" }] });
  const answer = admitTriggersObject({
    operation: "CREATE",
    apiVersion: b1,
    kind: "EventListener",
    object,
    configMaps,
  });
  equal(answer.ok && member(member(answer.value, "spec"), "serviceAccountName"), "default");
});

test("__proto__ is a key like any other", () => {
  const object = JSON.parse(
    '{"metadata":{"name":"b","labels":{"__proto__":"x"}},"spec":{"params":[{"name":"a"}]}}',
  ) as JsonObject;
  const answer = admitTriggersObject({ operation: "CREATE", apiVersion: b1, kind: "TriggerBinding", object });
  ok(answer.ok);
  ok(JSON.stringify(answer.value).includes('{"__proto__":"x"}'));
});

test("the reply to other operations is the object as it came", () => {
  const answer = mutateTriggersObject({ operation: "CONNECT", apiVersion: b1, kind: "Nothing" });
  deepEqual(answer, { ok: true, value: undefined });
});

/** JSON whose keys often are those of the API, so that decoding gets somewhere. */
const keys = fc.constantFrom(
  ...[
    "metadata",
    "spec",
    "status",
    "name",
    "triggers",
    "bindings",
    "interceptors",
    "template",
    "ref",
    "kind",
    "params",
  ],
  ...[
    "value",
    "webhook",
    "header",
    "objectRef",
    "url",
    "resources",
    "kubernetesResource",
    "customResource",
    "replicas",
  ],
  ...["containers", "env", "valueFrom", "labels", "clientConfig", "service", "port", "caBundle", "resourcetemplates"],
  ...["triggerGroups", "labelSelector", "cel", "github", "filter", "overlays", "Spec", "__proto__", "limits", "cpu"],
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 7 },
    fc.constantFrom(null, true, 0, 1.5, -1, "", "a", "1Gi", "http://x", "$(tt.params.a)", [], {}),
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(keys, tie("tree"), { maxKeys: 5 }),
  ),
}));
const kinds = fc.constantFrom(
  "EventListener",
  "Trigger",
  "TriggerBinding",
  "ClusterTriggerBinding",
  "TriggerTemplate",
  "ClusterInterceptor",
  "Interceptor",
);
const requests = fc.record({
  operation: fc.constantFrom("CREATE", "UPDATE", "DELETE"),
  apiVersion: fc.constantFrom(a1, b1),
  kind: kinds,
  object: tree as fc.Arbitrary<JsonValue>,
  oldObject: tree as fc.Arbitrary<JsonValue>,
});

test("no object makes admission throw", () => {
  fc.assert(
    fc.property(requests, (request) => {
      admitTriggersObject(request);
      validateTriggersRequest(request);
    }),
    { numRuns: 1000 },
  );
});

test("mutating what was mutated changes nothing", () => {
  fc.assert(
    fc.property(requests, (request) => {
      const create = { ...request, operation: "CREATE", oldObject: undefined };
      const once = mutateTriggersObject(create);
      if (!once.ok) return;
      deepEqual(mutateTriggersObject({ ...create, object: once.value ?? null }), once);
    }),
    { numRuns: 1000 },
  );
});

test("text and parsed values give the same", () => {
  fc.assert(
    fc.property(requests, (request) => {
      const create = { ...request, operation: "CREATE", oldObject: undefined };
      const node = readJsonText(JSON.stringify(request.object));
      ok(node.ok);
      const fromText = mutateTriggersText({ ...create, object: node.value });
      const parsed = mutateTriggersObject(create);
      equal(fromText.ok, parsed.ok);
      if (!fromText.ok) deepEqual(fromText, parsed);
      else deepEqual(JSON.parse(fromText.value ?? "null"), JSON.parse(JSON.stringify(parsed.ok && parsed.value)));
      deepEqual(validateTriggersText({ ...create, object: node.value }), validateTriggersRequest(create));
    }),
    { numRuns: 500 },
  );
});
